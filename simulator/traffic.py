"""How many requests came, how they were answered, and how many were in flight at once."""

from collections import Counter
from typing import Any


class Traffic:
    """Counts by venue, path, status and reason (the venue's own code, or the fault that answered)."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self._counts: Counter[tuple[str, str, int, str]] = Counter()
        self.in_flight: Counter[str] = Counter()
        self._most: dict[str, int] = {}

    def arrive(self, venue: str) -> None:
        now = self.in_flight[venue] + 1
        self.in_flight[venue] = now
        if now > self._most.get(venue, 0):
            self._most[venue] = now

    def leave(self, venue: str, path: str, status: int, reason: str) -> None:
        """Status 0: no answer was given."""
        if self.in_flight[venue] > 0:  # a reset may have emptied the room while this one was inside
            self.in_flight[venue] -= 1
        self.count(venue, path, status, reason)

    def count(self, venue: str, path: str, status: int, reason: str) -> None:
        """What came and went without having been in flight: WebSocket messages."""
        self._counts[venue, path, status, reason] += 1

    def report(self, venue: str | None) -> dict[str, Any]:
        rows = [
            {"venue": where, "path": path, "status": status, "reason": reason, "count": count}
            for (where, path, status, reason), count in sorted(self._counts.items())
            if venue in (None, where)
        ]
        most = max((many for where, many in self._most.items() if venue in (None, where)), default=0)
        inside = sum(many for where, many in self.in_flight.items() if venue in (None, where))
        total = sum(count for (where, *_), count in self._counts.items() if venue in (None, where))
        return {"requests": rows, "total": total, "in_flight": inside, "max_in_flight": most}
