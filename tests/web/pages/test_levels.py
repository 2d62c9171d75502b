"""Lines and labels of a signal's chart: in the order of the prices, inside the drawing, and never on each other."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest

from mysignals.models import Signal
from mysignals.web.pages.levels import HEIGHT, chart


@pytest.mark.parametrize(
    ("side", "price", "stop", "targets"),
    [
        ("BUY", 100, 90, (110,)), ("SELL", 100, 110, (90, 80)), ("BUY", 100, 99, (101, 102, 500)),
        ("BUY", 100, 1, (101, 102, 103)),
    ],
)  # fmt: skip
def test_labels_stand_apart_in_the_order_of_their_prices(
    side: str, price: int, stop: int, targets: tuple[int, ...]
) -> None:
    drawn = chart(signal(side, price, stop, targets))
    assert [level.price for level in drawn.levels] == sorted((price, stop, *targets), reverse=True)
    assert all(0 <= level.y <= HEIGHT and 12 <= level.at <= HEIGHT - 12 for level in drawn.levels)
    places = [level.at for level in drawn.levels]
    assert all(below - above >= 34 for above, below in pairwise(places))


def test_a_move_is_a_gain_in_the_direction_of_the_signal() -> None:
    moves = {level.name: level.move for level in chart(signal("SELL", 100, 110, (90, 80))).levels}
    assert moves == {"Stop": -10, "Entry": None, "Target 1": 10, "Target 2": 20}


def signal(side: str, price: int, stop: int, targets: tuple[int, ...]) -> Signal:
    names = {f"target{number}": Decimal(target) for number, target in enumerate(targets, 1)}
    return Signal(side=side, price=Decimal(price), stop=Decimal(stop), **names)
