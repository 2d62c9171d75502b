"""The conversation about resting orders: what is asked and cancelled, and what each combination of answers means."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from mysignals.domain.intents import CancelOrder, Leg, PlaceExit, PlaceOco, PlaceOrder, QueryOrder, ReadPositions
from mysignals.domain.market import Market, PositionMode
from mysignals.domain.outcomes import (
    Accepted,
    NotSent,
    OrderReport,
    OrderState,
    Outcome,
    Position,
    Positions,
    Reason,
    Rejected,
    Unknown,
)
from mysignals.domain.plan import STOPS, Plan, make_plan
from mysignals.exchanges.following_up import look_after
from mysignals.exchanges.missing_exits import Choice
from mysignals.exchanges.seen import Ending, Seen
from mysignals.exchanges.session import SUFFIX
from mysignals.exchanges.standing import LONG_MS, Known, Legs
from tests.domain.values import choices, rules, sized, terms
from tests.exchanges.scripted import ScriptedExchange, drive, session

NOW_MS = 1_700_000_000_000
SIZE = Decimal("0.04")
NEW, FILLED, CANCELLED, EXPIRED = OrderState.NEW, OrderState.FILLED, OrderState.CANCELLED, OrderState.EXPIRED
TRIGGERED, REJECTED, PENDING = OrderState.TRIGGERED, OrderState.REJECTED, OrderState.PENDING
NOT_FOUND = Rejected(Reason.NOT_FOUND, "-2013", "Order does not exist.")
TOO_LATE = Rejected(Reason.TOO_LATE, "-2011", "Unknown order sent.")
NO = Rejected(Reason.TRIGGER, "-2010", "Order would trigger immediately.")


def plan(market: Market = Market.FUTURES, targets: str = "first") -> Plan:
    wanted = terms(market=market, leverage=1)
    made = make_plan(wanted, choices(sizing=sized("quote", 2000), targets=targets), rules(market=market))
    assert isinstance(made, Plan)
    assert made.quantity == SIZE
    return made


def known(state: OrderState, filled: Decimal | str = "0", size: Decimal | str = SIZE, since_ms: int = NOW_MS) -> Known:
    return Known(state, Decimal(size), Decimal(filled), since_ms)


def told(leg: Leg, state: OrderState, filled: Decimal | str = "0") -> Accepted:
    return Accepted((OrderReport("ms1x" + SUFFIX[leg], "1", state, Decimal(filled)),))


def looked_after(
    exchange: ScriptedExchange, legs: Legs, made: Plan | None = None, taken: str = "first", *, close: bool = False
) -> Seen:
    """For a follower who wants to be told of a missing stop; `close` for one who wants to be out."""
    choice = Choice(terms().targets, taken)
    exchange.there = {"ms1x" + SUFFIX[leg] for leg, known in legs.items() if known.state is not REJECTED}
    return drive(look_after(session(exchange, close_unprotected=close), made or plan(), choice, legs))


def open_position() -> Legs:
    """Filled, with a stop and a target that rest."""
    return {Leg.ENTRY: known(FILLED, SIZE), Leg.STOP: known(NEW), Leg.TARGET1: known(NEW)}


def resting() -> Legs:
    return {Leg.ENTRY: known(NEW), Leg.STOP: known(NEW), Leg.TARGET1: known(NEW)}


def answers(*queried: Outcome, cancelled: list[Outcome] | None = None) -> ScriptedExchange:
    return ScriptedExchange({QueryOrder: list(queried), CancelOrder: cancelled or []})


def cancels(exchange: ScriptedExchange) -> list[tuple[str, bool]]:
    return [(i.client_id, i.conditional) for i in exchange.asked if isinstance(i, CancelOrder)]


def ocos(exchange: ScriptedExchange) -> list[PlaceOco]:
    return [intent for intent in exchange.asked if isinstance(intent, PlaceOco)]


def test_only_legs_that_have_not_ended_are_asked_for() -> None:
    exchange = answers()
    looked_after(exchange, open_position())
    asked = [(i.client_id, i.conditional) for i in exchange.asked if isinstance(i, QueryOrder)]
    assert asked == [("ms1x-s", True), ("ms1x-1", True)]


def test_an_open_position_whose_exits_rest_is_left_as_it_is() -> None:
    exchange = answers()
    seen = looked_after(exchange, open_position())
    assert (seen.ending, seen.stop_is_gone, cancels(exchange)) == (None, False, [])


def test_a_stop_that_filled_closes_and_cancels_the_targets() -> None:
    exchange = answers(told(Leg.STOP, FILLED, SIZE))
    seen = looked_after(exchange, open_position())
    assert seen.ending is Ending.CLOSED
    assert cancels(exchange) == [("ms1x-1", True)]
    assert seen.orders[Leg.TARGET1].state is CANCELLED


def test_all_targets_filled_cancel_the_stop() -> None:
    half = SIZE / 2
    legs = open_position() | {Leg.TARGET1: known(FILLED, half, half), Leg.TARGET2: known(NEW, size=half)}
    exchange = answers(told(Leg.STOP, NEW), told(Leg.TARGET2, FILLED, half))
    seen = looked_after(exchange, legs)
    assert seen.ending is Ending.CLOSED
    assert cancels(exchange) == [("ms1x-s", True)]


def test_one_target_of_several_closes_nothing() -> None:
    half = SIZE / 2
    legs = open_position() | {Leg.TARGET1: known(NEW, size=half), Leg.TARGET2: known(NEW, size=half)}
    exchange = answers(told(Leg.STOP, NEW), told(Leg.TARGET1, FILLED, half))
    assert looked_after(exchange, legs).ending is None
    assert cancels(exchange) == []


@pytest.mark.parametrize(
    "answer", [Unknown("timeout"), NotSent("no connection"), NOT_FOUND, Rejected(Reason.RATE, "-1003", "")]
)
def test_a_look_up_that_is_refused_or_lost_changes_nothing(answer: Outcome) -> None:
    exchange = answers(answer, answer, answer)
    seen = looked_after(exchange, resting())
    assert (seen.orders, seen.ending, seen.stop_is_gone) == ({}, None, False)
    assert cancels(exchange) == []


def test_an_answer_without_a_state_changes_nothing() -> None:
    assert looked_after(answers(told(Leg.ENTRY, OrderState.UNKNOWN)), resting()).orders.keys() == {
        Leg.STOP,
        Leg.TARGET1,
    }


HALF = SIZE / 2
OTHERS = [("ms1x-sr", True), ("ms1x-1r", True)]
"""What may have been placed in their stead, where the entry ended half-filled; they are made sure of at the end."""


def test_exits_that_are_as_large_as_what_was_bought_stay_as_they_are() -> None:
    half = known(NEW, size=HALF)
    exchange = answers()
    legs = {Leg.ENTRY: known(CANCELLED, HALF), Leg.STOP: half, Leg.TARGET1: half}
    seen = looked_after(exchange, legs)
    assert (seen.ending, seen.exits, cancels(exchange)) == (None, None, [])


HELD = Positions((Position("BTCUSDT", "both", HALF, Decimal(50000), Decimal(50000), Decimal(0), Decimal(0)),))
OVERSIZED = {Leg.ENTRY: known(CANCELLED, HALF), Leg.STOP: known(NEW), Leg.TARGET1: known(NEW)}


def resizing(position: Outcome, *exits: Outcome, hedged: bool = False, close: bool = False) -> tuple[list[str], Seen]:
    """Exits over twice what was bought; what the exchange was asked to do, and what came of it."""
    exchange = ScriptedExchange({ReadPositions: [position], PlaceExit: list(exits)})
    exchange.there = {"ms1x-e", "ms1x-s", "ms1x-1"}
    mode = PositionMode.HEDGE if hedged else PositionMode.ONE_WAY
    made = session(exchange, close_unprotected=close, mode=mode)
    seen = drive(look_after(made, plan(), Choice(terms().targets, "first"), dict(OVERSIZED)))
    writes = (PlaceExit, CancelOrder, PlaceOrder)
    return [f"{type(i).__name__} {i.client_id}" for i in exchange.asked if isinstance(i, writes)], seen


def test_the_new_stop_stands_before_the_old_one_goes() -> None:
    asked, seen = resizing(HELD)
    assert asked == [
        "PlaceExit ms1x-sr", "CancelOrder ms1x-s", "PlaceExit ms1x-1r", "CancelOrder ms1x-1",
    ]  # fmt: skip
    assert seen.exits is not None and [leg.quantity for leg in seen.exits.legs] == [HALF, HALF]


def test_exits_of_a_position_that_was_closed_by_hand_are_not_replaced() -> None:
    asked, seen = resizing(Positions(()))
    assert seen.ending is Ending.CLOSED_THERE and not any("PlaceExit" in one for one in asked)


def test_exits_of_a_position_that_cannot_be_read_stay_until_it_can() -> None:
    asked, seen = resizing(Unknown("timeout"))
    assert (asked, seen.exits, seen.ending) == ([], None, None)


@pytest.mark.parametrize("close", [True, False])
def test_a_larger_stop_that_only_reduces_stays_while_a_smaller_one_is_refused(close: bool) -> None:
    asked, seen = resizing(HELD, NO, close=close)
    assert (asked, seen.exits, seen.ending) == (["PlaceExit ms1x-sr"], None, None)


def test_in_hedge_mode_it_may_be_refused_at_its_trigger_and_is_told() -> None:
    asked, seen = resizing(HELD, NO, hedged=True)
    assert asked == ["PlaceExit ms1x-sr"]
    assert seen.exits is not None and "larger than what was bought" in seen.exits.unprotected


def test_in_hedge_mode_who_chose_to_be_out_is_out_with_every_exit_that_may_rest() -> None:
    asked, seen = resizing(HELD, NO, hedged=True, close=True)
    assert asked == [
        "PlaceExit ms1x-sr", "PlaceOrder ms1x-c", "CancelOrder ms1x-s", "CancelOrder ms1x-1",
        "CancelOrder ms1x-sr", "CancelOrder ms1x-1r",
    ]  # fmt: skip
    assert seen.ending is Ending.CLOSED and seen.exits is not None and seen.exits.taken_back


@pytest.mark.parametrize("answer", [Unknown("timeout"), NotSent("no connection")])
def test_a_new_stop_whose_answer_is_lost_ends_nothing(answer: Outcome) -> None:
    asked, seen = resizing(HELD, answer, answer)
    assert not any("CancelOrder" in one for one in asked) and (seen.exits, seen.ending) == (None, None)


def test_a_part_whose_exits_went_for_larger_ones_does_not_lack_a_stop() -> None:
    part, gone = known(NEW, size=HALF), known(CANCELLED, size=HALF)
    legs = {Leg.ENTRY: known(CANCELLED, HALF), Leg.STOP: part, Leg.STOP2: gone, Leg.TARGET1: part, Leg.TARGET2: gone}
    exchange = answers()
    seen = looked_after(exchange, legs)
    assert (seen.stop_is_gone, seen.ending, seen.exits, cancels(exchange)) == (False, None, None, [])


def test_a_stop_larger_than_a_half_filled_position_closes_it() -> None:
    """The exchange reduces by what is there and reports the rest of the stop as ended unfilled."""
    exchange = answers(told(Leg.STOP, CANCELLED, HALF))
    seen = looked_after(exchange, open_position() | {Leg.ENTRY: known(CANCELLED, HALF)})
    assert (seen.ending, cancels(exchange)) == (Ending.CLOSED, [("ms1x-1", True), *OTHERS])


@pytest.mark.parametrize("state", [CANCELLED, EXPIRED, REJECTED])
def test_a_futures_entry_that_ended_unfilled_has_its_exits_cancelled(state: OrderState) -> None:
    exchange = answers(told(Leg.ENTRY, state))
    seen = looked_after(exchange, resting())
    assert (seen.ending, cancels(exchange)) == (Ending.CANCELLED, [("ms1x-s", True), ("ms1x-1", True)])


def test_a_position_is_not_closed_before_its_siblings_are_certainly_gone() -> None:
    exchange = answers(told(Leg.STOP, FILLED, SIZE), cancelled=[Unknown("timeout")])
    assert looked_after(exchange, open_position()).ending is None


def test_what_was_not_cancelled_is_cancelled_in_a_later_turn() -> None:
    exchange = answers()
    seen = looked_after(exchange, open_position() | {Leg.STOP: known(FILLED, SIZE)})
    assert (seen.ending, cancels(exchange)) == (Ending.CLOSED, [("ms1x-1", True)])


def test_a_sibling_that_the_exchange_no_longer_knows_counts_as_gone() -> None:
    exchange = answers(told(Leg.STOP, FILLED, SIZE), told(Leg.TARGET1, NEW), NOT_FOUND, cancelled=[TOO_LATE])
    seen = looked_after(exchange, open_position())
    assert (seen.ending, seen.orders[Leg.TARGET1].state) == (Ending.CLOSED, CANCELLED)


def test_a_stop_that_fires_while_the_entry_still_rests_cancels_the_entry_first() -> None:
    half = SIZE / 2
    exchange = answers(
        told(Leg.ENTRY, OrderState.PARTIALLY_FILLED, half),
        told(Leg.STOP, CANCELLED, half),
        cancelled=[told(Leg.ENTRY, CANCELLED, half)],
    )
    seen = looked_after(exchange, resting())
    assert (seen.ending, cancels(exchange)) == (Ending.CLOSED, [("ms1x-e", False), ("ms1x-1", True), *OTHERS])


def test_an_entry_that_bought_more_before_its_cancel_is_not_flat() -> None:
    half = SIZE / 2
    exchange = answers(
        told(Leg.ENTRY, OrderState.PARTIALLY_FILLED, half),
        told(Leg.STOP, NEW),
        told(Leg.TARGET1, CANCELLED, half),
        cancelled=[told(Leg.ENTRY, CANCELLED, SIZE)],
    )
    seen = looked_after(exchange, resting())
    assert (seen.ending, cancels(exchange)) == (None, [("ms1x-e", False)])


def test_exits_that_are_gone_without_a_fill_are_abandoned() -> None:
    exchange = answers(told(Leg.STOP, CANCELLED), told(Leg.TARGET1, CANCELLED))
    held = Position("BTCUSDT", "both", SIZE, Decimal(50000), Decimal(50000), Decimal(0), Decimal(0))
    exchange.answers[ReadPositions] = [Positions((held,))]
    assert looked_after(exchange, open_position()).ending is Ending.ABANDONED


def test_exits_that_are_gone_with_the_position_were_ended_there() -> None:
    exchange = answers(told(Leg.STOP, CANCELLED), told(Leg.TARGET1, CANCELLED))
    assert looked_after(exchange, open_position()).ending is Ending.CLOSED_THERE


def test_exits_that_are_gone_before_the_entry_bought_anything_are_no_end() -> None:
    exchange = answers(told(Leg.ENTRY, NEW), told(Leg.STOP, CANCELLED), told(Leg.TARGET1, CANCELLED))
    seen = looked_after(exchange, resting())
    assert (seen.ending, seen.stop_is_gone) == (None, False)


def test_a_stop_that_is_gone_while_a_target_rests_is_told() -> None:
    seen = looked_after(answers(told(Leg.STOP, CANCELLED)), open_position())
    assert (seen.ending, seen.stop_is_gone) == (None, True)


def test_a_stop_that_has_just_triggered_is_waited_for() -> None:
    exchange = answers(told(Leg.STOP, TRIGGERED, SIZE))
    seen = looked_after(exchange, open_position())
    assert (seen.ending, cancels(exchange)) == (None, [])


@pytest.mark.parametrize(("age_ms", "ending"), [(LONG_MS + 1, Ending.CLOSED), (LONG_MS - 1, None)])
def test_a_stop_that_triggered_long_ago_has_filled(age_ms: int, ending: Ending | None) -> None:
    legs = open_position() | {Leg.STOP: known(TRIGGERED, since_ms=NOW_MS - age_ms)}
    assert looked_after(answers(told(Leg.STOP, TRIGGERED)), legs).ending is ending


def test_a_trigger_of_long_ago_whose_look_up_is_lost_changes_nothing() -> None:
    legs = open_position() | {Leg.STOP: known(TRIGGERED, since_ms=NOW_MS - LONG_MS - 1)}
    assert looked_after(answers(Unknown("timeout")), legs).ending is None


def test_a_position_that_was_taken_back_by_an_order_whose_answer_was_lost_is_closed() -> None:
    legs = {Leg.ENTRY: known(FILLED, SIZE), Leg.STOP: known(REJECTED), Leg.CLOSE: known(OrderState.UNKNOWN)}
    assert looked_after(answers(told(Leg.CLOSE, FILLED, SIZE)), legs).ending is Ending.CLOSED


def stops_of_their_own() -> Legs:
    """Filled; two parts, each with a stop and a target."""
    half = SIZE / 2
    part = known(NEW, size=half)
    return {Leg.ENTRY: known(FILLED, SIZE)} | dict.fromkeys((Leg.STOP, Leg.STOP2, Leg.TARGET1, Leg.TARGET2), part)


def test_one_stop_of_several_closes_nothing_and_cancels_its_own_target() -> None:
    exchange = answers(told(Leg.STOP, FILLED, SIZE / 2))
    seen = looked_after(exchange, stops_of_their_own())
    assert (seen.ending, seen.stop_is_gone, cancels(exchange)) == (None, False, [("ms1x-1", True)])


def test_the_stop_of_a_part_whose_target_has_filled_is_cancelled_and_not_missed() -> None:
    exchange = answers(told(Leg.STOP, NEW), told(Leg.STOP2, NEW), told(Leg.TARGET1, FILLED, SIZE / 2))
    seen = looked_after(exchange, stops_of_their_own())
    assert (seen.ending, seen.stop_is_gone, cancels(exchange)) == (None, False, [("ms1x-s", True)])


def test_all_stops_filled_close_the_position() -> None:
    exchange = answers(told(Leg.STOP, FILLED, SIZE / 2), told(Leg.STOP2, FILLED, SIZE / 2))
    seen = looked_after(exchange, stops_of_their_own())
    assert (seen.ending, cancels(exchange)) == (Ending.CLOSED, [("ms1x-1", True), ("ms1x-2", True)])


# Spot


@pytest.mark.parametrize(
    ("taken", "prices"), [("first", [51000]), ("last", [53000]), ("ladder", [51000, 52000, 53000])]
)
def test_a_filled_spot_entry_gets_the_exits_of_the_followers_own_choice(taken: str, prices: list[int]) -> None:
    exchange = answers(told(Leg.ENTRY, FILLED, SIZE))
    seen = looked_after(exchange, {Leg.ENTRY: known(NEW)}, plan(Market.SPOT), taken)
    assert [oco.target_price for oco in ocos(exchange)] == prices
    assert sum(oco.quantity for oco in ocos(exchange)) == Decimal("0.039")
    assert seen.exits is not None
    assert (seen.exits.unprotected, seen.ending) == ("", None)


def test_a_spot_entry_that_ended_half_filled_has_that_half_in_parts_that_are_not_too_small() -> None:
    exchange = answers(told(Leg.ENTRY, EXPIRED, "0.005"))
    looked_after(exchange, {Leg.ENTRY: known(NEW)}, plan(Market.SPOT), "ladder")
    assert [oco.quantity for oco in ocos(exchange)] == [Decimal("0.004")]


def test_a_spot_entry_that_still_rests_half_filled_waits() -> None:
    exchange = answers(told(Leg.ENTRY, OrderState.PARTIALLY_FILLED, SIZE / 2))
    looked_after(exchange, {Leg.ENTRY: known(NEW)}, plan(Market.SPOT), "ladder")
    assert ocos(exchange) == []


HALF_OPEN = Known(OrderState.PARTIALLY_FILLED, SIZE, SIZE / 2, NOW_MS - 5000)


@pytest.mark.parametrize(("waited_ms", "cut"), [(4999, False), (5000, True)])
def test_a_spot_entry_that_rests_half_filled_for_five_seconds_is_cancelled(waited_ms: int, cut: bool) -> None:
    exchange = answers(
        told(Leg.ENTRY, OrderState.PARTIALLY_FILLED, SIZE / 2), cancelled=[told(Leg.ENTRY, CANCELLED, SIZE / 2)]
    )
    legs = {Leg.ENTRY: replace(HALF_OPEN, since_ms=NOW_MS - waited_ms)}
    seen = looked_after(exchange, legs, plan(Market.SPOT))
    assert (seen.was_cut_short, bool(cancels(exchange)), bool(ocos(exchange))) == (cut, cut, cut)


def test_one_that_buys_drop_by_drop_is_measured_from_its_first_drop() -> None:
    exchange = answers(
        told(Leg.ENTRY, OrderState.PARTIALLY_FILLED, SIZE / 2), cancelled=[told(Leg.ENTRY, CANCELLED, SIZE / 2)]
    )
    choice = Choice(terms().targets, "first")
    exchange.there = {"ms1x-e"}
    talk = session(exchange, bare_since_ms=NOW_MS - 5000)
    just_now = {Leg.ENTRY: replace(HALF_OPEN, since_ms=NOW_MS)}
    assert drive(look_after(talk, plan(Market.SPOT), choice, just_now)).was_cut_short


def test_a_cancel_that_is_only_acknowledged_is_waited_for() -> None:
    half, over = told(Leg.ENTRY, OrderState.PARTIALLY_FILLED, SIZE / 2), told(Leg.ENTRY, CANCELLED, SIZE / 2)
    exchange = answers(half, half, over, cancelled=[told(Leg.ENTRY, OrderState.UNKNOWN)])
    exchange.abilities = replace(exchange.abilities, answers_with_fill=False)
    assert looked_after(exchange, {Leg.ENTRY: HALF_OPEN}, plan(Market.SPOT)).was_cut_short
    assert len(ocos(exchange)) == 1


def test_a_cancel_that_finds_the_entry_filled_whole_is_no_cutting_short() -> None:
    whole = told(Leg.ENTRY, FILLED, SIZE)
    exchange = answers(told(Leg.ENTRY, OrderState.PARTIALLY_FILLED, SIZE / 2), whole, cancelled=[TOO_LATE])
    seen = looked_after(exchange, {Leg.ENTRY: HALF_OPEN}, plan(Market.SPOT))
    assert not seen.was_cut_short
    assert [oco.quantity for oco in ocos(exchange)] == [Decimal("0.039")]


def test_while_it_is_not_certain_that_the_entry_is_over_nothing_is_placed() -> None:
    half = told(Leg.ENTRY, OrderState.PARTIALLY_FILLED, SIZE / 2)
    for outcome in (Unknown("timeout"), NO, NotSent("no room")):
        exchange = answers(half, half, half, half, cancelled=[outcome])
        seen = looked_after(exchange, {Leg.ENTRY: HALF_OPEN}, plan(Market.SPOT))
        assert (seen.was_cut_short, ocos(exchange)) == (False, [])


def test_exits_that_died_with_an_entry_that_lacked_one_step_are_placed_anew() -> None:
    made = plan(Market.SPOT)
    step = made.rules.step
    whole, part = 1001 * step, 1000 * step  # Less 0.1 %, rounded down, both are 999 steps.
    gone = known(EXPIRED, size=999 * step)
    legs = {Leg.ENTRY: known(CANCELLED, part, whole), Leg.STOP: gone, Leg.TARGET1: gone}
    exchange = answers()
    looked_after(exchange, legs, replace(made, quantity=whole))
    assert [oco.quantity for oco in ocos(exchange)] == [999 * step]


def test_what_was_placed_anew_and_then_cancelled_by_somebody_is_not_placed_again() -> None:
    made = plan(Market.SPOT)
    gone = known(CANCELLED, size=made.exits[0].quantity)
    legs = {Leg.ENTRY: known(CANCELLED, HALF), Leg.STOP: gone, Leg.TARGET1: gone}
    exchange = answers()
    exchange.there = {"ms1x-e"}
    again = {Leg.STOP: "ms1x-sr", Leg.TARGET1: "ms1x-1r"}
    talk = session(exchange, client_ids=again)
    assert drive(look_after(talk, made, Choice(terms().targets, "first"), legs)).ending is Ending.ABANDONED
    assert ocos(exchange) == []


def test_a_spot_purchase_that_is_too_small_for_exits_is_told_and_not_followed() -> None:
    exchange = answers(told(Leg.ENTRY, CANCELLED, "0.001"))
    seen = looked_after(exchange, {Leg.ENTRY: known(NEW)}, plan(Market.SPOT))
    assert seen.exits is not None
    assert ("too little" in seen.exits.unprotected, seen.ending) == (True, Ending.TOO_LITTLE)


def test_a_spot_exit_that_was_refused_in_passing_is_told_and_tried_again_with_the_same_ids() -> None:
    bought: Legs = {Leg.ENTRY: known(FILLED, SIZE)}
    first = ScriptedExchange({PlaceOco: [NO]})
    seen = looked_after(first, bought, plan(Market.SPOT))
    assert seen.exits is not None
    assert ("-2010" in seen.exits.unprotected, seen.ending) == (True, None)
    second = ScriptedExchange()
    held = Decimal("0.039")
    busy = replace(known(REJECTED, size=held), reason="rate")
    refused = bought | {Leg.STOP: busy, Leg.TARGET1: busy}
    looked_after(second, refused, plan(Market.SPOT))
    assert ocos(second) == ocos(first)


def test_a_spot_exit_that_was_refused_for_good_is_not_tried_again_for_who_chose_to_be_told() -> None:
    refused = {Leg.ENTRY: known(FILLED, SIZE), Leg.STOP: known(REJECTED), Leg.TARGET1: known(REJECTED)}
    seen = looked_after(ScriptedExchange({PlaceOco: [NO]}), refused, plan(Market.SPOT))
    assert seen.ending is Ending.ABANDONED


def test_what_gets_no_spot_exit_is_sold_where_the_follower_chose_to_be_out() -> None:
    exchange = ScriptedExchange({PlaceOco: [NO]})
    seen = looked_after(exchange, {Leg.ENTRY: known(FILLED, SIZE)}, plan(Market.SPOT), close=True)
    assert (seen.ending, exchange.kinds) == (Ending.CLOSED, ["QueryOrder"] * 3 + ["PlaceOco", "PlaceOrder"])


def test_a_part_of_a_spot_ladder_that_was_sold_gets_no_exit_and_is_closed_with_the_rest() -> None:
    ladder = plan(Market.SPOT, "ladder")
    legs = {Leg.ENTRY: known(FILLED, SIZE), Leg.CLOSE: known(FILLED, ladder.exits[1].quantity)}
    for exit_, state in zip(ladder.exits, (NEW, REJECTED, EXPIRED), strict=True):
        legs[exit_.leg] = known(state, size=exit_.quantity)
        legs[exit_.stop_leg] = known(state, size=exit_.quantity)
    legs[Leg.STOP3] = known(FILLED, ladder.exits[2].quantity, ladder.exits[2].quantity)
    exchange = answers(told(Leg.TARGET1, FILLED, ladder.exits[0].quantity), told(Leg.STOP, EXPIRED))
    legs = {leg: legs[leg] for leg in (Leg.ENTRY, Leg.TARGET1, Leg.TARGET2, Leg.TARGET3, *STOPS, Leg.CLOSE)}
    seen = looked_after(exchange, legs, ladder, "ladder", close=True)
    assert (seen.ending, ocos(exchange)) == (Ending.CLOSED, [])


def test_a_part_that_was_sold_does_not_close_the_parts_that_rest() -> None:
    ladder = plan(Market.SPOT, "ladder")
    legs = {Leg.ENTRY: known(FILLED, SIZE), Leg.CLOSE: known(FILLED, ladder.exits[1].quantity)}
    for exit_, state in zip(ladder.exits, (NEW, REJECTED, NEW), strict=True):
        legs |= {exit_.leg: known(state, size=exit_.quantity), exit_.stop_leg: known(state, size=exit_.quantity)}
    assert looked_after(ScriptedExchange(), legs, ladder, "ladder", close=True).ending is None


def test_a_spot_exit_that_was_not_sent_is_tried_until_it_is() -> None:
    busy = replace(known(REJECTED), reason="rate")
    refused = {Leg.ENTRY: known(FILLED, SIZE), Leg.STOP: busy, Leg.TARGET1: busy}
    seen = looked_after(ScriptedExchange({PlaceOco: [NotSent("no connection")] * 2}), refused, plan(Market.SPOT))
    assert seen.ending is None


def test_a_spot_exit_whose_answer_was_lost_is_never_sent_again() -> None:
    lost = OrderState.UNKNOWN
    exchange = answers(NOT_FOUND, NOT_FOUND)
    legs = {Leg.ENTRY: known(FILLED, SIZE), Leg.STOP: known(lost), Leg.TARGET1: known(lost)}
    seen = looked_after(exchange, legs, plan(Market.SPOT))
    assert (ocos(exchange), seen.ending) == ([], None)


def test_only_the_missing_part_of_a_spot_ladder_is_placed_and_under_its_own_list_id() -> None:
    ladder = plan(Market.SPOT, "ladder")
    legs = {Leg.ENTRY: known(FILLED, SIZE)}
    for exit_ in ladder.exits:
        legs |= {exit_.leg: known(NEW, size=exit_.quantity), exit_.stop_leg: known(NEW, size=exit_.quantity)}
    legs |= {
        Leg.TARGET2: replace(legs[Leg.TARGET2], state=REJECTED, reason="rate"),
        Leg.STOP2: replace(legs[Leg.STOP2], state=REJECTED),
    }
    exchange = ScriptedExchange()
    looked_after(exchange, legs, ladder, "ladder")
    assert [(oco.list_id, oco.quantity) for oco in ocos(exchange)] == [("ms1x-l2", ladder.exits[1].quantity)]


def test_a_part_of_a_spot_ladder_that_was_never_sent_is_placed_beside_the_others() -> None:
    ladder = plan(Market.SPOT, "ladder")
    legs = {Leg.ENTRY: known(FILLED, SIZE)}
    for exit_ in ladder.exits[:2]:
        legs |= {exit_.leg: known(NEW, size=exit_.quantity), exit_.stop_leg: known(NEW, size=exit_.quantity)}
    exchange = ScriptedExchange()
    looked_after(exchange, legs, ladder, "ladder")
    assert [oco.list_id for oco in ocos(exchange)] == ["ms1x-l3"]


def test_exits_that_hold_everything_get_no_more_when_the_follower_chooses_otherwise_later() -> None:
    first = plan(Market.SPOT)
    legs = {Leg.ENTRY: known(FILLED, SIZE), Leg.STOP: known(NEW), Leg.TARGET1: known(NEW)}
    exchange = ScriptedExchange()
    seen = looked_after(exchange, legs, first, "ladder")
    assert (ocos(exchange), seen.exits) == ([], None)


def test_a_spot_position_is_closed_when_each_list_has_filled_on_one_side() -> None:
    ladder = plan(Market.SPOT, "ladder")
    legs = {Leg.ENTRY: known(FILLED, SIZE)}
    for exit_, won in zip(ladder.exits, (True, True, False), strict=True):
        legs[exit_.leg] = known(FILLED if won else EXPIRED, exit_.quantity if won else 0, exit_.quantity)
        legs[exit_.stop_leg] = known(EXPIRED if won else NEW, size=exit_.quantity)
    exchange = answers(told(Leg.STOP3, FILLED, ladder.exits[2].quantity))
    seen = looked_after(exchange, legs, ladder, "ladder")
    assert (seen.ending, cancels(exchange)) == (Ending.CLOSED, [])


def died_with_their_entry(exchange: ScriptedExchange, *, close: bool = False) -> Seen:
    """They wait for the whole fill (EXCHANGES 2.6)."""
    legs = {Leg.ENTRY: known(NEW), Leg.STOP: known(PENDING), Leg.TARGET1: known(PENDING)}
    exchange.answers[QueryOrder] = [
        told(Leg.ENTRY, CANCELLED, HALF), told(Leg.STOP, EXPIRED), told(Leg.TARGET1, EXPIRED),
    ]  # fmt: skip
    return looked_after(exchange, legs, plan(Market.SPOT), close=close)


def test_exits_that_died_with_a_half_filled_spot_entry_are_placed_anew_over_what_was_bought() -> None:
    exchange = ScriptedExchange()
    seen = died_with_their_entry(exchange)
    (oco,) = ocos(exchange)
    assert (oco.quantity, oco.list_id, oco.stop_id, oco.target_id) == (
        Decimal("0.019"), "ms1x-l1r", "ms1x-sr", "ms1x-1r",
    )  # fmt: skip
    assert seen.exits is not None and not seen.exits.unprotected and set(seen.orders) == {Leg.ENTRY}
    assert [(leg.client_id, leg.quantity) for leg in seen.exits.legs] == [
        ("ms1x-sr", Decimal("0.019")), ("ms1x-1r", Decimal("0.019")),
    ]  # fmt: skip


def test_where_they_are_refused_anew_the_followers_choice_counts() -> None:
    to_be_told, to_be_out = ScriptedExchange({PlaceOco: [NO]}), ScriptedExchange({PlaceOco: [NO]})
    seen = died_with_their_entry(to_be_told)
    assert seen.exits is not None and "-2010" in seen.exits.unprotected and seen.ending is None
    assert died_with_their_entry(to_be_out, close=True).ending is Ending.CLOSED
    (sold,) = [intent for intent in to_be_out.asked if isinstance(intent, PlaceOrder)]
    assert sold.quantity == Decimal("0.019")


def test_exits_of_the_right_size_that_somebody_took_away_are_told_as_gone() -> None:
    gone = known(CANCELLED, size="0.019")
    legs = {Leg.ENTRY: known(CANCELLED, HALF), Leg.STOP: gone, Leg.TARGET1: gone}
    exchange = ScriptedExchange()
    assert looked_after(exchange, legs, plan(Market.SPOT)).ending is Ending.ABANDONED
    assert ocos(exchange) == []
