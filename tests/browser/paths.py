"""Which pages a walk opens: every link once, of pages that differ in a number only a few."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl, urlsplit

MOST = 90
"""Pages of one role: more, and links lead round in a circle."""
ALIKE = 2
OTHERS = ("/docs", "/openapi.json", "/static/")
"""Not of this design: the documentation of the API is drawn by a library."""

_ANYTHING = ("next", "provider", "q", "code", "email")


class Paths:
    """Those that were added, first come first; `waiting` are those that were not opened."""

    def __init__(self) -> None:
        self.waiting: deque[str] = deque()
        self._known: set[str] = set()
        self._alike: Counter[str] = Counter()

    def add(self, paths: Iterable[str]) -> None:
        for path in paths:
            if path not in self._known and not path.startswith(OTHERS):
                self._known.add(path)
                self._alike[shape(path)] += 1
                if self._alike[shape(path)] <= ALIKE:
                    self.waiting.append(path)

    def __iter__(self) -> Iterator[str]:
        for _ in range(MOST):
            if not self.waiting:
                return
            yield self.waiting.popleft()


def shape(path: str) -> str:
    """The path without its numbers and names; of a query with several parts their names alone."""
    url = urlsplit(path)
    query = parse_qsl(url.query, keep_blank_values=True)
    plain = re.sub(r"/providers/[^/]+", "/providers/<name>", re.sub(r"\d+", "<id>", url.path))
    if not query:
        return plain
    names = [name if len(query) > 1 or name in _ANYTHING else f"{name}={value}" for name, value in query]
    return plain + "?" + re.sub(r"\d+", "<id>", "&".join(sorted(names)))
