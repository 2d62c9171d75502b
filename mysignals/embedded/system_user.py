"""The user PostgreSQL runs as when we are root, which it refuses to be."""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from mysignals.embedded.errors import StartError

_NAME = "pgserver"


@dataclass(frozen=True, slots=True)
class SystemUser:
    """Whom a child runs as."""

    uid: int
    gid: int


def unprivileged_user() -> SystemUser | None:
    """The system user `pgserver`, made when it is missing; None when we are not root."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(_NAME)
    except KeyError:
        entry = _add_user()
    return SystemUser(entry.pw_uid, entry.pw_gid)


def _add_user() -> pwd.struct_passwd:
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", _NAME]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise StartError(
            f"cannot add the system user {_NAME}, which PostgreSQL needs when started by root ({error}); "
            "start as an ordinary user, or set DATABASE_URL"
        ) from error
    return pwd.getpwnam(_NAME)


def open_the_way(path: Path) -> None:
    """Let others pass through (not list) the folders above `path`: a clone under /root is closed to them."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)


def let_read(folder: Path) -> None:
    """Let others read and run what a strict umask has installed for us alone."""
    for path in (folder, *folder.rglob("*")):
        mode = path.stat().st_mode
        wanted = mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0)
        if mode != wanted:
            path.chmod(wanted)
