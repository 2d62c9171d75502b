"""What a provider's signals brought: returns net of fees, put together into a curve and a few figures.

Everything is in percent of what a copy put in, without leverage, and every signal counts the same: a follower who puts
the same amount into each signal and reinvests nothing sees this sum. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

FEES = {"spot": Decimal("0.1"), "futures": Decimal("0.06")}
"""Percent of the notional, for each of entry and exit: what the exchanges take of takers without any discount."""
COUNTS_FROM = Decimal("0.9")
"""A signal has a result once so large a part of the copies that were opened are closed."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One signal that is over. `result` is the mean of its copies, in percent, net of fees."""

    signal_id: int
    ended_at: datetime
    result: Decimal
    held_s: int


@dataclass(frozen=True, slots=True)
class Point:
    """After one more signal: the sum of all results, and how far it is below its highest so far (0 or negative)."""

    at: datetime
    equity: Decimal
    drawdown: Decimal


@dataclass(frozen=True, slots=True)
class Summary:
    """Of all signals that are over. Percent, as in `Outcome`; `held_s` is the mean."""

    signals: int
    wins: int
    total: Decimal
    worst_drawdown: Decimal
    held_s: int
    best: Decimal
    worst: Decimal

    @property
    def win_rate(self) -> Decimal:
        """Percent of the signals that ended above 0."""
        return Decimal(self.wins) * 100 / self.signals

    @property
    def mean(self) -> Decimal:
        """Of one signal."""
        return self.total / self.signals


def curve(outcomes: Iterable[Outcome]) -> list[Point]:
    """In the order in which the signals ended."""
    ordered = sorted(outcomes, key=lambda each: (each.ended_at, each.signal_id))
    return summed((outcome.ended_at, outcome.result) for outcome in ordered)


def summed(results: Iterable[tuple[datetime, Decimal]]) -> list[Point]:
    """The curve of results in the order in which they are given."""
    equity = peak = Decimal(0)
    points = []
    for at, result in results:
        equity += result
        peak = max(peak, equity)
        points.append(Point(at, equity, equity - peak))
    return points


def summary(outcomes: Sequence[Outcome]) -> Summary | None:
    """None where no signal is over yet."""
    if not outcomes:
        return None
    results = [outcome.result for outcome in outcomes]
    return Summary(
        signals=len(outcomes),
        wins=sum(result > 0 for result in results),
        total=sum(results, Decimal(0)),
        worst_drawdown=min(point.drawdown for point in curve(outcomes)),
        held_s=sum(outcome.held_s for outcome in outcomes) // len(outcomes),
        best=max(results),
        worst=min(results),
    )
