"""Whole conversations on every market of every simulated exchange: entry, exits, their end, and nothing left behind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mysignals.domain.abilities import ExitStyle
from mysignals.domain.intents import Leg, ReadOpenOrders, ReadPositions, ReadTrades
from mysignals.domain.market import EntryType, Market, Side
from mysignals.domain.outcomes import Accepted, OpenOrders, OrderState, Positions, Trades
from mysignals.exchanges.flattening import flatten
from mysignals.exchanges.look_up import cancel
from mysignals.exchanges.seen import Ending
from mysignals.exchanges.transports.pooled import Loop
from tests.exchanges.trading import PLACES, Place, Trader, new_trader
from tests.support.simulator_process import SimulatorProcess

TURNS = 4
LIMIT = [place for place in PLACES if place.abilities.limit_entries]
LADDER = [place for place in PLACES if place.abilities.exits is not ExitStyle.WITHIN_TRADE]


@pytest.fixture
def trader(place: Place, simulator: SimulatorProcess, pooled: Loop) -> Iterator[Trader]:
    yield new_trader(place, simulator, pooled)
    simulator.control("DELETE", "/_control/faults")


everywhere = pytest.mark.parametrize("place", PLACES, ids=str)
where_limits_are = pytest.mark.parametrize("place", LIMIT, ids=str)
where_ladders_are = pytest.mark.parametrize("place", LADDER, ids=str)


def is_open(trader: Trader) -> bool:
    """Whether a futures position is there; on spot what was bought stays in the wallet until it is sold."""
    if trader.place.abilities.exits is ExitStyle.WITHIN_TRADE:
        told = trader.ask(ReadTrades())
        assert isinstance(told, Trades), told
        return any(trade.closing is None for trade in told.items)
    told = trader.ask(ReadPositions(trader.place.symbol))
    assert isinstance(told, Positions), told
    return any(position.amount for position in told.items)


def resting(trader: Trader) -> list[str]:
    """Client or exchange ids of all that rests."""
    if trader.place.abilities.exits is ExitStyle.WITHIN_TRADE:
        return []
    found = []
    for conditional in (False, True):
        told = trader.ask(ReadOpenOrders(trader.place.market, trader.place.symbol, conditional))
        assert isinstance(told, OpenOrders), told
        found += [order.report.client_id or order.report.exchange_id for order in told.items]
    return found


def followed_to(trader: Trader, plan: object, ending: Ending | None) -> None:
    for _ in range(TURNS):
        seen = trader.follow(plan)  # type: ignore[arg-type]
        if seen.ending is not None:
            break
    assert seen.ending is ending, (seen, trader.legs)


def nothing_is_left(trader: Trader) -> None:
    assert resting(trader) == []
    if trader.place.market is Market.FUTURES:
        assert not is_open(trader)


@everywhere
def test_a_market_entry_fills_and_has_its_exits(trader: Trader) -> None:
    report = trader.open(trader.plan())
    assert isinstance(report.entry, Accepted) and not report.unprotected
    assert {leg: known.state for leg, known in trader.legs.items()} == {
        Leg.ENTRY: OrderState.FILLED, Leg.STOP: OrderState.NEW, Leg.TARGET1: OrderState.NEW,
    }  # fmt: skip


@everywhere
@pytest.mark.parametrize(("price", "filled"), [("48900", Leg.STOP), ("51100", Leg.TARGET1)])
def test_one_exit_ends_it_and_the_other_goes(trader: Trader, price: str, filled: Leg) -> None:
    plan = trader.plan()
    trader.open(plan)
    trader.move_price(price)
    followed_to(trader, plan, Ending.CLOSED)
    assert trader.legs[filled].state is OrderState.FILLED
    nothing_is_left(trader)


@pytest.mark.parametrize("place", [place for place in PLACES if place.market is Market.FUTURES], ids=str)
@pytest.mark.parametrize(("price", "filled"), [("51100", Leg.STOP), ("48900", Leg.TARGET1)])
def test_a_short_is_mirrored(trader: Trader, price: str, filled: Leg) -> None:
    plan = trader.plan(side=Side.SELL)
    report = trader.open(plan)
    assert not report.unprotected and isinstance(report.entry, Accepted)
    trader.move_price(price)
    followed_to(trader, plan, Ending.CLOSED)
    assert trader.legs[filled].state is OrderState.FILLED
    nothing_is_left(trader)


@where_ladders_are
def test_the_rungs_of_a_ladder_are_taken_one_by_one_and_the_stop_ends_the_rest(trader: Trader) -> None:
    plan = trader.plan(targets="ladder")
    report = trader.open(plan)
    assert not report.unprotected and len(plan.exits) == 3
    trader.move_price("51100")
    assert trader.follow(plan).ending is None
    assert trader.legs[Leg.TARGET1].state is OrderState.FILLED
    trader.move_price("48900")
    followed_to(trader, plan, Ending.CLOSED)
    nothing_is_left(trader)


@where_ladders_are
def test_all_rungs_of_a_ladder_end_it(trader: Trader) -> None:
    plan = trader.plan(targets="ladder")
    trader.open(plan)
    trader.move_price("53100")
    followed_to(trader, plan, Ending.CLOSED)
    nothing_is_left(trader)


@where_limits_are
@pytest.mark.parametrize("targets", ["first", "ladder"])
def test_a_limit_entry_rests_fills_and_is_protected(trader: Trader, targets: str) -> None:
    trader.move_price("50500")
    plan = trader.plan(EntryType.LIMIT, targets)
    report = trader.open(plan)
    assert report.legs[0].order is not None and report.legs[0].order.state is OrderState.NEW
    assert trader.follow(plan).ending is None
    trader.move_price("49900")
    for _ in range(2):
        assert trader.follow(plan).ending is None
    assert trader.legs[Leg.ENTRY].state is OrderState.FILLED and len(resting(trader)) >= 2
    trader.move_price("53100")
    followed_to(trader, plan, Ending.CLOSED)
    nothing_is_left(trader)


@where_limits_are
def test_a_limit_entry_that_is_cancelled_there_leaves_nothing(trader: Trader) -> None:
    trader.move_price("50500")
    plan = trader.plan(EntryType.LIMIT)
    trader.open(plan)
    assert isinstance(trader.ask(cancel(trader.session(), plan, Leg.ENTRY)), Accepted)
    followed_to(trader, plan, Ending.CANCELLED)
    nothing_is_left(trader)


@everywhere
@pytest.mark.parametrize("targets", ["first", "ladder"])
def test_getting_out_of_a_symbol_leaves_nothing(trader: Trader, targets: str) -> None:
    trader.open(trader.plan(targets=targets))
    done = trader.run(flatten(trader.session(root=trader.root + "z"), trader.place.market, trader.place.symbol))
    assert done.is_certain, done.doubts
    nothing_is_left(trader)


@everywhere
def test_getting_out_of_where_nothing_is_open_is_no_fault(trader: Trader) -> None:
    done = trader.run(flatten(trader.session(), trader.place.market, trader.place.symbol))
    assert done.is_certain, done.doubts


@everywhere
def test_what_could_not_be_asked_is_a_doubt(trader: Trader) -> None:
    session = trader.session()
    trader.fault(kind="error_after_execute", on="any", count=20, api_key=trader.account["api_key"])
    assert not trader.run(flatten(session, trader.place.market, trader.place.symbol)).is_certain


@everywhere
def test_a_lost_answer_to_the_entry_is_found_and_never_sent_again(trader: Trader) -> None:
    plan = trader.plan()
    trader.fault(kind="lost_answer", on="order", count=1, api_key=trader.account["api_key"])
    report = trader.open(plan)
    assert isinstance(report.entry, Accepted) and not report.unprotected
    entries = [row for row in trader.ledger() if row["side"].upper() == "BUY"]
    assert len(entries) == 1
