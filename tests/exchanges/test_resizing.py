"""Entries that end half-filled: their exits are brought to the size of what was bought, whatever happens meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from mysignals.domain.abilities import ExitStyle
from mysignals.domain.intents import ExitKind, Leg, ReadOpenOrders
from mysignals.domain.market import EntryType, Market
from mysignals.domain.outcomes import Accepted, OpenOrder, OpenOrders, OrderState
from mysignals.domain.plan import Plan
from mysignals.exchanges.flattening import flatten
from mysignals.exchanges.look_up import cancel
from mysignals.exchanges.seen import Ending
from mysignals.exchanges.transports.pooled import Loop
from tests.exchanges.dying import cut_after
from tests.exchanges.test_whole_conversations import nothing_is_left
from tests.exchanges.trading import PLACES, Place, Trader, new_trader
from tests.support.simulator_process import SimulatorProcess

SEPARATE = [p for p in PLACES if p.market is Market.FUTURES and p.abilities.exits is ExitStyle.SEPARATE]
FUTURES = [p for p in PLACES if p.market is Market.FUTURES and p.abilities.limit_entries]
BINANCE = next(p for p in SEPARATE if p.exchange == "binance")
MOST_CALLS = 60


@pytest.fixture
def trader(place: Place, simulator: SimulatorProcess, pooled: Loop) -> Iterator[Trader]:
    yield new_trader(place, simulator, pooled)
    simulator.control("DELETE", "/_control/faults")


def half_filled(trader: Trader, targets: str = "first", fraction: str = "0.5") -> Plan:
    """Its entry has bought a part, and was then cancelled by hand."""
    plan = trader.plan(EntryType.LIMIT, targets)
    trader.fault(kind="partial", on="order", count=1, fraction=fraction, api_key=trader.account["api_key"])
    report = trader.open(plan)
    assert report.legs[0].order is not None and report.legs[0].order.state is OrderState.PARTIALLY_FILLED, report
    assert isinstance(trader.ask(cancel(trader.session(), plan, Leg.ENTRY)), Accepted)
    return plan


def exits(trader: Trader) -> list[OpenOrder]:
    told = trader.ask(ReadOpenOrders(trader.place.market, trader.place.symbol, conditional=True))
    assert isinstance(told, OpenOrders), told
    return list(told.items)


def are_right(trader: Trader) -> None:
    """Stops and targets each cover what was bought, and our books have just these orders."""
    bought = trader.legs[Leg.ENTRY].filled
    there = exits(trader)
    for kind in ExitKind:
        assert sum((order.quantity for order in there if order.kind is kind), Decimal(0)) == bought, there
    recorded = sorted(trader.ids[leg] for leg, known in trader.legs.items() if not known.has_ended)
    if trader.place.abilities.exits is ExitStyle.SEPARATE:
        assert sorted(order.report.client_id for order in there) == recorded


@pytest.mark.parametrize("place", FUTURES, ids=str)
@pytest.mark.parametrize("targets", ["first", "ladder"])
def test_exits_are_over_what_was_bought_once_the_entry_is_over(trader: Trader, targets: str) -> None:
    plan = half_filled(trader, targets)
    for _ in range(2):
        seen = trader.follow(plan)
        assert seen.ending is None and not seen.stop_is_gone
    assert 0 < trader.legs[Leg.ENTRY].filled < plan.quantity
    are_right(trader)


@pytest.mark.parametrize("place", SEPARATE, ids=str)
def test_parts_that_would_be_too_small_are_fewer(trader: Trader) -> None:
    plan = half_filled(trader, "ladder", "0.15")
    trader.follow(plan)
    are_right(trader)
    seen = trader.follow(plan)
    assert seen.ending is None and not seen.stop_is_gone and seen.exits is None
    trader.move_price("48900")
    for _ in range(3):
        seen = trader.follow(plan)
    assert trader.legs[Leg.STOP].state is OrderState.FILLED and seen.ending is Ending.CLOSED
    nothing_is_left(trader)


@pytest.mark.parametrize("place", FUTURES, ids=str)
@pytest.mark.parametrize("price", ["48900", "53100"])
def test_the_exits_that_were_replaced_end_the_position_and_leave_nothing(trader: Trader, price: str) -> None:
    plan = half_filled(trader, "ladder")
    trader.follow(plan)
    trader.move_price(price)
    for _ in range(4):
        seen = trader.follow(plan)
        if seen.ending is not None:
            break
    assert seen.ending is Ending.CLOSED
    nothing_is_left(trader)


@pytest.mark.parametrize("place", [BINANCE], ids=str)
@pytest.mark.parametrize("targets", ["first", "ladder"])
def test_a_turn_that_dies_after_any_call_is_begun_again_and_leaves_one_generation(trader: Trader, targets: str) -> None:
    for calls in range(MOST_CALLS):
        trader.root, trader.legs, trader.names, trader.ids = f"ms{targets}{calls}x", {}, {}, {}
        plan = half_filled(trader, targets)
        done = trader.run(cut_after(calls, trader.turn(plan)))
        _has_a_stop(trader)
        if done is not None:
            trader.note(done)
        for _ in range(2):
            seen = trader.follow(plan)
            assert seen.ending is None and not seen.stop_is_gone, (calls, seen)
        are_right(trader)
        trader.run(flatten(trader.session(root=trader.root + "z"), trader.place.market, trader.place.symbol))
        if done is not None:
            return
    raise AssertionError(f"the turn did not end within {MOST_CALLS} calls")


def _has_a_stop(trader: Trader) -> None:
    """Whatever was cut, stops cover what is open."""
    stops = sum((order.quantity for order in exits(trader) if order.kind is ExitKind.STOP), Decimal(0))
    assert stops >= trader.legs[Leg.ENTRY].filled


@pytest.mark.parametrize("place", [BINANCE], ids=str)
@pytest.mark.parametrize("price", ["48900", "51100"])
def test_what_an_exit_ends_after_a_turn_has_died_leaves_nothing_of_either_generation(
    trader: Trader, price: str
) -> None:
    for calls in range(MOST_CALLS):
        trader.move_price("50000")
        trader.root, trader.legs, trader.names, trader.ids = f"ms{price}{calls}x", {}, {}, {}
        plan = half_filled(trader)
        done = trader.run(cut_after(calls, trader.turn(plan)))
        if done is not None:
            trader.note(done)
        trader.move_price(price)
        for _ in range(4):
            seen = trader.follow(plan)
            if seen.ending is not None:
                break
        assert seen.ending in (Ending.CLOSED, Ending.CLOSED_THERE), (calls, seen, trader.legs)
        nothing_is_left(trader)
        if done is not None:
            return
    raise AssertionError(f"the turn did not end within {MOST_CALLS} calls")
