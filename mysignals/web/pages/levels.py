"""Where entry, stop and targets lie on a chart of the price, and where their labels stand without touching."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from mysignals.models import Signal

HEIGHT = 300
"""CSS pixels of the drawing."""
_LABEL = 34
"""Between two labels: each has two lines."""
_EDGE = 20
_ROOM = Decimal("0.12")
"""Of the span, above and below: the price may leave it."""


@dataclass(frozen=True, slots=True)
class Level:
    """`move` is percent of the entry, above 0 where it is a gain; None of the entry. `y` is the line's, `at` the
    label's.
    """

    name: str
    tone: str
    price: Decimal
    move: Decimal | None
    y: Decimal
    at: Decimal


@dataclass(frozen=True, slots=True)
class Chart:
    """`high` and `low` are the prices at the edges."""

    levels: tuple[Level, ...]
    high: Decimal
    low: Decimal


def chart(signal: Signal, targets: Sequence[Decimal] | None = None) -> Chart:
    """`targets` are those of the signal's that are drawn; None draws all."""
    prices = [
        ("Entry", "entry", signal.price), ("Stop", "loss", signal.stop),
        *((f"Target {number}", "gain", price) for number, price in enumerate(signal.targets, 1)
          if targets is None or price in targets),
    ]  # fmt: skip
    values = [price for _, _, price in prices]
    room = (max(values) - min(values)) * _ROOM
    high, low = max(values) + room, min(values) - room
    prices.sort(key=lambda each: each[2], reverse=True)
    ys = [(high - price) / (high - low) * HEIGHT for _, _, price in prices]
    return Chart(
        tuple(
            Level(name, tone, price, None if tone == "entry" else _move(signal, price), round(y, 1), round(at, 1))
            for (name, tone, price), y, at in zip(prices, ys, _apart(ys), strict=True)
        ),
        high,
        low,
    )


def _move(signal: Signal, price: Decimal) -> Decimal:
    return (price - signal.price) / signal.price * (100 if signal.side == "BUY" else -100)


def _apart(ys: Sequence[Decimal]) -> list[Decimal]:
    """From the top down, each at least a label below the one before; pushed up again from the bottom."""
    placed: list[Decimal] = []
    for y in ys:
        placed.append(max(y, Decimal(_EDGE), placed[-1] + _LABEL if placed else Decimal(_EDGE)))
    floor = Decimal(HEIGHT - _EDGE)
    for index in range(len(placed) - 1, -1, -1):
        placed[index] = min(placed[index], floor)
        floor = placed[index] - _LABEL
    return placed
