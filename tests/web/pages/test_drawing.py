"""Curves: their lines across stand at round values, in the drawing, with no more decimals than they need."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from mysignals.domain.results import summed
from mysignals.web.pages.drawing import FALL, HEIGHT, drawn

AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("results", "ticks", "falls", "places"),
    [
        (("1.8", "-0.9", "2.4"), ["0", "1", "2", "3"], ["-0.5", "0"], (0, 1)),
        (("-2.2", "-2.5", "7.4"), ["-4", "-2", "0", "2"], ["-4", "-2", "0"], (0, 0)),
        (("120", "-310"), ["-100", "0", "100"], ["-200", "0"], (0, 0)),
        (("0.01", "0.02"), ["0", "0.01", "0.02", "0.03"], ["0"], (2, 0)),
        (("0", "0"), ["0"], ["0"], (0, 0)),
        (("-0.3", "-0.1"), ["-0.4", "-0.3", "-0.2", "-0.1", "0"], ["-0.4", "-0.2", "0"], (1, 1)),
    ],
)  # fmt: skip
def test_scales(results: tuple[str, ...], ticks: list[str], falls: list[str], places: tuple[int, int]) -> None:
    drawing = drawn(summed((AT, Decimal(each)) for each in results))
    assert drawing is not None
    assert [each.value for each in drawing.ticks] == [Decimal(each) for each in ticks]
    assert [each.value for each in drawing.fall_ticks] == [Decimal(each) for each in falls]
    assert ({each.places for each in drawing.ticks}, {each.places for each in drawing.fall_ticks}) == tuple(
        {each} for each in places
    )
    assert all(0 < Decimal(each.y) < HEIGHT for each in drawing.ticks)
    assert all(0 < Decimal(each.y) < FALL for each in drawing.fall_ticks)
