"""When entries at a venue are paused because stops fail there, and when they go on. Pure."""

from __future__ import annotations

from dataclasses import dataclass

WINDOW_MS = 60_000
"""What is older says nothing of the venue of now."""
LEAST_FAILED = 3
"""Fewer accounts may have their own reasons."""
FIRST_WAIT_MS, LONGEST_WAIT_MS = 15_000, 120_000


@dataclass(frozen=True, slots=True)
class Tally:
    """How many accounts could not get a stop placed, and how many could."""

    failed: int
    placed: int

    @property
    def is_bad(self) -> bool:
        """More than a third of at least three."""
        return self.failed >= LEAST_FAILED and self._outweighs

    @property
    def is_good(self) -> bool:
        return self.placed > 0 and not self._outweighs

    @property
    def _outweighs(self) -> bool:
        return self.failed * 3 > self.failed + self.placed


@dataclass(frozen=True, slots=True)
class Pause:
    """Entries wait; from `trial_ms` (Unix ms) on a single one may try whether stops can be placed again."""

    wait_ms: int
    trial_ms: int

    def is_trial_due(self, now_ms: int) -> bool:
        return now_ms >= self.trial_ms


def decide(pause: Pause | None, lately: Tally, news: Tally, now_ms: int) -> Pause | None:
    """The pause from now on; None where entries go. `lately` is of the last minute, `news` of what was just tried."""
    if pause is None:
        return _begun(FIRST_WAIT_MS, now_ms) if lately.is_bad else None
    if news.is_good:
        return None
    if news.failed and pause.is_trial_due(now_ms):
        return _begun(min(pause.wait_ms * 2, LONGEST_WAIT_MS), now_ms)
    return pause


def _begun(wait_ms: int, now_ms: int) -> Pause:
    return Pause(wait_ms, now_ms + wait_ms)
