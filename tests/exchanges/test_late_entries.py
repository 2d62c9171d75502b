"""An entry whose answer took long may have met another market: its exits are judged by the price of now."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import count

import pytest

from mysignals.domain.abilities import Abilities, ExitStyle
from mysignals.domain.intents import PlaceExit, ReadPrice
from mysignals.domain.market import EntryType, Market
from mysignals.domain.outcomes import PriceRead
from mysignals.exchanges.flows import open_position
from tests.exchanges.scripted import ScriptedExchange, drive, session
from tests.exchanges.test_following_up import plan

PAIRS = Abilities(exits=ExitStyle.SEPARATE)


@pytest.mark.parametrize(("step_ms", "price", "placed"), [(1, "48000", 2), (3000, "48000", 0), (3000, "50100", 2)])
def test_a_stop_that_the_market_has_passed_meanwhile_is_not_placed(step_ms: int, price: str, placed: int) -> None:
    exchange = ScriptedExchange({ReadPrice: [PriceRead(Decimal(price))]}, abilities=PAIRS)
    clock = count(1_700_000_000_000, step_ms)
    late = session(exchange, close_unprotected=False)
    late = replace(late, clock_ms=lambda: next(clock))
    report = drive(open_position(late, replace(plan(Market.SPOT), entry_type=EntryType.MARKET)))
    exits = [intent for intent in exchange.asked if isinstance(intent, PlaceExit)]
    assert len(exits) == placed
    assert bool(report.unprotected) == (placed == 0)
    assert ("ReadPrice" in exchange.kinds) == (step_ms > 1)
