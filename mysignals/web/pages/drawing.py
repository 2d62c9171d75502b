"""Curves as SVG paths, drawn by the server: seen without a script, and in place before anything moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from mysignals.domain.results import Point

from .formats import decimals

WIDTH, HEIGHT, FALL = 720, 200, 72
"""Units of the drawings; the page stretches them."""
_MOST = 360
"""Points of a drawing: more are narrower than a pixel."""
_MOST_TICKS, _MOST_FALLS = 4, 3
"""So many steps at most between the lines across."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """`line` is the equity, `area` what is under it, `fall` the drawdown; the rest are values of the scales."""

    line: str
    area: str
    zero_y: str
    fall: str
    high: Decimal
    low: Decimal
    deepest: Decimal
    points: tuple[Point, ...]
    ticks: tuple[Tick, ...]
    fall_ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A value of a scale, with as many `places` as the scale needs, and where it stands."""

    value: Decimal
    places: int
    y: str


def drawn(points: Sequence[Point]) -> Drawing | None:
    """None where there are fewer than two signals: a curve of one is a dot."""
    if len(points) < 2:
        return None
    kept = _thinned(points)
    values = [Decimal(0), *(point.equity for point in kept)]
    falls = [Decimal(0), *(point.drawdown for point in kept)]
    high, low, deepest = max(values), min(values), min(falls)
    line = _path(values, low, high, HEIGHT)
    zero = _y(Decimal(0), low, high, HEIGHT)
    fall = _path(falls, deepest, Decimal(0), FALL)
    area = f"{line}L{WIDTH} {zero}L0 {zero}Z"
    return Drawing(
        line, area, zero, f"{fall}L{WIDTH} 0L0 0Z", high, low, deepest, tuple(kept),
        _ticks(low, high, HEIGHT, _MOST_TICKS), _ticks(deepest, Decimal(0), FALL, _MOST_FALLS),
    )  # fmt: skip


def spark(points: Sequence[Point]) -> str:
    """The equity alone, 96 by 28; empty for fewer than two signals."""
    if len(points) < 2:
        return ""
    values = [Decimal(0), *(point.equity for point in _thinned(points, 48))]
    return _path(values, min(values), max(values), 28, 96)


def _ticks(low: Decimal, high: Decimal, height: int, most: int) -> tuple[Tick, ...]:
    """The multiples of a round step within; 0 always is."""
    step = _step((high - low) / most)
    numbers, places = range(int(low / step), int(high / step) + 1), decimals(step)
    return tuple(Tick(number * step, places, _y(number * step, low, high, height)) for number in numbers)


def _step(least: Decimal) -> Decimal:
    """The smallest of 1, 2 and 5, times a power of ten, that is no less."""
    power = Decimal(1).scaleb((least or Decimal(1)).adjusted())
    return next((times * power for times in (1, 2, 5, 10) if times * power >= least), power)


def _path(values: Sequence[Decimal], low: Decimal, high: Decimal, height: int, width: int = WIDTH) -> str:
    step = width / (len(values) - 1)
    places = (f"{number * step:.1f} {_y(value, low, high, height)}" for number, value in enumerate(values))
    return "M" + "L".join(places)


def _y(value: Decimal, low: Decimal, high: Decimal, height: int) -> str:
    share = (high - value) / (high - low) if high != low else Decimal("0.5")
    return f"{share * (height - 4) + 2:.1f}"


def _thinned(points: Sequence[Point], most: int = _MOST) -> list[Point]:
    """Evenly, the last one always among them."""
    if len(points) <= most:
        return list(points)
    step = len(points) / most
    return [points[min(int((number + 1) * step), len(points)) - 1] for number in range(most)]
