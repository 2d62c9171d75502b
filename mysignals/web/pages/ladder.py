"""Entry, stop, targets and the price of now as a ladder of prices: where each line of the drawing stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from mysignals.domain.candle import Candle
from mysignals.domain.stake import Stake

WIDTH, HEIGHT, BAND = 360, 216, 132
"""Units of the drawing; how wide risk, reward and the past price are in it."""
_EDGE, _APART = 14, 17
"""Units: what is left free above and below, and between two labels."""


@dataclass(frozen=True, slots=True)
class Rung:
    """`y` is where its line is, `label_y` where its words are: pushed aside where lines are close."""

    name: str
    kind: str
    price: Decimal
    move: Decimal | None
    y: int
    label_y: int


@dataclass(frozen=True, slots=True)
class Ladder:
    """From top to bottom. The bands reach from the entry to the stop and to the farthest target.

    `past` is the path of what the price did, `BAND` wide; what lies above or below the drawing is cut off.
    """

    rungs: tuple[Rung, ...]
    risk: tuple[int, int] | None
    reward: tuple[int, int] | None
    past: str


def ladder(stake: Stake | None, price: Decimal | None, past: Sequence[Candle] = ()) -> Ladder | None:
    """None while there is nothing but the entry."""
    if stake is None or not (stake.stop or stake.targets):
        return None
    marks: list[tuple[str, str, Decimal, Decimal | None]] = [("Entry", "entry", stake.entry, None)]
    if stake.stop:
        marks.append(("Stop", "stop", stake.stop.price, stake.stop.move))
    for number, level in enumerate(stake.targets, 1):
        marks.append((f"Target {number}" if len(stake.targets) > 1 else "Target", "target", level.price, level.move))
    low, high = min(mark[2] for mark in marks), max(mark[2] for mark in marks)
    if price is not None and _is_near(price, low, high):
        low, high = min(low, price), max(high, price)
        marks.append(("Now", "now", price, None))
    marks.sort(key=lambda mark: mark[2], reverse=True)
    ys = [_y(mark[2], low, high) for mark in marks]
    rungs = tuple(Rung(*mark, y, label_y) for mark, y, label_y in zip(marks, ys, _apart(ys), strict=True))
    at = {rung.price: rung.y for rung in rungs}
    entry = at[stake.entry]
    risk = _band(entry, at[stake.stop.price]) if stake.stop else None
    reward = _band(entry, at[stake.targets[-1].price]) if stake.targets else None
    return Ladder(rungs, risk, reward, _path([one.close for one in past], low, high))


def _is_near(price: Decimal, low: Decimal, high: Decimal) -> bool:
    """A price far outside would press the rest into one line."""
    room = high - low
    return low - room <= price <= high + room


def _y(price: Decimal, low: Decimal, high: Decimal) -> int:
    share = (high - price) / (high - low) if high != low else Decimal("0.5")
    return round(_EDGE + share * (HEIGHT - 2 * _EDGE))


def _path(prices: Sequence[Decimal], low: Decimal, high: Decimal) -> str:
    if len(prices) < 2:
        return ""
    step, farthest = BAND / (len(prices) - 1), 9 * HEIGHT
    ys = (max(-farthest, min(_y(price, low, high), farthest)) for price in prices)
    return "M" + "L".join(f"{number * step:.1f} {y}" for number, y in enumerate(ys))


def _apart(ys: list[int]) -> list[int]:
    """Each at least `_APART` below the one before, and all of them within the drawing."""
    placed: list[int] = []
    for y in ys:
        placed.append(max(y, placed[-1] + _APART) if placed else y)
    lowest = HEIGHT - 6
    for number in range(len(placed) - 1, -1, -1):
        placed[number] = min(placed[number], lowest)
        lowest = placed[number] - _APART
    return placed


def _band(one: int, other: int) -> tuple[int, int]:
    """Top and height."""
    return min(one, other), abs(one - other)
