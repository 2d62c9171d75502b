"""Orders that an exchange does not know: never arrived, gone, or only late; and what follows from each."""

from __future__ import annotations

import pytest

from mysignals.domain.abilities import Abilities, ExitStyle
from mysignals.domain.intents import (
    CancelOrder,
    Leg,
    PlaceExit,
    PlaceOco,
    PlaceOrder,
    QueryOrder,
    ReadPositions,
)
from mysignals.domain.market import Market
from mysignals.domain.outcomes import OrderState, Outcome, Positions, Unknown
from mysignals.exchanges.absences import GONE_MS, SKEW_MS
from mysignals.exchanges.following_up import look_after
from mysignals.exchanges.generations import SIGNS
from mysignals.exchanges.missing_exits import Choice
from mysignals.exchanges.seen import Ending, Seen
from mysignals.exchanges.session import SUFFIX
from mysignals.exchanges.standing import Legs
from tests.domain.values import terms
from tests.exchanges.scripted import EVERYTHING, ScriptedExchange, drive, session
from tests.exchanges.test_following_up import CANCELLED, FILLED, NEW, NO, NOT_FOUND, NOW_MS, SIZE, known, plan, told
from tests.exchanges.test_repairing import HELD

LOST = OrderState.UNKNOWN
LATE_MS = EVERYTHING.look_up_delay_ms + SKEW_MS
DEADLINE_MS = 5000 + LATE_MS
"""After it a request with the usual expiry, of an exchange without a lifetime of its own, cannot arrive any more."""
PAIRS = Abilities(exits=ExitStyle.SEPARATE, answers_with_fill=False)
BOUGHT: Legs = {Leg.ENTRY: known(FILLED, SIZE)}
NAMED = {Leg.ENTRY: "1", Leg.STOP: "2", Leg.TARGET1: "3"}
both_choices = pytest.mark.parametrize("close", [True, False], ids=["to be out", "to be told"])


def absent(age_ms: int = 0, state: OrderState = LOST) -> Legs:
    """A stop and a target that our books have in this state for so long."""
    one = known(state, since_ms=NOW_MS - age_ms)
    return {Leg.STOP: one, Leg.TARGET1: one}


def turn(
    exchange: ScriptedExchange, legs: Legs, market: Market = Market.FUTURES, *, there: tuple[Leg, ...] = (),
    close: bool = False, **changes: object,
) -> Seen:  # fmt: skip
    """The exchange has the entry and what is `there`, and a position, where the test does not say otherwise."""
    exchange.there = {"ms1x" + SUFFIX[leg] for leg in (Leg.ENTRY, *there)}
    exchange.answers.setdefault(ReadPositions, [HELD] * 3)
    made = session(exchange, close_unprotected=close, **changes)
    return drive(look_after(made, plan(market), Choice(terms().targets, "first"), legs))


def placed(exchange: ScriptedExchange) -> list[str]:
    return [intent.client_id for intent in exchange.asked if isinstance(intent, PlaceExit)]


def cancelled(exchange: ScriptedExchange) -> list[str]:
    return [intent.client_id for intent in exchange.asked if isinstance(intent, CancelOrder)]


# Answers that were lost


@both_choices
def test_exits_whose_answer_was_lost_are_in_doubt_until_their_request_cannot_arrive_any_more(close: bool) -> None:
    exchange = ScriptedExchange()
    seen = turn(exchange, BOUGHT | absent(DEADLINE_MS - 1), close=close)
    assert (placed(exchange), seen.orders, seen.ending, seen.exits) == ([], {}, None, None)


@both_choices
def test_then_they_never_arrived_and_are_placed_under_the_same_ids(close: bool) -> None:
    exchange = ScriptedExchange()
    seen = turn(exchange, BOUGHT | absent(DEADLINE_MS), close=close)
    assert placed(exchange) == ["ms1x-s", "ms1x-1"]
    assert seen.exits is not None and not seen.exits.unprotected and seen.ending is None


def test_what_the_exchange_itself_takes_late_arrives_later() -> None:
    slow = ScriptedExchange(abilities=Abilities(lifetime_ms=30_000, answers_with_fill=False))
    turn(slow, BOUGHT | absent(DEADLINE_MS + 29_999))
    assert placed(slow) == []
    turn(slow, BOUGHT | absent(DEADLINE_MS + 30_000))
    assert placed(slow) == ["ms1x-s", "ms1x-1"]


def test_a_look_that_tells_nothing_does_not_make_it_absent() -> None:
    exchange = ScriptedExchange({QueryOrder: [Unknown("timeout")] * 2})
    turn(exchange, BOUGHT | absent(GONE_MS))
    assert placed(exchange) == []


def test_a_target_alone_whose_answer_was_lost_is_placed_beside_its_stop() -> None:
    exchange = ScriptedExchange()
    turn(exchange, BOUGHT | absent(DEADLINE_MS) | {Leg.STOP: known(NEW)}, there=(Leg.STOP,))
    assert placed(exchange) == ["ms1x-1"]


def test_a_close_that_never_arrived_leaves_the_position_to_be_repaired() -> None:
    books = BOUGHT | {Leg.STOP: known(OrderState.REJECTED), Leg.CLOSE: known(LOST, since_ms=NOW_MS - DEADLINE_MS)}
    exchange = ScriptedExchange({PlaceExit: [NO]})
    seen = turn(exchange, books, close=True)
    closing = [intent.client_id for intent in exchange.asked if isinstance(intent, PlaceOrder)]
    assert (closing, seen.ending) == (["ms1x-c"], Ending.CLOSED)


def test_lists_of_spot_exits_that_never_arrived_are_placed_under_the_same_ids() -> None:
    exchange = ScriptedExchange()
    turn(exchange, BOUGHT | absent(DEADLINE_MS), Market.SPOT)
    assert [oco.list_id for oco in exchange.asked if isinstance(oco, PlaceOco)] == ["ms1x-l1"]


@pytest.mark.parametrize("market", [Market.SPOT, Market.FUTURES])
@both_choices
def test_a_stop_that_is_found_after_all_gets_the_target_that_was_not_sent_without_it(
    market: Market, close: bool
) -> None:
    exchange = ScriptedExchange(abilities=PAIRS)
    seen = turn(exchange, BOUGHT | {Leg.STOP: known(LOST)}, market, there=(Leg.STOP,), close=close)
    assert seen.orders[Leg.STOP].state is NEW
    assert placed(exchange) == ["ms1x-1"]


@both_choices
def test_the_choice_counts_for_what_a_resting_entry_has_bought_so_far(close: bool) -> None:
    half = told(Leg.ENTRY, OrderState.PARTIALLY_FILLED, SIZE / 2)
    ended = told(Leg.ENTRY, CANCELLED, SIZE / 2)
    exchange = ScriptedExchange({PlaceExit: [NO], QueryOrder: [half, NOT_FOUND, NOT_FOUND, ended]})
    seen = turn(exchange, {Leg.ENTRY: known(NEW), Leg.STOP: known(LOST, since_ms=NOW_MS - DEADLINE_MS)}, close=close)
    sold = [intent.quantity for intent in exchange.asked if isinstance(intent, PlaceOrder)]
    assert (sold, cancelled(exchange)[:1]) == (([SIZE / 2], ["ms1x-e"]) if close else ([], []))
    assert seen.exits is not None and "-2010" in seen.exits.unprotected


# Orders that are gone


@pytest.mark.parametrize("age_ms", [LATE_MS, LATE_MS - 1])
def test_the_first_look_that_misses_a_resting_exit_is_remembered_where_it_should_have_been_seen(age_ms: int) -> None:
    exchange = ScriptedExchange()
    seen = turn(exchange, BOUGHT | absent(age_ms, NEW), exchange_ids=NAMED)
    states = {leg: order.state for leg, order in seen.orders.items()}
    assert states == ({Leg.STOP: LOST, Leg.TARGET1: LOST} if age_ms == LATE_MS else {})
    assert placed(exchange) == []


@both_choices
def test_one_that_stays_away_for_a_minute_is_placed_again_under_a_new_id(close: bool) -> None:
    exchange = ScriptedExchange()
    turn(exchange, BOUGHT | absent(GONE_MS - 1), exchange_ids=NAMED, close=close)
    assert placed(exchange) == []
    seen = turn(exchange, BOUGHT | absent(GONE_MS), exchange_ids=NAMED, close=close)
    assert placed(exchange) == ["ms1x-sr", "ms1x-1r"] and "ReadPositions" in exchange.kinds
    assert seen.exits is not None and [leg.client_id for leg in seen.exits.legs] == ["ms1x-sr", "ms1x-1r"]


def test_one_that_is_found_again_is_as_it_was() -> None:
    exchange = ScriptedExchange()
    seen = turn(exchange, BOUGHT | absent(GONE_MS), there=(Leg.STOP, Leg.TARGET1), exchange_ids=NAMED)
    assert {leg: order.state for leg, order in seen.orders.items()} == {Leg.STOP: NEW, Leg.TARGET1: NEW}
    assert placed(exchange) == []


def test_exits_that_went_with_their_position_are_not_placed_again() -> None:
    exchange = ScriptedExchange({ReadPositions: [Positions(())]})
    seen = turn(exchange, BOUGHT | absent(GONE_MS), exchange_ids=NAMED)
    assert (placed(exchange), seen.ending) == ([], Ending.CLOSED_THERE)


def test_while_the_position_cannot_be_read_nothing_is_placed_for_it() -> None:
    exchange = ScriptedExchange({ReadPositions: [Unknown("timeout")]})
    seen = turn(exchange, BOUGHT | absent(GONE_MS), exchange_ids=NAMED)
    assert (placed(exchange), seen.ending, seen.exits) == ([], None, None)


def test_an_exit_that_was_lost_too_often_is_told_and_not_placed_again() -> None:
    exchange = ScriptedExchange()
    last = {Leg.STOP: "ms1x-s" + SIGNS[-1]}
    stop = BOUGHT | {Leg.STOP: known(LOST, since_ms=NOW_MS - GONE_MS), Leg.TARGET1: known(NEW)}
    seen = turn(exchange, stop, there=(Leg.TARGET1,), exchange_ids=NAMED, client_ids=last)
    assert (placed(exchange), seen.stop_is_gone, seen.orders[Leg.STOP].state) == ([], True, CANCELLED)


def test_spot_exits_that_are_gone_may_have_sold_and_are_told() -> None:
    exchange = ScriptedExchange()
    seen = turn(exchange, BOUGHT | absent(GONE_MS), Market.SPOT, exchange_ids=NAMED)
    assert seen.ending is Ending.ABANDONED
    assert not {PlaceOco, PlaceOrder} & {type(intent) for intent in exchange.asked}


def entry_away(age_ms: int, position: Outcome, market: Market = Market.FUTURES) -> tuple[ScriptedExchange, Seen]:
    exchange = ScriptedExchange({QueryOrder: [NOT_FOUND], ReadPositions: [position]})
    books = {Leg.ENTRY: known(LOST, since_ms=NOW_MS - age_ms), Leg.STOP: known(NEW), Leg.TARGET1: known(NEW)}
    if market is Market.SPOT:
        books = {Leg.ENTRY: books[Leg.ENTRY]}
    return exchange, turn(exchange, books, market, there=(Leg.STOP, Leg.TARGET1), exchange_ids=NAMED)


@pytest.mark.parametrize("market", [Market.SPOT, Market.FUTURES])
def test_an_entry_that_is_gone_and_bought_nothing_is_cancelled_with_its_exits(market: Market) -> None:
    exchange, seen = entry_away(GONE_MS, Positions(()), market)
    assert (seen.ending, seen.entry_is_gone, seen.orders[Leg.ENTRY].state) == (Ending.CANCELLED, True, CANCELLED)
    assert cancelled(exchange) == ([] if market is Market.SPOT else ["ms1x-s", "ms1x-1"])


@pytest.mark.parametrize(
    ("age_ms", "position"), [(GONE_MS - 1, Positions(())), (GONE_MS, HELD), (GONE_MS, Unknown("timeout"))]
)
def test_an_entry_that_may_have_filled_or_is_only_late_keeps_its_exits(age_ms: int, position: Outcome) -> None:
    exchange, seen = entry_away(age_ms, position)
    assert (seen.ending, cancelled(exchange), seen.entry_is_gone) == (None, [], False)


# Flat


def test_a_flat_position_is_not_over_while_a_lost_exit_may_still_arrive() -> None:
    for age_ms, ending in ((DEADLINE_MS - 1, None), (DEADLINE_MS, Ending.CLOSED)):
        books = BOUGHT | absent(age_ms) | {Leg.STOP: known(FILLED, SIZE)}
        exchange = ScriptedExchange({CancelOrder: [NOT_FOUND] * 4})
        assert turn(exchange, books).ending is ending
        assert "ms1x-1" in cancelled(exchange)


def test_a_replaced_exit_takes_its_forerunner_and_a_successor_along() -> None:
    books = BOUGHT | {Leg.STOP: known(FILLED, SIZE), Leg.TARGET1: known(CANCELLED)}
    exchange = ScriptedExchange({CancelOrder: [NOT_FOUND] * 2})
    assert turn(exchange, books, client_ids={Leg.TARGET1: "ms1x-1r"}).ending is Ending.CLOSED
    assert cancelled(exchange) == ["ms1x-1", "ms1x-1r2"]


def test_it_is_not_over_while_one_of_them_may_rest() -> None:
    books = BOUGHT | {Leg.STOP: known(FILLED, SIZE), Leg.TARGET1: known(CANCELLED)}
    exchange = ScriptedExchange({CancelOrder: [Unknown("timeout")] * 2})
    assert turn(exchange, books, client_ids={Leg.TARGET1: "ms1x-1r"}).ending is None


def test_exits_that_a_turn_placed_and_could_not_tell_go_with_a_position_that_was_closed_there() -> None:
    exchange = ScriptedExchange({ReadPositions: [Positions(())]})
    assert turn(exchange, dict(BOUGHT)).ending is Ending.CLOSED_THERE
    assert cancelled(exchange) == ["ms1x-s", "ms1x-1"]


def test_getting_out_takes_the_forerunners_of_a_replaced_stop_along() -> None:
    stop = BOUGHT | {Leg.STOP: known(OrderState.REJECTED)}
    exchange = ScriptedExchange({PlaceExit: [NO], CancelOrder: [NOT_FOUND] * 9})
    seen = turn(exchange, stop, close=True, client_ids={Leg.STOP: "ms1x-sr"})
    assert seen.ending is Ending.CLOSED
    assert {"ms1x-sr", "ms1x-s", "ms1x-sr2"} <= set(cancelled(exchange))


def test_getting_out_takes_along_what_a_dead_turn_has_placed_and_left_without_a_row() -> None:
    stop = BOUGHT | {Leg.STOP: known(OrderState.REJECTED)}
    exchange = ScriptedExchange({PlaceExit: [NO], CancelOrder: [NOT_FOUND] * 9})
    assert turn(exchange, stop, close=True).ending is Ending.CLOSED
    assert {"ms1x-s2", "ms1x-s3", "ms1x-1", "ms1x-2", "ms1x-3"} <= set(cancelled(exchange))


def test_a_copy_that_was_closed_there_is_not_over_while_a_lost_exit_may_still_arrive() -> None:
    """One that arrives afterwards would meet the next position of the symbol."""
    gone = {ReadPositions: [Positions(())]}
    early = turn(ScriptedExchange(gone), BOUGHT | absent(DEADLINE_MS - 1), asks_for_the_position=True)
    assert early.ending is None
    late = turn(ScriptedExchange(gone), BOUGHT | absent(DEADLINE_MS), asks_for_the_position=True)
    assert late.ending is Ending.CLOSED_THERE


def test_getting_out_is_not_over_while_a_target_that_was_lost_before_may_still_arrive() -> None:
    stop = BOUGHT | {Leg.STOP: known(OrderState.REJECTED)}
    early = turn(ScriptedExchange({PlaceExit: [NO]}), stop | {Leg.TARGET1: known(LOST)}, close=True)
    assert early.exits is not None and early.exits.taken_back and early.exits.leftovers and early.ending is None
    lost = known(LOST, since_ms=NOW_MS - DEADLINE_MS)
    late = turn(ScriptedExchange({PlaceExit: [NO]}), stop | {Leg.TARGET1: lost}, close=True)
    assert late.ending is Ending.CLOSED
