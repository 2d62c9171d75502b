"""The storm's own journal: what was done when, by the wall clock, so that it can be laid beside the rows."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Entry:
    at: datetime
    what: str
    """kill, fault, price, flush, signal, back, calm."""
    about: str

    def __str__(self) -> str:
        return f"{self.at:%H:%M:%S.%f} {self.what:<7}{self.about}"


class Log:
    """Written by several threads."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._lock = threading.Lock()

    def note(self, what: str, about: str) -> None:
        with self._lock:
            self.entries.append(Entry(datetime.now(UTC), what, about))

    def around(self, moment: datetime, seconds: float = 3) -> list[Entry]:
        """What happened shortly before and after."""
        near = timedelta(seconds=seconds)
        return [entry for entry in self.entries if abs(entry.at - moment) <= near]

    def counts(self, what: str) -> Counter[str]:
        """By the first word of what it was about."""
        return Counter(entry.about.split()[0] for entry in self.entries if entry.what == what)
