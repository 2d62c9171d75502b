"""What a process remembers for some seconds, so that it need not ask again. Who uses it asks whether it still holds."""

from __future__ import annotations

import time
from typing import Any

from flask import current_app


class Remembered:
    """By name, each for `kept_s` seconds; past `most` of them all are forgotten. For any number of threads."""

    def __init__(self, kept_s: float, most: int) -> None:
        self._kept_s, self._most = kept_s, most
        self._by_name: dict[object, tuple[Any, float]] = {}

    def get(self, name: object) -> Any:
        """None where it is not known, or not any more."""
        value, until_s = self._by_name.get(name, (None, 0.0))
        return value if until_s > time.monotonic() else None

    def put(self, name: object, value: Any) -> None:
        if len(self._by_name) >= self._most:
            self._by_name = {}
        self._by_name[name] = value, time.monotonic() + self._kept_s


def in_app(what: str, kept_s: float, most: int = 10_000) -> Remembered:
    """That of this app: two in one process know nothing of each other."""
    if what not in current_app.extensions:
        current_app.extensions[what] = Remembered(kept_s, most)
    found: Remembered = current_app.extensions[what]
    return found
