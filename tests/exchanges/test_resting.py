"""A ladder's exits are told by one question while all of them rest; what is missing in the answer is asked for."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from decimal import Decimal

import pytest

from mysignals.domain.abilities import Abilities, ExitStyle
from mysignals.domain.intents import ExitKind, Leg, QueryOrder, ReadOpenOrders
from mysignals.domain.market import EntryType, Market, Side
from mysignals.domain.outcomes import Accepted, OpenOrder, OpenOrders, OrderReport, OrderState, Outcome, Unknown
from mysignals.exchanges.dialect import Call
from mysignals.exchanges.following_up import look_after
from mysignals.exchanges.missing_exits import Choice
from mysignals.exchanges.seen import Seen
from mysignals.exchanges.session import Session
from mysignals.exchanges.standing import EXITS, Known
from mysignals.exchanges.transports.pooled import Loop
from mysignals.exchanges.wire import Reply
from tests.exchanges.scripted import ScriptedExchange, drive, session
from tests.exchanges.test_following_up import plan
from tests.exchanges.trading import PLACES, Place, new_trader
from tests.support.simulator_process import SimulatorProcess

LEGS = {Leg.ENTRY: Known(OrderState.FILLED, Decimal("0.9"), Decimal("0.9"))} | {
    leg: Known(OrderState.NEW, Decimal("0.3")) for leg in EXITS
}


def listed(one: Session, *legs: Leg, state: OrderState = OrderState.NEW) -> OpenOrders:
    return OpenOrders(
        tuple(
            OpenOrder(
                OrderReport(one.client_id(leg), "7", state), "BTCUSDT", Side.SELL, Decimal("0.3"), ExitKind.STOP,
            )
            for leg in legs
        )
    )  # fmt: skip


def followed(exchange: ScriptedExchange, *legs: Leg, state: OrderState = OrderState.NEW) -> Seen:
    one = session(exchange)
    exchange.answers = {ReadOpenOrders: [listed(one, *legs, state=state)]}
    return drive(look_after(one, plan(targets="ladder"), Choice((Decimal(51000),), "ladder"), LEGS))


@pytest.fixture
def exchange() -> ScriptedExchange:
    return ScriptedExchange(abilities=Abilities(exits=ExitStyle.SEPARATE))


def looks(exchange: ScriptedExchange) -> list[str]:
    return [intent.client_id for intent in exchange.asked if isinstance(intent, QueryOrder)]


def test_six_exits_that_rest_cost_one_question(exchange: ScriptedExchange) -> None:
    seen = followed(exchange, *EXITS)
    assert exchange.kinds == ["ReadOpenOrders"]
    assert {report.state for report in seen.orders.values()} == {OrderState.NEW} and set(seen.orders) == set(EXITS)


def test_what_is_not_in_the_list_is_asked_for(exchange: ScriptedExchange) -> None:
    followed(exchange, *(leg for leg in EXITS if leg is not Leg.TARGET1))
    assert looks(exchange) == ["ms1x-1"]


def test_what_is_not_in_the_list_is_asked_for_among_what_is_over(exchange: ScriptedExchange) -> None:
    """Most of it has sold. One that the list shows otherwise is still live."""
    exchange.abilities = Abilities(exits=ExitStyle.SEPARATE, has_history=True)
    one = session(exchange)
    triggered = listed(one, Leg.TARGET2, state=OrderState.TRIGGERED)
    resting = listed(one, *(leg for leg in EXITS if leg not in (Leg.TARGET1, Leg.TARGET2)))
    exchange.answers = {ReadOpenOrders: [OpenOrders(resting.items + triggered.items)]}
    drive(look_after(one, plan(targets="ladder"), Choice((Decimal(51000),), "ladder"), LEGS))
    asked = [(query.client_id, query.history) for query in exchange.asked if isinstance(query, QueryOrder)]
    assert asked == [("ms1x-1", True), ("ms1x-2", False)]


def ended(one: Session, *legs: Leg) -> OpenOrders:
    return OpenOrders(
        tuple(
            OpenOrder(
                OrderReport("", one.client_id(leg), OrderState.FILLED, Decimal("0.3")), "BTCUSDT", Side.SELL,
                Decimal("0.3"),
            )
            for leg in legs
        )
    )  # fmt: skip


def missing(exchange: ScriptedExchange, told: OpenOrders, *legs: Leg) -> tuple[Seen, list[tuple[str, bool]]]:
    """What is seen, and asked for singly, where the live list lacks `legs` and the other one tells of `told`."""
    exchange.abilities = Abilities(exits=ExitStyle.SEPARATE, has_history=True, history_in_one_list=True)
    names = {leg: session(exchange).client_id(leg) for leg in EXITS}
    one = replace(session(exchange), exchange_ids=names)
    live = listed(one, *(leg for leg in EXITS if leg not in legs))
    exchange.answers = {ReadOpenOrders: [live, told]}
    seen = drive(look_after(one, plan(targets="ladder"), Choice((Decimal(51000),), "ladder"), LEGS))
    return seen, [(query.client_id, query.history) for query in exchange.asked if isinstance(query, QueryOrder)]


GONE = (Leg.STOP, Leg.STOP2, Leg.STOP3)


def test_several_that_are_over_cost_one_question(exchange: ScriptedExchange) -> None:
    """Of a list that tells no ids of ours (Phemex spot) by what the exchange calls them."""
    seen, singly = missing(exchange, ended(session(exchange), *GONE), *GONE)
    assert singly == []
    assert exchange.kinds[:2] == ["ReadOpenOrders", "ReadOpenOrders"]
    assert [(seen.orders[leg].state, seen.orders[leg].filled) for leg in GONE] == [
        (OrderState.FILLED, Decimal("0.3"))
    ] * 3  # fmt: skip
    assert seen.orders[Leg.STOP].client_id == "ms1x-s"


def test_what_that_list_does_not_tell_yet_is_asked_for(exchange: ScriptedExchange) -> None:
    _, singly = missing(exchange, ended(session(exchange), Leg.STOP2, Leg.STOP3), *GONE)
    assert singly == [("ms1x-s", True)]


def test_one_alone_is_asked_for_by_its_id(exchange: ScriptedExchange) -> None:
    _, singly = missing(exchange, ended(session(exchange), Leg.STOP), Leg.STOP)
    assert singly == [("ms1x-s", True)]
    assert exchange.kinds.count("ReadOpenOrders") == 1


def test_what_the_list_tells_otherwise_is_asked_for(exchange: ScriptedExchange) -> None:
    followed(exchange, *EXITS, state=OrderState.TRIGGERED)
    assert len(looks(exchange)) == len(EXITS)


def test_without_the_list_each_is_asked_for(exchange: ScriptedExchange) -> None:
    one = session(exchange)
    exchange.answers = {ReadOpenOrders: [Unknown("no answer in time")]}
    drive(look_after(one, plan(targets="ladder"), Choice((Decimal(51000),), "ladder"), LEGS))
    assert len(looks(exchange)) == len(EXITS)


def test_a_stop_and_its_target_that_rest_cost_one_question(exchange: ScriptedExchange) -> None:
    two = {leg: LEGS[leg] for leg in (Leg.ENTRY, Leg.STOP, Leg.TARGET1)}
    one = session(exchange)
    exchange.answers = {ReadOpenOrders: [listed(one, Leg.STOP, Leg.TARGET1)]}
    drive(look_after(one, plan(targets="first"), Choice((Decimal(51000),), "first"), two))
    assert exchange.kinds == ["ReadOpenOrders"]


def test_a_single_exit_that_rests_is_looked_at(exchange: ScriptedExchange) -> None:
    legs = {leg: LEGS[leg] for leg in (Leg.ENTRY, Leg.STOP)} | {Leg.TARGET1: Known(OrderState.CANCELLED)}
    drive(look_after(session(exchange), plan(targets="first"), Choice((Decimal(51000),), "first"), legs))
    assert exchange.kinds == ["QueryOrder"]


RESTING = {Leg.ENTRY: Known(OrderState.NEW, Decimal("0.9"))} | {leg: LEGS[leg] for leg in (Leg.STOP, Leg.TARGET1)}


def hastily(exchange: ScriptedExchange, entry: Outcome, legs: dict[Leg, Known] | None = None) -> Seen:
    exchange.answers = {QueryOrder: [entry]}
    one = replace(session(exchange), is_thorough=False)
    return drive(look_after(one, plan(targets="first"), Choice((Decimal(51000),), "first"), legs or RESTING))


def entry_is(state: OrderState, filled: str = "0") -> Accepted:
    return Accepted((OrderReport("ms1x-e", "7", state, Decimal(filled)),))


def test_while_an_entry_has_bought_nothing_its_exits_are_not_asked_for_every_time(exchange: ScriptedExchange) -> None:
    seen = hastily(exchange, entry_is(OrderState.NEW))
    assert looks(exchange) == ["ms1x-e"]
    assert {seen.orders[leg].state for leg in (Leg.STOP, Leg.TARGET1)} == {OrderState.NEW}


@pytest.mark.parametrize(
    "entry",
    [entry_is(OrderState.PARTIALLY_FILLED, "0.1"), entry_is(OrderState.NEW, "0.1"), entry_is(OrderState.FILLED, "0.9"),
     entry_is(OrderState.CANCELLED), Unknown("no answer in time")],
)  # fmt: skip
def test_of_an_entry_that_tells_anything_else_every_exit_is_asked_for(
    exchange: ScriptedExchange, entry: Outcome
) -> None:
    hastily(exchange, entry)
    assert {"ms1x-s", "ms1x-1"} <= set(looks(exchange))


def test_an_exit_in_doubt_is_asked_for_whatever_its_entry_tells(exchange: ScriptedExchange) -> None:
    hastily(exchange, entry_is(OrderState.NEW), RESTING | {Leg.STOP: Known(OrderState.UNKNOWN, Decimal("0.9"))})
    assert "ms1x-s" in looks(exchange)


def counted(conversation: Generator[Call, Reply, Seen], calls: list[Call]) -> Generator[Call, Reply, Seen]:
    try:
        call = next(conversation)
        for _ in range(50):
            calls.append(call)
            call = conversation.send((yield call))
    except StopIteration as stop:
        seen: Seen = stop.value
        return seen
    raise AssertionError("the conversation did not end within 50 calls")


@pytest.mark.parametrize("targets", ["first", "ladder"])
@pytest.mark.parametrize("place", [place for place in PLACES if place.market is Market.SPOT], ids=str)
def test_spot_exits_that_rest_cost_one_question_however_many_they_are(
    place: Place, targets: str, simulator: SimulatorProcess, pooled: Loop
) -> None:
    trader, calls = new_trader(place, simulator, pooled), list[Call]()
    made = trader.plan(EntryType.MARKET, targets)
    trader.open(made)
    trader.follow(made)
    seen = trader.run(counted(trader.turn(made), calls))
    assert len(calls) == 1 and seen.ending is None
    assert {report.state for report in seen.orders.values()} == {OrderState.NEW}
    assert len(seen.orders) == 2 * len(made.exits)
