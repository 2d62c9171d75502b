"""A ladder's exits are told by one question while all of them rest; what is missing in the answer is asked for."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mysignals.domain.abilities import Abilities, ExitStyle
from mysignals.domain.intents import ExitKind, Leg, QueryOrder, ReadOpenOrders
from mysignals.domain.market import Side
from mysignals.domain.outcomes import OpenOrder, OpenOrders, OrderReport, OrderState, Unknown
from mysignals.exchanges.following_up import look_after
from mysignals.exchanges.missing_exits import Choice
from mysignals.exchanges.seen import Seen
from mysignals.exchanges.session import Session
from mysignals.exchanges.standing import EXITS, Known
from tests.exchanges.scripted import ScriptedExchange, drive, session
from tests.exchanges.test_following_up import plan

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


def test_what_the_list_tells_otherwise_is_asked_for(exchange: ScriptedExchange) -> None:
    followed(exchange, *EXITS, state=OrderState.TRIGGERED)
    assert len(looks(exchange)) == len(EXITS)


def test_without_the_list_each_is_asked_for(exchange: ScriptedExchange) -> None:
    one = session(exchange)
    exchange.answers = {ReadOpenOrders: [Unknown("no answer in time")]}
    drive(look_after(one, plan(targets="ladder"), Choice((Decimal(51000),), "ladder"), LEGS))
    assert len(looks(exchange)) == len(EXITS)


def test_for_a_stop_and_a_target_two_looks_are_no_more(exchange: ScriptedExchange) -> None:
    two = {leg: LEGS[leg] for leg in (Leg.ENTRY, Leg.STOP, Leg.TARGET1)}
    drive(look_after(session(exchange), plan(targets="ladder"), Choice((Decimal(51000),), "first"), two))
    assert exchange.kinds[:2] == ["QueryOrder", "QueryOrder"] and "ReadOpenOrders" not in exchange.kinds
