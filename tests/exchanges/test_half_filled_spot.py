"""Spot entries that end half-filled, and spot exits that meet: what is there in the end, and what is told."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from mysignals.domain.abilities import ExitStyle
from mysignals.domain.intents import ExitKind, Leg, ReadOpenOrders
from mysignals.domain.market import EntryType, Market
from mysignals.domain.outcomes import OpenOrder, OpenOrders, OrderState
from mysignals.domain.plan import Plan, protected_quantity
from mysignals.exchanges.flattening import flatten
from mysignals.exchanges.look_up import is_conditional
from mysignals.exchanges.seen import Ending
from mysignals.exchanges.transports.pooled import Loop
from tests.exchanges.dying import cut_after
from tests.exchanges.test_resizing import MOST_CALLS, half_filled
from tests.exchanges.trading import PLACES, Place, Trader, new_trader
from tests.support.simulator_process import SimulatorProcess

SPOT = [place for place in PLACES if place.market is Market.SPOT]
PAIRS = [place for place in SPOT if place.abilities.exits is ExitStyle.SEPARATE]
LISTS = [place for place in SPOT if place.abilities.exits is ExitStyle.ORDER_LIST]


@pytest.fixture
def trader(place: Place, simulator: SimulatorProcess, pooled: Loop) -> Iterator[Trader]:
    yield new_trader(place, simulator, pooled)
    simulator.control("DELETE", "/_control/faults")


def resting(trader: Trader, plan: Plan) -> list[OpenOrder]:
    conditional = is_conditional(trader.session(), plan, Leg.STOP)
    told = trader.ask(ReadOpenOrders(Market.SPOT, trader.place.symbol, conditional))
    assert isinstance(told, OpenOrders), told
    return list(told.items)


def sizes(trader: Trader, plan: Plan) -> list[Decimal]:
    return [order.quantity for order in resting(trader, plan)]


@pytest.mark.parametrize("place", SPOT, ids=str)
def test_what_was_bought_has_its_stop_and_its_target_over_that_much(trader: Trader) -> None:
    plan = half_filled(trader)
    for _ in range(2):
        seen = trader.follow(plan)
        assert seen.ending is None and not seen.stop_is_gone
    bought = trader.legs[Leg.ENTRY].filled
    held = protected_quantity(Market.SPOT, plan.side, bought, plan.rules)
    assert 0 < held < bought < plan.quantity
    assert sizes(trader, plan) == [held, held]


@pytest.mark.parametrize("place", LISTS, ids=str)
def test_a_turn_that_dies_after_any_call_leaves_one_stop_and_one_target(trader: Trader) -> None:
    for calls in range(MOST_CALLS):
        trader.root, trader.legs, trader.names, trader.ids = f"msotoco{calls}x", {}, {}, {}
        plan = half_filled(trader)
        done = trader.run(cut_after(calls, trader.turn(plan)))
        if done is not None:
            trader.note(done)
        for _ in range(2):
            assert trader.follow(plan).ending is None
        assert len(sizes(trader, plan)) == 2
        assert sorted(order.report.client_id for order in resting(trader, plan)) == sorted(
            trader.ids[leg] for leg in (Leg.STOP, Leg.TARGET1)
        )
        trader.run(flatten(trader.session(root=trader.root + "z"), Market.SPOT, trader.place.symbol))
        if done is not None:
            return
    raise AssertionError(f"the turn did not end within {MOST_CALLS} calls")


@pytest.mark.parametrize("place", LISTS, ids=str)
@pytest.mark.parametrize("price", ["48900", "51100"])
def test_the_list_that_was_placed_anew_ends_it(trader: Trader, price: str) -> None:
    plan = half_filled(trader)
    trader.follow(plan)
    trader.move_price(price)
    assert trader.follow(plan).ending is Ending.CLOSED
    assert resting(trader, plan) == []


@pytest.mark.parametrize("place", PAIRS, ids=str)
def test_stop_and_target_that_both_trigger_between_two_looks_are_told(trader: Trader) -> None:
    plan = trader.plan(EntryType.MARKET)
    trader.open(plan)
    trader.move_price("48900")
    trader.move_price("51100")
    seen = trader.follow(plan)
    assert [trader.legs[leg].state for leg in (Leg.STOP, Leg.TARGET1)] == [OrderState.FILLED] * 2
    assert (seen.ending, seen.sold_twice) == (Ending.CLOSED, trader.legs[Leg.STOP].quantity)


@pytest.mark.parametrize("place", PAIRS, ids=str)
@pytest.mark.parametrize(("price", "left"), [("48900", ExitKind.TARGET), ("51100", ExitKind.STOP)])
def test_one_that_has_triggered_takes_the_other_along_in_the_same_look(
    trader: Trader, price: str, left: ExitKind
) -> None:
    plan = trader.plan(EntryType.MARKET)
    trader.open(plan)
    trader.move_price(price)
    seen = trader.follow(plan)
    assert left not in [order.kind for order in resting(trader, plan)]
    assert not seen.sold_twice
