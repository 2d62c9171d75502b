"""What a later turn mends: stops that were never placed, and exits that an earlier turn could not tell of."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from mysignals.domain.intents import (
    CancelOrder,
    ExitKind,
    Leg,
    PlaceExit,
    PlaceOco,
    PlaceOrder,
    QueryOrder,
    ReadPositions,
)
from mysignals.domain.market import Market
from mysignals.domain.outcomes import (
    Accepted,
    NotSent,
    OrderState,
    Outcome,
    Position,
    Positions,
    Reason,
    Rejected,
    Unknown,
)
from mysignals.exchanges.following_up import look_after
from mysignals.exchanges.missing_exits import Choice
from mysignals.exchanges.seen import Ending, Seen
from mysignals.exchanges.session import SUFFIX
from mysignals.exchanges.standing import Known, Legs
from tests.domain.values import terms
from tests.exchanges.scripted import ScriptedExchange, drive, session
from tests.exchanges.test_following_up import (
    FILLED,
    NEW,
    NO,
    NOT_FOUND,
    NOW_MS,
    REJECTED,
    SIZE,
    known,
    looked_after,
    plan,
    told,
)

HELD = Positions((Position("BTCUSDT", "both", SIZE, Decimal(50000), Decimal(50000), Decimal(0), Decimal(0)),))
BUSY = Rejected(Reason.RATE, "-1003", "Too many requests")
BOUGHT = {Leg.ENTRY: known(FILLED, SIZE)}


def refused(reason: Reason, size: Decimal = SIZE) -> Known:
    return Known(REJECTED, size, Decimal(0), NOW_MS, reason.value)


def turn(exchange: ScriptedExchange, legs: Legs, market: Market = Market.FUTURES, *, close: bool) -> Seen:
    exchange.there = {"ms1x" + SUFFIX[leg] for leg, known in legs.items() if known.state is not REJECTED}
    exchange.answers.setdefault(ReadPositions, [HELD])
    choice = Choice(terms().targets, "first")
    return drive(look_after(session(exchange, close_unprotected=close), plan(market), choice, legs))


def placed(exchange: ScriptedExchange) -> list[tuple[ExitKind, Decimal]]:
    return [(intent.kind, intent.quantity) for intent in exchange.asked if isinstance(intent, PlaceExit)]


@pytest.mark.parametrize("close", [True, False])
@pytest.mark.parametrize("reason", [Reason.RATE, Reason.MAINTENANCE, Reason.TIME])
def test_a_stop_that_was_refused_in_passing_is_placed_by_a_later_turn(reason: Reason, close: bool) -> None:
    exchange = ScriptedExchange()
    seen = turn(exchange, BOUGHT | {Leg.STOP: refused(reason)}, close=close)
    assert placed(exchange) == [(ExitKind.STOP, SIZE), (ExitKind.TARGET, SIZE)]
    assert seen.exits is not None and not seen.exits.unprotected and seen.ending is None


def test_a_stop_that_was_never_sent_has_no_row_and_is_placed_by_a_later_turn() -> None:
    exchange = ScriptedExchange()
    turn(exchange, dict(BOUGHT), close=False)
    assert placed(exchange) == [(ExitKind.STOP, SIZE), (ExitKind.TARGET, SIZE)]


PART = plan(targets="ladder").exits[0].quantity
OVER_ALL = BOUGHT | {Leg.STOP: known(FILLED, SIZE - PART)}
"""A stop over all of a ladder has sold what a target had left, whose turn died before it could tell of it."""


@pytest.mark.parametrize(
    ("target", "is_open"),
    [(told(Leg.TARGET1, FILLED, PART), False), (Unknown("no answer in time"), False), (told(Leg.TARGET1, NEW), True),
     (NOT_FOUND, True)],
)  # fmt: skip
def test_what_a_target_without_a_row_has_sold_gets_no_stop(target: Outcome, is_open: bool) -> None:
    exchange = ScriptedExchange({QueryOrder: [target], ReadPositions: [HELD]})
    seen = looked_after(exchange, dict(OVER_ALL), plan(targets="ladder"), "ladder")
    asked = next(intent for intent in exchange.asked if isinstance(intent, QueryOrder))
    assert asked.client_id == "ms1x" + SUFFIX[Leg.TARGET1]
    assert any(kind is ExitKind.STOP for kind, _ in placed(exchange)) is is_open
    recorded = [leg.leg for leg in seen.exits.legs] if seen.exits is not None else []
    assert (Leg.TARGET1 in recorded) is (isinstance(target, Accepted))


def test_a_stop_that_was_refused_for_good_is_not_tried_again_for_who_chose_to_be_told() -> None:
    exchange = ScriptedExchange()
    turn(exchange, BOUGHT | {Leg.STOP: refused(Reason.TRIGGER)}, close=False)
    assert placed(exchange) == []


def test_who_chose_to_be_out_is_out_by_a_later_turn_where_the_first_close_was_refused() -> None:
    exchange = ScriptedExchange({PlaceExit: [NO]})
    legs = BOUGHT | {Leg.STOP: refused(Reason.TRIGGER), Leg.CLOSE: refused(Reason.RATE)}
    seen = turn(exchange, legs, close=True)
    closing = [intent.quantity for intent in exchange.asked if isinstance(intent, PlaceOrder) and intent.reduce_only]
    assert (closing, seen.ending) == ([SIZE], Ending.CLOSED)


def test_a_position_that_still_cannot_be_protected_is_told_and_stays_followed() -> None:
    exchange = ScriptedExchange({PlaceExit: [BUSY, BUSY], PlaceOrder: [BUSY], CancelOrder: [NOT_FOUND] * 4})
    seen = turn(exchange, BOUGHT | {Leg.STOP: refused(Reason.RATE)}, close=True)
    assert seen.exits is not None and "closing the position was not confirmed" in seen.exits.unprotected
    assert seen.ending is None


def test_a_stop_that_an_earlier_turn_placed_without_telling_is_found_and_not_placed_twice() -> None:
    exchange = ScriptedExchange({QueryOrder: [told(Leg.STOP, NEW), told(Leg.TARGET1, NEW)]})
    seen = turn(exchange, dict(BOUGHT), close=True)
    assert placed(exchange) == [] and seen.exits is not None
    assert {leg.leg for leg in seen.exits.legs} == {Leg.STOP, Leg.TARGET1}


@pytest.mark.parametrize("state", [NEW, FILLED])
def test_spot_exits_that_an_earlier_turn_placed_without_telling_are_found(state: OrderState) -> None:
    sold = SIZE if state is FILLED else Decimal(0)
    exchange = ScriptedExchange({QueryOrder: [told(Leg.STOP, OrderState.CANCELLED), told(Leg.TARGET1, state, sold)]})
    seen = turn(exchange, dict(BOUGHT), Market.SPOT, close=True)
    assert not {PlaceOco, PlaceOrder} & {type(intent) for intent in exchange.asked}
    assert seen.exits is not None and len(seen.exits.legs) == 2


TARGET = {Leg.TARGET1: known(NEW)}
ROWS: list[tuple[Legs, str]] = [
    (BOUGHT | {Leg.STOP: known(NEW)} | TARGET, "a stop that rests"),
    (BOUGHT | {Leg.STOP: known(OrderState.UNKNOWN)} | TARGET, "a stop in doubt"),
    (BOUGHT | {Leg.STOP: known(NEW), Leg.TARGET1: refused(Reason.TRIGGER)}, "a target that was refused"),
    ({Leg.ENTRY: known(NEW)}, "nothing bought yet"),
    (BOUGHT | {Leg.CLOSE: known(FILLED, SIZE)}, "closed"),
    (BOUGHT | {Leg.CLOSE: known(OrderState.UNKNOWN)}, "a close in doubt"),
    (BOUGHT | {Leg.STOP: known(NEW), Leg.TARGET1: known(NEW, size=SIZE / 2), Leg.TARGET2: known(NEW, size=SIZE / 2)},
     "one stop over two targets"),
]  # fmt: skip


@pytest.mark.parametrize("legs", [legs for legs, _ in ROWS], ids=[name for _, name in ROWS])
def test_nothing_is_placed_where_nothing_is_missing(legs: Legs) -> None:
    exchange = ScriptedExchange()
    turn(exchange, legs, close=True)
    assert placed(exchange) == []


@pytest.mark.parametrize("answer", [Unknown("timeout"), NotSent("no connection"), BUSY])
def test_what_cannot_be_asked_is_not_taken_for_absent(answer: Outcome) -> None:
    exchange = ScriptedExchange({QueryOrder: [answer] * 8})
    seen = turn(exchange, dict(BOUGHT), close=True)
    assert placed(exchange) == [] and not {PlaceOrder} & {type(intent) for intent in exchange.asked}
    assert seen.ending is None


@pytest.mark.parametrize("state", [OrderState.REJECTED, OrderState.EXPIRED, OrderState.CANCELLED])
def test_exits_that_are_over_without_having_sold_anything_are_no_exits(state: OrderState) -> None:
    exchange = ScriptedExchange({QueryOrder: [told(Leg.STOP, state), told(Leg.TARGET1, state)]})
    seen = turn(exchange, dict(BOUGHT), Market.SPOT, close=True)
    assert [type(intent) for intent in exchange.asked if isinstance(intent, PlaceOco | PlaceOrder)] == [PlaceOrder]
    assert seen.ending is Ending.CLOSED


@pytest.mark.parametrize("state", [OrderState.REJECTED, OrderState.EXPIRED, OrderState.CANCELLED])
def test_a_stop_that_is_over_without_having_closed_anything_is_no_stop(state: OrderState) -> None:
    exchange = ScriptedExchange({QueryOrder: [told(Leg.STOP, state)]})
    seen = turn(exchange, BOUGHT | {Leg.STOP: refused(Reason.TRIGGER)}, close=True)
    closing = [intent.quantity for intent in exchange.asked if isinstance(intent, PlaceOrder) and intent.reduce_only]
    assert (closing, placed(exchange), seen.ending) == ([SIZE], [], Ending.CLOSED)


LADDER = plan(targets="ladder")
RUNG = LADDER.exits[0].quantity


def ladder_turn(exchange: ScriptedExchange, legs: Legs, *, close: bool) -> Seen:
    exchange.there = {"ms1x" + SUFFIX[leg] for leg, known in legs.items() if known.state is not REJECTED}
    exchange.answers.setdefault(ReadPositions, [HELD])
    choice = Choice(terms().targets, "ladder")
    with_rows = tuple(rung for rung in LADDER.exits if {rung.leg, rung.stop_leg} & set(legs)) or LADDER.exits
    made = replace(LADDER, exits=with_rows)
    return drive(look_after(session(exchange, close_unprotected=close), made, choice, legs))


def test_getting_out_cancels_what_earlier_turns_have_placed() -> None:
    exchange = ScriptedExchange({PlaceExit: [NO] * 4})
    legs = BOUGHT | {Leg.STOP: known(NEW, size=RUNG), Leg.STOP2: refused(Reason.TRIGGER, RUNG)}
    ladder_turn(exchange, legs, close=True)
    assert "ms1x-s" in [intent.client_id for intent in exchange.asked if isinstance(intent, CancelOrder)]


def test_getting_out_closes_what_is_left_and_no_more() -> None:
    exchange = ScriptedExchange({PlaceExit: [NO] * 4, QueryOrder: [told(Leg.TARGET2, NEW)]})
    legs = BOUGHT | {
        Leg.STOP: known(OrderState.CANCELLED, size=RUNG), Leg.TARGET1: known(FILLED, RUNG, RUNG),
        Leg.STOP2: refused(Reason.TRIGGER, RUNG), Leg.TARGET2: known(NEW, size=RUNG),
    }  # fmt: skip
    ladder_turn(exchange, legs, close=True)
    closing = [intent.quantity for intent in exchange.asked if isinstance(intent, PlaceOrder)]
    assert closing == [SIZE - RUNG]


def test_a_rung_without_stop_and_target_is_repaired_beside_the_others() -> None:
    exchange = ScriptedExchange()
    legs = BOUGHT | {
        Leg.STOP: known(NEW, size=RUNG), Leg.STOP2: refused(Reason.RATE, RUNG), Leg.STOP3: known(NEW, size=RUNG),
        Leg.TARGET1: known(NEW, size=RUNG), Leg.TARGET3: known(NEW, size=RUNG),
    }  # fmt: skip
    ladder_turn(exchange, legs, close=False)
    assert placed(exchange)[0] == (ExitKind.STOP, SIZE - 2 * RUNG)


def test_while_an_entry_may_fill_further_its_stop_is_over_all_of_it() -> None:
    exchange = ScriptedExchange(
        {QueryOrder: [told(Leg.ENTRY, OrderState.PARTIALLY_FILLED, SIZE / 4), NOT_FOUND, NOT_FOUND]}
    )
    turn(exchange, {Leg.ENTRY: known(NEW), Leg.STOP: refused(Reason.RATE)}, close=False)
    assert placed(exchange) == [(ExitKind.STOP, SIZE), (ExitKind.TARGET, SIZE)]


def test_an_entry_that_was_stopped_to_get_out_is_told_as_it_ended() -> None:
    exchange = ScriptedExchange(
        {
            QueryOrder: [
                told(Leg.ENTRY, OrderState.PARTIALLY_FILLED, SIZE / 4), NOT_FOUND,
                told(Leg.ENTRY, OrderState.CANCELLED, SIZE / 2),
            ],
            PlaceExit: [Rejected(Reason.TRIGGER, "-2021", "would trigger")],
        }
    )  # fmt: skip
    seen = turn(exchange, {Leg.ENTRY: known(NEW), Leg.STOP: refused(Reason.RATE)}, close=True)
    assert seen.exits is not None and seen.exits.taken_back
    assert (seen.orders[Leg.ENTRY].state, seen.orders[Leg.ENTRY].filled) == (OrderState.CANCELLED, SIZE / 2)


def test_a_position_that_was_closed_by_hand_is_told_so_and_nothing_is_placed() -> None:
    exchange = ScriptedExchange({ReadPositions: [Positions(())]})
    seen = turn(exchange, BOUGHT | {Leg.STOP: refused(Reason.RATE)}, close=True)
    assert seen.ending is Ending.CLOSED_THERE and placed(exchange) == []


def test_a_position_that_cannot_be_read_waits() -> None:
    exchange = ScriptedExchange({ReadPositions: [Unknown("timeout")]})
    seen = turn(exchange, BOUGHT | {Leg.STOP: refused(Reason.RATE)}, close=True)
    assert (seen.ending, placed(exchange), seen.exits) == (None, [], None)
