"""Trades without ids of ours: opened once, found by comparison, followed as a whole."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from mysignals.domain.abilities import Abilities, ExitStyle
from mysignals.domain.intents import Leg, OpenTrade, ReadTrade, ReadTrades
from mysignals.domain.market import EntryType, Side
from mysignals.domain.outcomes import (
    Accepted,
    Closing,
    NotSent,
    OrderReport,
    OrderState,
    Outcome,
    Reason,
    Rejected,
    Trade,
    Trades,
    Unknown,
)
from mysignals.domain.plan import Plan, make_plan
from mysignals.exchanges.flows import open_position
from mysignals.exchanges.following_up import look_after
from mysignals.exchanges.missing_exits import Choice
from mysignals.exchanges.seen import Ending, Seen
from mysignals.exchanges.session import Report
from mysignals.exchanges.standing import Known
from tests.domain.values import choices, rules, sized, terms
from tests.exchanges.scripted import ScriptedExchange, drive, session

WITHIN = Abilities(client_ids=False, exits=ExitStyle.WITHIN_TRADE, leverages=(2, 5, 10), limit_entries=False)
NEW, FILLED, CANCELLED = OrderState.NEW, OrderState.FILLED, OrderState.CANCELLED
SIZE = Decimal("0.2")
TRADE = Trade("12", "BTCUSDT", Side.BUY, SIZE, 10, 1_700_000_000_000, FILLED, open_price=Decimal(50010))
LOST = Unknown("timeout")


def plan() -> Plan:
    wanted = terms(entry_type=EntryType.MARKET)
    made = make_plan(wanted, choices(sizing=sized("quote", 1000)), rules(), Decimal(50000), WITHIN)
    assert isinstance(made, Plan) and made.quantity == SIZE
    return made


def exchange(
    opened: Outcome, *lists: tuple[Trade, ...] | Outcome, told: tuple[Outcome, ...] = (TRADE,)
) -> ScriptedExchange:
    answers = [Trades(found) if isinstance(found, tuple) else found for found in lists]
    return ScriptedExchange({OpenTrade: [opened], ReadTrades: answers, ReadTrade: list(told)}, abilities=WITHIN)


def opened(scripted: ScriptedExchange) -> Report:
    return drive(open_position(session(scripted), plan()))


ACCEPTED = Accepted((OrderReport("", "12", NEW),))


def test_stop_and_target_are_distances_from_the_signal_s_price() -> None:
    scripted = exchange(ACCEPTED, ())
    opened(scripted)
    intent = scripted.asked[1]
    assert isinstance(intent, OpenTrade)
    assert (intent.quantity, intent.leverage, intent.stop_margin, intent.take) == (SIZE, 10, 1000, 1000)


def test_an_opened_trade_has_three_legs_with_its_one_id_and_where_its_exits_really_are() -> None:
    report = opened(exchange(ACCEPTED, ()))
    assert [(leg.leg, leg.order.exchange_id, leg.order.state) for leg in report.legs if leg.order] == [
        (Leg.ENTRY, "12", FILLED), (Leg.STOP, "12", NEW), (Leg.TARGET1, "12", NEW),
    ]  # fmt: skip
    assert [leg.trigger_price for leg in report.legs] == [None, Decimal(49010), Decimal(51010)]
    assert [leg.client_id for leg in report.legs] == ["ms1x-e", "ms1x-s", "ms1x-1"]


def test_a_trade_of_which_nothing_more_is_told_is_still_ours() -> None:
    report = opened(exchange(ACCEPTED, (), told=(LOST,)))
    assert report.legs[0].order is not None and report.legs[0].order.exchange_id == "12"


def test_nothing_is_opened_while_the_list_cannot_be_read() -> None:
    scripted = exchange(ACCEPTED, LOST)
    assert isinstance(opened(scripted).entry, NotSent) and scripted.kinds == ["ReadTrades"]


def test_a_lost_answer_is_found_by_comparing_the_list_and_never_sent_again() -> None:
    older = replace(TRADE, exchange_id="11")
    scripted = exchange(LOST, (older,), (older, TRADE))
    report = opened(scripted)
    assert isinstance(report.entry, Accepted) and report.entry.orders[0].exchange_id == "12"
    assert scripted.kinds.count("OpenTrade") == 1


OTHERS = [
    replace(TRADE, quantity=SIZE * 2), replace(TRADE, side=Side.SELL), replace(TRADE, leverage=5),
    replace(TRADE, symbol="ETHUSD"),
]  # fmt: skip


@pytest.mark.parametrize("other", OTHERS)
def test_another_trade_is_not_taken_for_ours(other: Trade) -> None:
    report = opened(exchange(LOST, (), (other,), (other,)))
    assert isinstance(report.entry, Unknown) and len(report.legs) == 1


def test_of_two_new_ones_alike_neither_is_claimed() -> None:
    twins = (TRADE, replace(TRADE, exchange_id="13"))
    assert isinstance(opened(exchange(LOST, (), twins, twins)).entry, Unknown)


def test_a_trade_that_is_nowhere_stays_in_doubt() -> None:
    assert isinstance(opened(exchange(LOST, (), (), ())).entry, Unknown)


def test_a_refusal_is_final_and_looked_for_no_further() -> None:
    scripted = exchange(Rejected(Reason.FUNDS, "400", "Insufficient funds"), ())
    assert isinstance(opened(scripted).entry, Rejected) and scripted.kinds == ["ReadTrades", "OpenTrade"]


LEGS = {Leg.ENTRY: Known(FILLED, SIZE, SIZE), Leg.STOP: Known(NEW, SIZE), Leg.TARGET1: Known(NEW, SIZE)}


def looked_after(told: Outcome) -> Seen:
    scripted = ScriptedExchange({ReadTrade: [told]}, abilities=WITHIN)
    conversation = look_after(
        session(scripted, exchange_ids={Leg.ENTRY: "12"}), plan(), Choice(terms().targets, "first"), LEGS
    )
    seen = drive(conversation)
    assert [intent.exchange_id for intent in scripted.asked if isinstance(intent, ReadTrade)] == ["12"]
    return seen


@pytest.mark.parametrize(
    ("closing", "ending", "stop", "target"),
    [
        (None, None, NEW, NEW),
        (Closing.STOP, Ending.CLOSED, FILLED, CANCELLED),
        (Closing.TARGET, Ending.CLOSED, CANCELLED, FILLED),
        (Closing.USER, Ending.CLOSED_THERE, CANCELLED, CANCELLED),
        (Closing.LIQUIDATION, Ending.CLOSED_THERE, CANCELLED, CANCELLED),
    ],
)
def test_how_a_trade_ended_is_told_by_its_legs(
    closing: Closing | None, ending: Ending | None, stop: OrderState, target: OrderState
) -> None:
    seen = looked_after(replace(TRADE, closing=closing, close_price=Decimal(51010) if closing else None))
    assert (seen.ending, seen.orders[Leg.STOP].state, seen.orders[Leg.TARGET1].state) == (ending, stop, target)
    assert seen.orders[Leg.ENTRY].state is FILLED


@pytest.mark.parametrize("answer", [LOST, Rejected(Reason.NOT_FOUND, "404", ""), NotSent("no connection")])
def test_a_trade_that_cannot_be_read_changes_nothing(answer: Outcome) -> None:
    seen = looked_after(answer)
    assert (seen.orders, seen.ending) == ({}, None)
