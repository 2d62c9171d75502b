"""The stop that we set where none was named: how far away it is, and that the position still lives at it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mysignals.domain.legal_exits import MAINTENANCE
from mysignals.domain.market import Side
from mysignals.services.instructions.exits import Exits, exits

PRICE, TICK = Decimal(50000), Decimal("0.1")


def ours(side: Side, leverage: int, share: str | None) -> Exits:
    return exits(side, PRICE, leverage, TICK, None, None, Decimal(share) if share else None)


@pytest.mark.parametrize("side", sorted(Side))
@pytest.mark.parametrize("leverage", [1, 20, 71, 72, 100, 125])
def test_a_position_that_all_of_the_balance_opens_lives_at_its_stop(side: Side, leverage: int) -> None:
    stop = ours(side, leverage, "1").stop
    left = PRICE / leverage - abs(PRICE - stop)
    assert left > stop * MAINTENANCE + PRICE * Decimal("0.001")  # Two fees, and a little.


@pytest.mark.parametrize(("leverage", "share"), [(125, None), (125, "0.01"), (125, "0.5"), (71, "1"), (20, "1")])
def test_what_leaves_enough_of_the_balance_keeps_half_the_margin(leverage: int, share: str | None) -> None:
    assert abs(ours(Side.BUY, leverage, share).stop - PRICE * (1 - Decimal("0.5") / leverage)) <= TICK


def test_it_is_no_nearer_than_a_tick() -> None:
    found = exits(Side.SELL, Decimal("0.0002"), 125, Decimal("0.0001"), None, None, Decimal(1))
    assert (found.stop, found.target) == (Decimal("0.0003"), Decimal("0.0001"))
