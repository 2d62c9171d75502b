"""Which orders wait for which price: found in the order in which a moving price meets them."""

import heapq
from decimal import Decimal
from typing import Generic, TypeVar

Watcher = TypeVar("Watcher")


class Watches(Generic[Watcher]):
    """Two heaps for one symbol. A watcher is never removed: who has lost interest ignores the call."""

    def __init__(self) -> None:
        self._above: list[tuple[Decimal, int, Watcher]] = []
        self._below: list[tuple[Decimal, int, Watcher]] = []
        self._asked = 0

    def at(self, level: Decimal, above: bool, watcher: Watcher) -> None:
        (self.above if above else self.below)(level, watcher)

    def above(self, level: Decimal, watcher: Watcher) -> None:
        """Wake the watcher at the first price at or above the level."""
        self._asked += 1
        heapq.heappush(self._above, (level, self._asked, watcher))

    def below(self, level: Decimal, watcher: Watcher) -> None:
        self._asked += 1
        heapq.heappush(self._below, (-level, self._asked, watcher))

    def reached(self, price: Decimal) -> list[Watcher]:
        """Those whose level the price has reached, nearest level first, then oldest first."""
        woken = []
        while self._above and self._above[0][0] <= price:
            woken.append(heapq.heappop(self._above)[2])
        while self._below and -self._below[0][0] >= price:
            woken.append(heapq.heappop(self._below)[2])
        return woken
