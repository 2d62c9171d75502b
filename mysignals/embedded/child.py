"""One child process: started so that it cannot outlive us, stopped within a bounded time."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from signal import Signals
from typing import Any

from mysignals.embedded.system_user import SystemUser

_PR_SET_PDEATHSIG = 1
_LOG_LIMIT = 5_000_000
_LIBC = ctypes.CDLL(None)


@dataclass(frozen=True, slots=True)
class Command:
    """What to run as one child."""

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(repr=False)
    log: Path
    directory: Path
    stop_with: Signals = Signals.SIGTERM
    orphaned_with: Signals = Signals.SIGTERM
    """What the kernel sends it when we are killed."""
    user: SystemUser | None = None
    """Whom it runs as, when it must not run as us."""
    keep_open: tuple[int, ...] = ()
    """File descriptors it inherits."""


class Child:
    """A running command. Start it from the main thread: the kernel ties its life to that thread's."""

    def __init__(self, command: Command) -> None:
        self.command = command
        self.started_at = time.monotonic()
        make_room(command.log)
        with command.log.open("ab") as log:
            self._process = subprocess.Popen(
                command.argv,
                env=dict(command.env),
                cwd=command.directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # A group of its own: Ctrl-C in the terminal reaches us alone, and we choose the order.
                start_new_session=True,
                # Sessions, mails and paper keys become files, and others may pass through the instance folder.
                umask=0o077,
                **identity(command.user),
                pass_fds=command.keep_open,
                # We have one thread, and what runs there only calls the kernel.
                preexec_fn=_die_with_parent(command.orphaned_with),  # noqa: PLW1509
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    def ask_to_stop(self) -> None:
        if self.exit_code() is None:
            self._process.send_signal(self.command.stop_with)

    def end(self, deadline: float) -> None:
        """Wait for it until `deadline` (monotonic seconds), then kill it and all that it started."""
        try:
            self._process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            pass
        self.kill_group()
        self._process.wait()

    def kill_group(self) -> None:
        """Also reaches what a crashed child has left behind."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def stop_together(children: list[Child], seconds: float = 10) -> None:
    """Ask all of them, give them `seconds` together, and kill what is left."""
    for child in children:
        child.ask_to_stop()
    deadline = time.monotonic() + seconds
    for child in children:
        child.end(deadline)


def identity(user: SystemUser | None) -> dict[str, Any]:
    """The arguments of `subprocess` that make a child run as `user`."""
    return {} if user is None else {"user": user.uid, "group": user.gid, "extra_groups": []}


def make_room(log: Path) -> None:
    """Set a log aside when it has grown too long."""
    if log.exists() and log.stat().st_size > _LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))


def tail(log: Path, lines: int = 1) -> str:
    """The last lines of a log, on one line."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 4000))
        text = file.read().decode(errors="replace")
    kept = [line.strip() for line in text.splitlines() if line.strip()]
    return " | ".join(kept[-lines:])


def _die_with_parent(number: Signals) -> Callable[[], None]:
    parent = os.getpid()

    def tie() -> None:
        # After any change of user, which would untie it again.
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return tie
