"""Exits over a closed position: one list tells that all of them are gone, and is believed no further than it tells."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

import pytest

from mysignals.domain.abilities import Abilities, ExitStyle
from mysignals.domain.intents import CancelOrder, Intent, Leg, QueryOrder, ReadOpenOrders
from mysignals.domain.outcomes import Accepted, OpenOrders, OrderReport, OrderState, Outcome, Reason, Rejected, Unknown
from mysignals.exchanges.dialect import Call
from mysignals.exchanges.following_up import look_after
from mysignals.exchanges.missing_exits import Choice
from mysignals.exchanges.seen import Ending, Seen
from mysignals.exchanges.standing import Known, Legs
from mysignals.exchanges.taking_back import is_cancelled
from mysignals.exchanges.wire import Reply
from tests.exchanges.scripted import ScriptedExchange, drive, session
from tests.exchanges.test_following_up import plan
from tests.exchanges.test_resting import listed

LISTS = Abilities(
    exits=ExitStyle.SEPARATE, has_history=True, is_scarce=True, live_in_one_list=True, answers_with_fill=False
)
WHOLE = Decimal("0.9")
SIBLINGS = (Leg.STOP, Leg.STOP2, Leg.STOP3)
FLAT: Legs = (
    {Leg.ENTRY: Known(OrderState.FILLED, WHOLE, WHOLE)}
    | {leg: Known(OrderState.FILLED, Decimal("0.3"), Decimal("0.3")) for leg in (Leg.TARGET1, Leg.TARGET2, Leg.TARGET3)}
    | {leg: Known(OrderState.NEW, Decimal("0.3")) for leg in SIBLINGS}
)
TOO_LATE = Rejected(Reason.TOO_LATE, "11062", "already cancelled")


class Lists(ScriptedExchange):
    """Its cancels are acknowledged with the order as it was before."""

    def _usual(self, intent: Intent) -> Outcome:
        if isinstance(intent, QueryOrder):
            state = OrderState.CANCELLED if intent.history else OrderState.NEW
            return Accepted((OrderReport(intent.client_id, "1", state),))
        return super()._usual(intent)


def ended(lists: Sequence[Outcome], **answers: Outcome) -> tuple[Seen, list[str], Lists]:
    exchange = Lists(abilities=LISTS)
    one = session(exchange)
    # The first list is the turn's own, in which all of them rest.
    exchange.answers = {ReadOpenOrders: [listed(one, *SIBLINGS), *lists]}
    exchange.answers |= {CancelOrder: [answers["cancel"]]} if "cancel" in answers else {}
    seen = drive(look_after(one, plan(targets="ladder"), Choice((Decimal(51000),), "ladder"), FLAT))
    return seen, exchange.kinds, exchange


def test_three_that_rest_cost_a_cancel_each_and_one_list() -> None:
    seen, kinds, _ = ended([OpenOrders(())])
    assert kinds == ["ReadOpenOrders", "CancelOrder", "CancelOrder", "CancelOrder", "ReadOpenOrders"]
    assert seen.ending is Ending.CLOSED and {seen.orders[leg].state for leg in SIBLINGS} == {OrderState.CANCELLED}


@pytest.mark.parametrize("told", ["rests", "lost"])
def test_one_that_the_list_still_has_or_no_list_tells_of_is_not_over(told: str) -> None:
    one = session(Lists(abilities=LISTS))
    seen, _, _ = ended([listed(one, Leg.STOP2) if told == "rests" else Unknown("no answer in time")])
    assert seen.ending is None and seen.orders[Leg.STOP2].state is OrderState.NEW


@pytest.mark.parametrize(
    "cancel",
    [TOO_LATE, Accepted((OrderReport("ms1x-s", "1", OrderState.TRIGGERED),)),
     Accepted((OrderReport("ms1x-s", "1", OrderState.NEW, Decimal("0.1")),))],
)  # fmt: skip
def test_one_whose_cancel_tells_that_something_had_happened_is_asked_for_itself(cancel: Outcome) -> None:
    _, _, exchange = ended([OpenOrders(())], cancel=cancel)
    asked = {intent.client_id for intent in exchange.asked if isinstance(intent, QueryOrder)}
    assert asked == {"ms1x-s"}


End = TypeVar("End")


def watched(talk: Generator[Call, Reply, End], calls: list[Call]) -> Generator[Call, Reply, End]:
    """The conversation; what it asks is put to `calls` besides."""
    reply: Reply | None = None
    while True:
        try:
            call = talk.send(reply) if reply is not None else next(talk)
        except StopIteration as stop:
            end: End = stop.value
            return end
        calls.append(call)
        reply = yield call


@pytest.mark.parametrize(
    "can", [LISTS, replace(LISTS, live_in_one_list=False, is_scarce=False)], ids=["one list", "each by itself"]
)
def test_what_a_cancel_came_to_is_asked_for_when_the_cancel_may_go(can: Abilities) -> None:
    """Else the cancel is sent every few seconds, and uses up what the question needs."""
    exchange, calls = Lists(abilities=can), list[Call]()
    one = session(exchange)
    exchange.answers = {ReadOpenOrders: [listed(one, *SIBLINGS), OpenOrders(())]}
    drive(watched(look_after(one, plan(targets="ladder"), Choice((Decimal(51000),), "ladder"), FLAT), calls))
    first = next(number for number, call in enumerate(calls) if isinstance(call.intent, CancelOrder))
    behind = [call for call in calls[first:] if isinstance(call.intent, (QueryOrder, ReadOpenOrders))]
    assert behind and all(call.follows_cancel for call in behind)
    assert not any(call.follows_cancel for call in calls[:first])


def test_whether_a_cancelled_exit_is_over_is_asked_for_when_the_cancel_may_go() -> None:
    calls = list[Call]()
    drive(watched(is_cancelled(session(Lists(abilities=LISTS)), plan(), Leg.STOP), calls))
    cancelled, *asked = calls[:2]
    assert isinstance(cancelled.intent, CancelOrder) and not cancelled.follows_cancel
    assert asked and all(call.follows_cancel for call in asked)
