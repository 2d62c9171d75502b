"""A test that hangs ends its process, and says where it stood: a run must tell what is wrong, not wait for ever.

`pytest-timeout` ends a test once, by an exception. What waits for ever while that test is being cleaned up is
ended by nobody, so here a thread of its own looks, and what it does cannot be caught.
"""

from __future__ import annotations

import faulthandler
import os
import threading
import time
from collections.abc import Generator

import pytest
from _pytest.faulthandler import fault_handler_stderr_fd_key

CLEANING_UP_S = 90
LAST_CLEANING_UP_S = 120


class Watch:
    """One a process: `until` is when it must have moved on, None while nothing runs."""

    def __init__(self, stderr: int, timeout: float) -> None:
        # The one that is handed in is closed before the last threads are.
        self._stderr = os.dup(stderr)
        self._timeout = timeout
        self._what = ""
        self._until: float | None = None
        threading.Thread(target=self._look, name="hanging", daemon=True).start()

    def begins(self, item: pytest.Item) -> None:
        marker = item.get_closest_marker("timeout")
        own = marker.args[0] if marker and marker.args else self._timeout
        self.expect(item.nodeid, own + CLEANING_UP_S)

    def expect(self, what: str, seconds: float) -> None:
        self._what = what
        self._until = time.monotonic() + seconds

    def is_over(self) -> None:
        self._until = None

    def _look(self) -> None:
        while True:
            time.sleep(1)
            until = self._until
            if until is not None and time.monotonic() > until:
                os.write(self._stderr, f"\nIt hangs, so this process ends: {self._what}\n".encode())
                faulthandler.dump_traceback(self._stderr, all_threads=True)
                os._exit(3)


_WATCH = pytest.StashKey[Watch]()


def pytest_sessionstart(session: pytest.Session) -> None:
    config = session.config
    config.stash[_WATCH] = Watch(config.stash[fault_handler_stderr_fd_key], float(config.getini("timeout")))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    watch = item.config.stash[_WATCH]
    watch.begins(item)
    try:
        return (yield)
    finally:
        watch.is_over()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Threads that are left keep a process alive as well."""
    if _WATCH in config.stash:
        config.stash[_WATCH].expect("the end of the run", LAST_CLEANING_UP_S)
