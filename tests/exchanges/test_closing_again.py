"""A close that ended without having closed all: the rest gets its stop, or the next close; never more than is open."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from mysignals.domain.intents import (
    ExitKind,
    Leg,
    PlaceExit,
    PlaceOco,
    PlaceOrder,
    QueryOrder,
    ReadPositions,
    ReadPrice,
)
from mysignals.domain.market import Market, Side
from mysignals.domain.outcomes import Accepted, OrderReport, OrderState, Outcome, PriceRead, Reason, Unknown
from mysignals.exchanges.following_up import look_after
from mysignals.exchanges.generations import SIGNS
from mysignals.exchanges.missing_exits import Choice
from mysignals.exchanges.passed import passed
from mysignals.exchanges.seen import Ending, Seen
from mysignals.exchanges.session import SUFFIX
from mysignals.exchanges.standing import Known, Legs
from tests.domain.values import terms
from tests.exchanges.scripted import NO_SUCH_ORDER, ScriptedExchange, drive, session
from tests.exchanges.test_following_up import CANCELLED, FILLED, NEW, NO, NOW_MS, SIZE, known, plan, told
from tests.exchanges.test_repairing import BOUGHT, HELD, refused
from tests.exchanges.test_spot_pairs import PAIRS

PART = SIZE / 4
REST = SIZE - PART
SHORT = {Leg.CLOSE: known(CANCELLED, PART)}
FUTURES, SPOT = Market.FUTURES, Market.SPOT


def turn(
    exchange: ScriptedExchange,
    legs: Legs,
    market: Market = FUTURES,
    *,
    close: bool = True,
    ids: dict[Leg, str] | None = None,
) -> Seen:
    exchange.there = {"ms1x" + SUFFIX[leg] for leg, known in legs.items() if known.state is not OrderState.REJECTED}
    if ids:
        exchange.there |= set(ids.values())
    exchange.answers.setdefault(ReadPositions, [HELD] * 4)
    made = session(exchange, close_unprotected=close, client_ids=ids or {})
    return drive(look_after(made, plan(market), Choice(terms().targets, "first"), legs))


def closes(exchange: ScriptedExchange) -> list[tuple[str, Decimal]]:
    return [(one.client_id, one.quantity) for one in exchange.asked if isinstance(one, PlaceOrder)]


def stops(exchange: ScriptedExchange) -> list[Decimal]:
    return [one.quantity for one in exchange.asked if isinstance(one, PlaceExit) and one.kind is ExitKind.STOP]


def test_the_rest_of_a_close_that_ended_short_gets_its_stop() -> None:
    exchange = ScriptedExchange()
    seen = turn(exchange, BOUGHT | {Leg.STOP: refused(Reason.TIME)} | SHORT)
    assert (stops(exchange), closes(exchange), seen.ending) == ([REST], [], None)


def test_where_the_stop_is_refused_again_the_rest_is_closed_under_the_next_id() -> None:
    exchange = ScriptedExchange({PlaceExit: [NO]})
    seen = turn(exchange, BOUGHT | {Leg.STOP: refused(Reason.TRIGGER)} | SHORT)
    assert (closes(exchange), seen.ending) == ([("ms1x-cr", REST)], Ending.CLOSED)
    assert seen.exits is not None and seen.exits.legs[-1].order is not None
    assert (seen.exits.legs[-1].quantity, seen.exits.legs[-1].order.filled) == (SIZE, SIZE)


def test_what_has_no_stop_that_could_be_placed_is_closed() -> None:
    exchange = ScriptedExchange()
    seen = turn(exchange, BOUGHT | {Leg.STOP: known(CANCELLED), Leg.TARGET1: known(CANCELLED)} | SHORT)
    assert (closes(exchange), seen.ending) == ([("ms1x-cr", REST)], Ending.CLOSED)


def test_who_chose_to_be_told_has_nothing_closed_and_stays_followed() -> None:
    exchange = ScriptedExchange()
    seen = turn(exchange, BOUGHT | {Leg.STOP: refused(Reason.TRIGGER)} | SHORT, close=False)
    assert (closes(exchange), stops(exchange), seen.ending) == ([], [], Ending.ABANDONED)


def test_after_the_last_id_nothing_is_closed_any_more_and_it_stays_open() -> None:
    exchange = ScriptedExchange({PlaceExit: [NO]})
    legs = BOUGHT | {Leg.STOP: known(CANCELLED)} | SHORT
    seen = turn(exchange, legs, ids={Leg.CLOSE: "ms1x-c" + SIGNS[-1]})
    assert (closes(exchange), seen.ending) == ([], Ending.ABANDONED)


@pytest.mark.parametrize("market", [FUTURES, SPOT])
@pytest.mark.parametrize("state", [NEW, OrderState.UNKNOWN, OrderState.PARTIALLY_FILLED])
def test_nothing_is_placed_beside_a_close_on_its_way(state: OrderState, market: Market) -> None:
    exchange = ScriptedExchange({QueryOrder: [Unknown("timeout")]})
    bare = {Leg.STOP: refused(Reason.TIME), Leg.TARGET1: refused(Reason.TIME)}
    turn(exchange, BOUGHT | bare | {Leg.CLOSE: known(state, PART)}, market)
    assert (closes(exchange), stops(exchange), PlaceOco in map(type, exchange.asked)) == ([], [], False)


def test_a_later_close_is_told_with_what_the_earlier_ones_have_sold() -> None:
    exchange = ScriptedExchange({QueryOrder: [by("ms1x-cr", FILLED, REST), by("ms1x-c", CANCELLED, PART)]})
    legs = BOUGHT | {Leg.STOP: refused(Reason.TRIGGER), Leg.CLOSE: known(OrderState.UNKNOWN, PART)}
    seen = turn(exchange, legs, ids={Leg.CLOSE: "ms1x-cr"})
    assert (seen.orders[Leg.CLOSE].filled, seen.ending) == (SIZE, Ending.CLOSED)


@pytest.mark.parametrize("untold", [Unknown("timeout"), NO_SUCH_ORDER])
def test_where_an_earlier_close_is_not_told_nothing_is_known_of_the_later_one(untold: Outcome) -> None:
    exchange = ScriptedExchange({QueryOrder: [by("ms1x-cr", CANCELLED, PART), untold]})
    legs = BOUGHT | {Leg.STOP: refused(Reason.TRIGGER), Leg.CLOSE: known(OrderState.UNKNOWN, PART)}
    seen = turn(exchange, legs, ids={Leg.CLOSE: "ms1x-cr"})
    assert Leg.CLOSE not in seen.orders and (closes(exchange), stops(exchange)) == ([], [])


def test_a_later_close_whose_answer_was_lost_keeps_what_was_sold_in_our_books() -> None:
    exchange = ScriptedExchange({PlaceExit: [NO], PlaceOrder: [Unknown("timeout")]})
    seen = turn(exchange, BOUGHT | {Leg.STOP: refused(Reason.TRIGGER)} | SHORT)
    assert seen.exits is not None and seen.exits.legs[-1].order is not None
    assert (seen.exits.legs[-1].order.state, seen.exits.legs[-1].order.filled) == (OrderState.UNKNOWN, PART)


def by(client_id: str, state: OrderState, filled: Decimal) -> Accepted:
    return Accepted((OrderReport(client_id, "1", state, filled),))


BARE_SPOT = {Leg.STOP: refused(Reason.TRIGGER), Leg.TARGET1: refused(Reason.TRIGGER)}


def test_a_spot_close_that_ended_short_leaves_the_rest_to_new_exits() -> None:
    exchange = ScriptedExchange()
    seen = turn(exchange, BOUGHT | BARE_SPOT | SHORT, SPOT)
    placed = [one.quantity for one in exchange.asked if isinstance(one, PlaceOco)]
    assert (placed, closes(exchange), seen.ending) == ([Decimal("0.029")], [], None)


def test_or_is_sold_under_the_next_id() -> None:
    exchange = ScriptedExchange({PlaceOco: [NO]})
    seen = turn(exchange, BOUGHT | BARE_SPOT | SHORT, SPOT)
    assert (closes(exchange), seen.ending) == ([("ms1x-cr", Decimal("0.029"))], Ending.CLOSED)


@pytest.mark.parametrize("market", [FUTURES, SPOT])
def test_a_close_of_a_dead_turn_is_found_before_anything_is_placed(market: Market) -> None:
    exchange = ScriptedExchange({QueryOrder: [by("ms1x-c", FILLED, SIZE)]})
    made = session(exchange, close_unprotected=True)
    legs = BOUGHT | BARE_SPOT
    exchange.answers[ReadPositions] = [HELD]
    exchange.there = {"ms1x-e", "ms1x-c"}
    seen = drive(look_after(made, plan(market), Choice(terms().targets, "first"), legs))
    assert (closes(exchange), stops(exchange), PlaceOco in map(type, exchange.asked)) == ([], [], False)
    assert seen.exits is not None and seen.exits.legs[-1].leg is Leg.CLOSE


def rung_refused(
    answer: dict[type, list[Outcome]], close: Known | None = None, entry: Known = BOUGHT[Leg.ENTRY]
) -> tuple[ScriptedExchange, Seen]:
    """The third part of a spot ladder is refused for good; its sale has not come about."""
    ladder = plan(SPOT, "ladder")
    legs = {Leg.ENTRY: entry}
    for rung in ladder.exits:
        legs |= {rung.leg: known(NEW, size=rung.quantity), rung.stop_leg: known(NEW, size=rung.quantity)}
    last = ladder.exits[-1].quantity
    legs |= {Leg.STOP3: refused(Reason.TOO_MANY, last), Leg.TARGET3: refused(Reason.TOO_MANY, last)}
    if close is not None:
        legs[Leg.CLOSE] = close
    exchange = ScriptedExchange(answer)
    exchange.there = {"ms1x" + SUFFIX[leg] for leg, known in legs.items() if known.state is not OrderState.REJECTED}
    made = session(exchange, close_unprotected=True)
    return exchange, drive(look_after(made, ladder, Choice(terms().targets, "ladder"), legs))


def test_a_part_that_got_no_exits_and_was_not_sold_is_sold_by_the_next_turn() -> None:
    exchange, seen = rung_refused({PlaceOco: [NO]})
    last = plan(SPOT, "ladder").exits[-1].quantity
    assert (closes(exchange), seen.ending) == ([("ms1x-c", last)], None)
    assert seen.exits is not None and not seen.exits.unprotected


def test_or_gets_its_exits_where_the_exchange_takes_them_by_then() -> None:
    exchange, _ = rung_refused({})
    assert [one.list_id for one in exchange.asked if isinstance(one, PlaceOco)] == ["ms1x-l3"] and not closes(exchange)


def test_a_part_that_was_sold_is_not_sold_again() -> None:
    last = plan(SPOT, "ladder").exits[-1].quantity
    exchange, _ = rung_refused({}, known(FILLED, last, last))
    assert not closes(exchange) and not any(isinstance(one, PlaceOco) for one in exchange.asked)


@pytest.mark.parametrize(
    ("refused_ago_s", "filled_ago_s", "is_tried"), [(19, 60, False), (21, 60, True), (21, 120, False), (31, 120, True)]
)
def test_a_sale_that_was_refused_for_good_is_tried_again_ever_more_rarely(
    refused_ago_s: int, filled_ago_s: int, is_tried: bool
) -> None:
    close = replace(refused(Reason.FUNDS), since_ms=NOW_MS - 1000 * refused_ago_s)
    filled = replace(BOUGHT[Leg.ENTRY], since_ms=NOW_MS - 1000 * filled_ago_s)
    exchange, _ = rung_refused({PlaceOco: [NO]}, close, filled)
    assert bool(closes(exchange)) is is_tried


LATE = "the price has passed the stop already"


def price(at: str) -> PriceRead:
    return PriceRead(Decimal(at))


def pair_turn(at: Outcome, *, close: bool) -> tuple[ScriptedExchange, Seen]:
    """The exits of a spot pair whose entry was found late: the stop is at 49000, the target at 51000."""
    exchange = ScriptedExchange({ReadPrice: [at]}, abilities=replace(PAIRS, answers_with_fill=True))
    return exchange, turn(exchange, dict(BOUGHT), SPOT, close=close)


def kinds(exchange: ScriptedExchange) -> list[ExitKind]:
    return [one.kind for one in exchange.asked if isinstance(one, PlaceExit)]


@pytest.mark.parametrize("at", ["49000", "48000"])
def test_a_stop_that_the_price_has_passed_is_not_placed_on_spot(at: str) -> None:
    told_only, seen = pair_turn(price(at), close=False)
    assert kinds(told_only) == [] and closes(told_only) == []
    assert seen.exits is not None and seen.exits.unprotected == LATE
    out, seen = pair_turn(price(at), close=True)
    assert (kinds(out), closes(out), seen.ending) == ([], [("ms1x-c", Decimal("0.039"))], Ending.CLOSED)


def test_a_target_that_the_price_has_reached_is_sold_at_market_by_who_chose_so() -> None:
    out, seen = pair_turn(price("51000"), close=True)
    assert (kinds(out), closes(out), seen.ending) == ([], [("ms1x-c", Decimal("0.039"))], Ending.CLOSED)


def test_and_left_out_for_the_others() -> None:
    told_only, seen = pair_turn(price("51000"), close=False)
    assert (kinds(told_only), closes(told_only)) == ([ExitKind.STOP], [])
    assert seen.exits is not None and not seen.exits.unprotected


@pytest.mark.parametrize("at", [price("50000"), Unknown("timeout"), NO])
def test_between_both_or_where_no_price_is_told_both_are_placed(at: Outcome) -> None:
    exchange, _ = pair_turn(at, close=True)
    assert kinds(exchange) == [ExitKind.STOP, ExitKind.TARGET] and not closes(exchange)


def test_a_futures_stop_that_the_price_has_passed_is_not_placed_late() -> None:
    exchange = ScriptedExchange({ReadPrice: [price("48000")]})
    seen = turn(exchange, dict(BOUGHT))
    assert (stops(exchange), closes(exchange), seen.ending) == ([], [("ms1x-c", SIZE)], Ending.CLOSED)


def test_one_that_is_there_already_is_found_wherever_the_price_is() -> None:
    exchange = ScriptedExchange(
        {ReadPrice: [price("48000")], QueryOrder: [told(Leg.STOP, NEW), told(Leg.TARGET1, NEW)]}
    )
    seen = turn(exchange, dict(BOUGHT))
    assert (stops(exchange), closes(exchange), seen.ending) == ([], [], None)


@pytest.mark.parametrize(("side", "at"), [(Side.BUY, "49000.1"), (Side.SELL, "50999.9")])
def test_a_stop_is_passed_on_the_side_of_its_loss(side: Side, at: str) -> None:
    beyond = Decimal(49000) if side is Side.BUY else Decimal(51000)
    made = replace(plan(), side=side, stop=beyond)
    near = replace(session(ScriptedExchange()), market_price=Decimal(at))
    assert passed(near, made, ExitKind.STOP, beyond) is None
    there = replace(near, market_price=beyond)
    assert passed(there, made, ExitKind.STOP, beyond) is not None
    assert passed(near, made, ExitKind.TARGET, Decimal(at)) is not None
