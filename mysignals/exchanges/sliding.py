"""A budget's count that slides: never more than its capacity in any window, whoever aligns it (docs/pacing.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .limits import Budget


@dataclass(frozen=True, slots=True)
class Wish:
    """At most `most` tokens, as long as no more than `ceiling` of the budget are in use with them."""

    most: int
    ceiling: int


class Given(NamedTuple):
    """`slice_number` is where they count, so that what is left over can be given back; `used` is with them.

    `wait_ms`: the earliest moment from now on when more could be given; 0 where all was given. `paused_ms`: for how
    long nothing is given at all. `counts` is all that is counted of the budget by now, as whoever counts writes it,
    and `epoch` names the time that it has counted without a loss. Thousands are made at once, which a tuple does in a
    third of the time.
    """

    tokens: int
    slice_number: int
    used: int
    wait_ms: int
    paused_ms: int = 0
    counts: str = ""
    epoch: int = 0


class Sliding:
    """One budget. Time is Unix ms or any other that moves on; one that steps back only makes the count stricter."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._counts: dict[int, int] = {}
        self._paused_until = 0

    def give(self, wishes: Sequence[Wish], now_ms: int) -> Given:
        """In the order of `wishes`."""
        number = now_ms // self._budget.slice_ms
        used, tokens, left_out = self.used(now_ms), 0, False
        for wish in wishes:
            room = max(wish.ceiling - used - tokens, 0) if now_ms >= self._paused_until else 0
            tokens += min(wish.most, room)
            left_out = left_out or room < wish.most
        if tokens:
            self._counts[number] = self._counts.get(number, 0) + tokens
        wait_ms = self._wait_ms(now_ms) if left_out else 0
        return Given(tokens, number, used + tokens, wait_ms, max(self._paused_until - now_ms, 0))

    def used(self, now_ms: int) -> int:
        """By all grants that could still count in the exchange's present window."""
        oldest = now_ms // self._budget.slice_ms - self._budget.slices
        self._counts = {number: count for number, count in self._counts.items() if number >= oldest}
        return sum(self._counts.values())

    def back(self, tokens: int, slice_number: int) -> None:
        """Of what was given in that slice, so many were not used and never will be."""
        if slice_number in self._counts:
            self._counts[slice_number] = max(self._counts[slice_number] - tokens, 0)

    def told(self, used: int, now_ms: int) -> None:
        """The exchange has counted `used`: what it counts and we do not is added."""
        missing = used - self.used(now_ms)
        if missing > 0:
            number = now_ms // self._budget.slice_ms
            self._counts[number] = self._counts.get(number, 0) + missing

    def pause(self, ms: int, now_ms: int) -> None:
        self._paused_until = max(self._paused_until, now_ms + ms)

    def _wait_ms(self, now_ms: int) -> int:
        if now_ms < self._paused_until:
            return self._paused_until - now_ms
        counted = [number for number, count in self._counts.items() if count]
        if not counted:
            return self._budget.slice_ms
        free_at = (min(counted) + self._budget.slices + 1) * self._budget.slice_ms
        return max(free_at - now_ms, 1)
