"""Spot exchanges without order lists: stop and target are two orders, and we end the one that is left."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mysignals.domain.abilities import Abilities, ExitStyle
from mysignals.domain.intents import CancelOrder, ExitKind, Leg, PlaceExit, PlaceOrder, QueryOrder
from mysignals.domain.market import EntryType, Market
from mysignals.domain.outcomes import Accepted, OrderReport, OrderState, Outcome, Reason, Rejected
from mysignals.domain.plan import Plan, make_plan
from mysignals.exchanges.flows import open_position
from mysignals.exchanges.following_up import look_after
from mysignals.exchanges.missing_exits import Choice
from mysignals.exchanges.seen import Ending, Seen
from mysignals.exchanges.session import SUFFIX, Report
from mysignals.exchanges.standing import Known, Legs
from tests.domain.values import choices, rules, sized, terms
from tests.exchanges.scripted import ScriptedExchange, drive, session

PAIRS = Abilities(exits=ExitStyle.SEPARATE, answers_with_fill=False, buys_in_quote=True)
NEW, FILLED, CANCELLED, REJECTED = OrderState.NEW, OrderState.FILLED, OrderState.CANCELLED, OrderState.REJECTED
SIZE = Decimal("0.04")
HELD = Decimal("0.039")
"""What is left of SIZE when the commission has been taken, by the step."""
NO = Rejected(Reason.TRIGGER, "40830", "the price is wrong")


def plan(entry_type: EntryType = EntryType.MARKET, targets: str = "first") -> Plan:
    wanted = terms(market=Market.SPOT, leverage=1, entry_type=entry_type)
    made = make_plan(
        wanted, choices(sizing=sized("quote", 2000), targets=targets), rules(market=Market.SPOT), Decimal(50000)
    )
    assert isinstance(made, Plan) and made.quantity == SIZE
    return made


def told(leg: Leg, state: OrderState, filled: Decimal = Decimal(0)) -> Accepted:
    return Accepted((OrderReport("ms1x" + SUFFIX[leg], "1", state, filled),))


def exchange(*queried: Outcome, exits: tuple[Outcome, ...] = ()) -> ScriptedExchange:
    acknowledged = told(Leg.ENTRY, NEW)
    answers: dict[type, list[Outcome]] = {
        PlaceOrder: [acknowledged], QueryOrder: list(queried), PlaceExit: list(exits),
    }  # fmt: skip
    return ScriptedExchange(answers, abilities=PAIRS)


def opened(scripted: ScriptedExchange, made: Plan | None = None) -> Report:
    return drive(open_position(session(scripted), made or plan()))


def placed(scripted: ScriptedExchange) -> list[tuple[ExitKind, Decimal]]:
    return [(intent.kind, intent.quantity) for intent in scripted.asked if isinstance(intent, PlaceExit)]


def test_after_the_fill_a_stop_and_a_target_cover_what_is_held() -> None:
    scripted = exchange(told(Leg.ENTRY, FILLED, SIZE))
    report = opened(scripted)
    assert placed(scripted) == [(ExitKind.STOP, HELD), (ExitKind.TARGET, HELD)] and not report.unprotected
    assert all(intent.market is Market.SPOT for intent in scripted.asked if isinstance(intent, PlaceExit))


def test_a_purchase_in_quote_is_told_the_price_it_was_sized_by() -> None:
    scripted = exchange(told(Leg.ENTRY, FILLED, SIZE))
    opened(scripted)
    assert isinstance(scripted.asked[0], PlaceOrder) and scripted.asked[0].price == Decimal(50000)


def test_a_market_order_is_asked_for_until_it_is_over() -> None:
    scripted = exchange(told(Leg.ENTRY, NEW), told(Leg.ENTRY, NEW), told(Leg.ENTRY, FILLED, SIZE))
    assert opened(scripted).legs[0].order == OrderReport("ms1x-e", "1", FILLED, SIZE)
    assert scripted.kinds[:4] == ["PlaceOrder", "QueryOrder", "QueryOrder", "QueryOrder"]


def test_one_that_is_not_told_in_time_waits_for_its_exits() -> None:
    scripted = exchange(*[told(Leg.ENTRY, NEW)] * 3)
    report = opened(scripted)
    assert placed(scripted) == [] and isinstance(report.entry, Accepted)


def test_a_limit_entry_is_asked_for_once() -> None:
    scripted = exchange(told(Leg.ENTRY, NEW))
    opened(scripted, plan(EntryType.LIMIT))
    assert scripted.kinds == ["PlaceOrder", "QueryOrder"]


def test_what_gets_no_stop_is_sold_and_has_no_target() -> None:
    scripted = exchange(told(Leg.ENTRY, FILLED, SIZE), exits=(NO,))
    report = opened(scripted)
    assert placed(scripted) == [(ExitKind.STOP, HELD)]
    sold = scripted.asked[-1]
    assert report.taken_back and isinstance(sold, PlaceOrder) and (sold.quantity, sold.reduce_only) == (HELD, True)


def books(**exits: OrderState) -> Legs:
    return {Leg.ENTRY: Known(FILLED, SIZE, SIZE)} | {Leg(leg): Known(state, HELD) for leg, state in exits.items()}


def looked_after(scripted: ScriptedExchange, legs: Legs, made: Plan | None = None) -> Seen:
    scripted.there = {"ms1x" + SUFFIX[leg] for leg, known in legs.items() if known.state is not REJECTED}
    return drive(look_after(session(scripted), made or plan(), Choice(terms().targets, "first"), legs))


@pytest.mark.parametrize(("gone", "left"), [(Leg.STOP, Leg.TARGET1), (Leg.TARGET1, Leg.STOP)])
def test_the_exit_that_is_left_is_ended_by_us(gone: Leg, left: Leg) -> None:
    answers = {
        leg: told(leg, FILLED if leg is gone else NEW, HELD if leg is gone else Decimal(0))
        for leg in (Leg.STOP, Leg.TARGET1)
    }
    scripted = exchange(answers[Leg.STOP], answers[Leg.TARGET1], told(left, CANCELLED))
    seen = looked_after(scripted, books(stop=NEW, target1=NEW))
    cancelled = [(intent.client_id, intent.conditional) for intent in scripted.asked if isinstance(intent, CancelOrder)]
    assert (seen.ending, cancelled) == (Ending.CLOSED, [("ms1x" + SUFFIX[left], True)])


def test_exits_that_were_not_placed_yet_follow_the_fill() -> None:
    scripted = exchange(told(Leg.ENTRY, FILLED, SIZE))
    looked_after(scripted, {Leg.ENTRY: Known(NEW, SIZE)})
    assert placed(scripted) == [(ExitKind.STOP, HELD), (ExitKind.TARGET, HELD)]


def test_a_stop_whose_target_was_refused_is_not_placed_twice() -> None:
    scripted = exchange(told(Leg.STOP, NEW))
    seen = looked_after(scripted, books(stop=NEW, target1=REJECTED))
    assert placed(scripted) == [] and seen.ending is None


def test_a_stop_that_disappeared_is_told() -> None:
    scripted = exchange(told(Leg.STOP, CANCELLED), told(Leg.TARGET1, NEW))
    assert looked_after(scripted, books(stop=NEW, target1=NEW)).stop_is_gone


@pytest.mark.parametrize(("first", "left"), [(Leg.STOP, Leg.TARGET1), (Leg.TARGET1, Leg.STOP)])
@pytest.mark.parametrize("state", [OrderState.TRIGGERED, OrderState.PARTIALLY_FILLED])
def test_the_other_exit_is_ended_as_soon_as_one_has_triggered(first: Leg, left: Leg, state: OrderState) -> None:
    """Its market order is still on its way: until the other is gone, both may sell what was bought once."""
    looks = {first: told(first, state), left: told(left, NEW)}
    scripted = exchange(looks[Leg.STOP], looks[Leg.TARGET1], told(left, CANCELLED))
    seen = looked_after(scripted, books(stop=NEW, target1=NEW))
    cancelled = [intent.client_id for intent in scripted.asked if isinstance(intent, CancelOrder)]
    assert (cancelled, seen.orders[left].state, seen.ending) == (["ms1x" + SUFFIX[left]], CANCELLED, None)


def test_what_both_exits_have_sold_is_told() -> None:
    scripted = exchange(told(Leg.STOP, FILLED, HELD), told(Leg.TARGET1, NEW), told(Leg.TARGET1, FILLED, HELD))
    seen = looked_after(scripted, books(stop=NEW, target1=NEW))
    assert (seen.ending, seen.sold_twice) == (Ending.CLOSED, HELD)


def test_what_one_exit_has_sold_is_not_sold_twice() -> None:
    scripted = exchange(told(Leg.STOP, FILLED, HELD), told(Leg.TARGET1, CANCELLED))
    seen = looked_after(scripted, books(stop=NEW, target1=NEW))
    assert (seen.ending, seen.sold_twice) == (Ending.CLOSED, 0)


def test_parts_of_what_is_held_are_never_under_the_minimum() -> None:
    """A third of 0.008 would be worth less than 100 at the stop, and the exchange takes no less."""
    ladder = plan(targets="ladder")
    entry = OrderReport("ms1x-e", "1", FILLED, SIZE, commission_in_base=SIZE - Decimal("0.008"))
    scripted = exchange(Accepted((entry,)))
    report = opened(scripted, ladder)
    stops = [quantity for kind, quantity in placed(scripted) if kind is ExitKind.STOP]
    assert (stops, report.unprotected) == ([Decimal("0.004"), Decimal("0.004")], "")


def test_a_part_that_is_placed_later_takes_what_the_others_leave() -> None:
    ladder = plan(targets="ladder")
    one, two, three = ladder.exits
    resting = {leg: Known(NEW, rung.quantity) for rung in (one, two) for leg in (rung.leg, rung.stop_leg)}
    refused = {leg: Known(REJECTED, three.quantity) for leg in (three.leg, three.stop_leg)}
    scripted = exchange(*[told(leg, NEW) for leg in resting])
    scripted.there = {"ms1x" + SUFFIX[leg] for leg in resting}
    legs = {Leg.ENTRY: Known(FILLED, SIZE, SIZE)} | resting | refused
    drive(look_after(session(scripted), ladder, Choice(terms().targets, "ladder"), legs))
    assert placed(scripted) == [(ExitKind.STOP, three.quantity), (ExitKind.TARGET, three.quantity)]
