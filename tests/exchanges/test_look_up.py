"""Where an order stands: live, then over, then what it has become."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mysignals.domain.abilities import Abilities, ExitStyle
from mysignals.domain.intents import ExitKind, Leg, QueryOrder
from mysignals.domain.market import PositionMode, Side
from mysignals.domain.outcomes import Accepted, OrderReport, OrderState, Outcome, Reason, Rejected, Unknown
from mysignals.domain.plan import Plan, make_plan
from mysignals.exchanges.look_up import looked_up
from tests.domain.values import choices, rules, terms
from tests.exchanges.scripted import ScriptedExchange, drive, session

NOT_FOUND = Rejected(Reason.NOT_FOUND, "10002", "OM_ORDER_NOT_FOUND")
SIZE = Decimal("0.02")


def found(state: OrderState, filled: Decimal = Decimal(0), client_id: str = "ms1x-s", became: str = "") -> Accepted:
    return Accepted((OrderReport(client_id, "5", state, filled, became=became),))


def looked(
    *answers: Outcome, leg: Leg = Leg.STOP, history: bool = True, **changes: object
) -> tuple[Outcome, list[QueryOrder]]:
    made = make_plan(terms(), choices(), rules())
    assert isinstance(made, Plan)
    abilities = Abilities(has_history=history, **changes.pop("abilities", {}))  # type: ignore[arg-type]
    scripted = ScriptedExchange({QueryOrder: list(answers)}, abilities=abilities)
    rests_no_more = bool(changes.pop("rests_no_more", False))
    outcome = drive(looked_up(session(scripted, **changes), made, leg, rests_no_more=rests_no_more))
    return outcome, [intent for intent in scripted.asked if isinstance(intent, QueryOrder)]


def test_what_is_not_live_is_looked_for_among_what_is_over() -> None:
    outcome, asked = looked(NOT_FOUND, found(OrderState.FILLED, SIZE))
    assert outcome == found(OrderState.FILLED, SIZE) and [query.history for query in asked] == [False, True]


@pytest.mark.parametrize(
    ("answers", "history"),
    [
        ([found(OrderState.FILLED, SIZE)], [True]),
        ([Unknown("timeout")], [True]),
        ([NOT_FOUND, found(OrderState.NEW)], [True, False]),  # It rests after all.
        ([NOT_FOUND, NOT_FOUND, found(OrderState.FILLED, SIZE)], [True, False, True]),  # It ended in between.
        ([NOT_FOUND, NOT_FOUND, NOT_FOUND], [True, False, True]),
    ],
)
def test_what_rests_no_more_is_looked_for_among_what_is_over_first(answers: list[Outcome], history: list[bool]) -> None:
    outcome, asked = looked(*answers, rests_no_more=True)
    assert (outcome, [query.history for query in asked]) == (answers[-1], history)


def test_without_a_history_it_is_asked_for_as_ever() -> None:
    _, asked = looked(found(OrderState.FILLED, SIZE), history=False, rests_no_more=True)
    assert [query.history for query in asked] == [False]


@pytest.mark.parametrize("answer", [Unknown("timeout"), Rejected(Reason.RATE, "429", "")])
def test_only_not_found_leads_to_the_history(answer: Outcome) -> None:
    outcome, asked = looked(answer)
    assert (outcome, len(asked)) == (answer, 1)


def test_an_exchange_that_keeps_all_together_is_asked_once() -> None:
    outcome, asked = looked(NOT_FOUND, history=False)
    assert (outcome, len(asked)) == (NOT_FOUND, 1)


def test_a_triggered_order_is_what_the_order_born_from_it_is() -> None:
    born = found(OrderState.FILLED, SIZE, client_id="theirs")
    outcome, asked = looked(found(OrderState.TRIGGERED, became="77"), born)
    assert outcome == Accepted((OrderReport("ms1x-s", "5", OrderState.FILLED, SIZE, became="77"),))
    assert (asked[1].exchange_id, asked[1].client_id, asked[1].conditional) == ("77", "", False)


@pytest.mark.parametrize("answer", [Unknown("timeout"), NOT_FOUND, found(OrderState.NEW, client_id="theirs")])
def test_one_whose_order_cannot_be_read_or_still_fills_stays_triggered(answer: Outcome) -> None:
    outcome, _ = looked(found(OrderState.TRIGGERED, became="77"), answer, NOT_FOUND)
    assert isinstance(outcome, Accepted) and outcome.orders[0].state is OrderState.TRIGGERED


def test_a_question_says_whose_exit_it_is_about() -> None:
    _, asked = looked(found(OrderState.NEW), mode=PositionMode.HEDGE)
    assert (asked[0].conditional, asked[0].position, asked[0].hedge, asked[0].kind) == (
        True, Side.BUY, True, ExitKind.STOP,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("style", "leg", "name"),
    [
        (ExitStyle.SEPARATE, Leg.STOP, ""),
        (ExitStyle.ATTACHED, Leg.STOP, "s1"),
        (ExitStyle.ATTACHED, Leg.ENTRY, ""),
    ],
)
def test_the_exchange_s_name_is_used_only_where_the_order_has_none_of_ours(
    style: ExitStyle, leg: Leg, name: str
) -> None:
    _, asked = looked(
        found(OrderState.NEW), leg=leg, abilities={"exits": style}, exchange_ids={Leg.STOP: "s1", Leg.ENTRY: "e1"}
    )
    assert asked[0].exchange_id == name
