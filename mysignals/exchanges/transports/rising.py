"""Numbers that rise with every request of a key, where an exchange refuses one that it has seen (EXCHANGES 7)."""

from __future__ import annotations

import threading
from typing import Protocol

from mysignals.exchanges.dialect import Call


class CannotNumber(Exception):
    """Whoever hands out the numbers does not answer: nothing may be sent."""


class Rising(Protocol):
    def next(self, api_key: str, at_least: int) -> int:
        """A number that is not below `at_least` (Unix ms) and above every one before it; raises CannotNumber."""


class RisingHere:
    """Within one process: for commands and tests. Workers share theirs (services.tonces)."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}
        self._lock = threading.Lock()

    def next(self, api_key: str, at_least: int) -> int:
        with self._lock:
            number = max(self._last.get(api_key, 0) + 1, at_least)
            self._last[api_key] = number
            return number


def needs_number(call: Call) -> bool:
    """Whether the time that signs the call has to be a number of its own."""
    return call.dialect.abilities.one_at_a_time and bool(call.credentials.api_key)
