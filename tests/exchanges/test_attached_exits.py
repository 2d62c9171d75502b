"""Exits that ride on a futures entry: sent with it, found after the fill, placed where they are missing."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from mysignals.domain.abilities import Abilities, ExitStyle
from mysignals.domain.intents import CancelOrder, ExitKind, Leg, PlaceExit, PlaceOrder, QueryOrder, ReadOpenOrders
from mysignals.domain.market import Market, Side
from mysignals.domain.outcomes import (
    Accepted,
    OpenOrder,
    OpenOrders,
    OrderReport,
    OrderState,
    Outcome,
    Reason,
    Rejected,
    SymbolSettings,
    Unknown,
)
from mysignals.domain.plan import Plan, make_plan
from mysignals.exchanges.flows import open_position
from mysignals.exchanges.following_up import look_after
from mysignals.exchanges.missing_exits import Choice
from mysignals.exchanges.seen import Ending, Seen
from mysignals.exchanges.session import SUFFIX, Report
from mysignals.exchanges.standing import Known, Legs
from tests.domain.values import choices, rules, sized, terms
from tests.exchanges.scripted import ScriptedExchange, drive, session

RIDING = Abilities(exits=ExitStyle.ATTACHED, hedge_mode=True, leverage=True, answers_with_fill=False)
SIZE = Decimal("0.04")
NEW, FILLED, PENDING, CANCELLED = OrderState.NEW, OrderState.FILLED, OrderState.PENDING, OrderState.CANCELLED
ENDED = Accepted((OrderReport("ms1x-s", "s1", CANCELLED),))
TAKEN = Accepted((OrderReport("ms1x-1", "3", NEW),))
NO_POSITION = Rejected(Reason.REDUCE_ONLY, "22002", "No position to close")


def plan(targets: str = "first") -> Plan:
    made = make_plan(terms(leverage=1), choices(sizing=sized("quote", 2000), targets=targets), rules())
    assert isinstance(made, Plan) and made.quantity == SIZE
    return made


def exchange(*looks: Outcome, entry: OrderState = FILLED, exits: list[Outcome] | None = None) -> ScriptedExchange:
    """The entry is acknowledged, then told as `entry`; `looks` are what its conditional orders are, look by look."""
    acknowledged = Accepted((OrderReport("ms1x-e", "7", NEW),))
    told = Accepted((OrderReport("ms1x-e", "7", entry, SIZE if entry is FILLED else Decimal(0)),))
    answers: dict[type, list[Outcome]] = {
        PlaceOrder: [acknowledged], QueryOrder: [told], ReadOpenOrders: list(looks), PlaceExit: exits or [],
    }  # fmt: skip
    return ScriptedExchange(answers, abilities=RIDING)


def resting(kind: ExitKind, price: str, name: str, created_ms: int = 1, quantity: Decimal = SIZE) -> OpenOrder:
    report = OrderReport("90210", name, NEW, quantity=quantity)
    return OpenOrder(report, "BTCUSDT", Side.SELL, quantity, kind, Decimal(price), created_ms)


STOP, TARGET = resting(ExitKind.STOP, "49000", "s1"), resting(ExitKind.TARGET, "51000", "t1")
BOTH = OpenOrders((STOP, TARGET))


def opened(scripted: ScriptedExchange, made: Plan | None = None, **changes: object) -> Report:
    made = made or plan()
    known = SymbolSettings("BTCUSDT", made.leverage, made.margin_mode)
    return drive(open_position(session(scripted, settings=known, **changes), made))


def names(report: Report) -> dict[Leg, str]:
    return {leg.leg: leg.order.exchange_id for leg in report.legs if leg.order is not None}


def test_stop_and_single_target_are_sent_with_the_entry() -> None:
    scripted = exchange(BOTH)
    opened(scripted)
    entry = scripted.asked[0]
    assert isinstance(entry, PlaceOrder) and (entry.stop, entry.target) == (Decimal(49000), Decimal(51000))


def test_after_the_fill_they_are_found_and_take_our_names() -> None:
    scripted = exchange(BOTH)
    report = opened(scripted)
    assert names(report) == {Leg.ENTRY: "7", Leg.STOP: "s1", Leg.TARGET1: "t1"}
    assert [leg.client_id for leg in report.legs] == ["ms1x-e", "ms1x-s", "ms1x-1"]
    assert "PlaceExit" not in scripted.kinds and not report.unprotected


def test_they_are_looked_for_again_when_they_come_late() -> None:
    scripted = exchange(OpenOrders(()), OpenOrders((STOP,)), BOTH)
    report = opened(scripted)
    assert names(report)[Leg.TARGET1] == "t1" and scripted.kinds.count("ReadOpenOrders") == 3


def test_what_belongs_to_another_delivery_or_size_is_not_taken() -> None:
    other = resting(ExitKind.STOP, "49000", "s2", created_ms=9, quantity=SIZE * 2)
    taken = resting(ExitKind.STOP, "49000", "s3", created_ms=9)
    report = opened(exchange(OpenOrders((other, taken, STOP, TARGET))), taken={"s3"})
    assert names(report)[Leg.STOP] == "s1"


def test_of_two_alike_the_newest_is_ours() -> None:
    newer = resting(ExitKind.STOP, "49000", "s9", created_ms=9)
    assert names(opened(exchange(OpenOrders((newer, STOP, TARGET)))))[Leg.STOP] == "s9"


def test_a_stop_that_is_not_there_is_placed() -> None:
    missing = OpenOrders((TARGET,))
    scripted = exchange(missing, missing, missing)
    report = opened(scripted)
    placed = [intent for intent in scripted.asked if isinstance(intent, PlaceExit)]
    assert [(exit_.kind, exit_.quantity, exit_.client_id) for exit_ in placed] == [(ExitKind.STOP, SIZE, "ms1x-s")]
    assert not report.unprotected


def test_a_stop_that_is_neither_there_nor_taken_takes_the_entry_back() -> None:
    none = OpenOrders(())
    scripted = exchange(none, none, none, exits=[NO_POSITION])
    report = opened(scripted)
    assert "22002" in report.unprotected
    closing = [intent for intent in scripted.asked if isinstance(intent, PlaceOrder) and intent.reduce_only]
    assert [(order.quantity, order.client_id) for order in closing] == [(SIZE, "ms1x-c")]


def test_a_ladder_is_unfolded_after_the_fill_and_the_stop_over_everything_goes() -> None:
    """It would close more than is left of the entry, once a target has filled."""
    scripted = exchange(OpenOrders((STOP,)), OpenOrders((STOP,)), OpenOrders((STOP,)))
    scripted.answers[QueryOrder] += [ENDED, ENDED]
    report = opened(scripted, plan("ladder"))
    entry = scripted.asked[0]
    assert isinstance(entry, PlaceOrder) and (entry.stop, entry.target) == (Decimal(49000), None)
    placed = [intent for intent in scripted.asked if isinstance(intent, PlaceExit)]
    assert [exit_.kind for exit_ in placed] == [ExitKind.STOP, ExitKind.TARGET] * 3
    assert sum(exit_.quantity for exit_ in placed) == 2 * SIZE
    cancelled = [(intent.exchange_id, intent.kind) for intent in scripted.asked if isinstance(intent, CancelOrder)]
    assert cancelled == [("s1", ExitKind.STOP)]
    assert not report.unprotected and [leg.order.state for leg in report.legs if leg.order] == [FILLED, *[NEW] * 6]


def test_the_stop_over_everything_stays_while_a_rung_has_none_of_its_own() -> None:
    looks = [OpenOrders((STOP,))] * 3
    scripted = exchange(*looks, exits=[Accepted((OrderReport("ms1x-s", "2", NEW),)), TAKEN, NO_POSITION])
    report = opened(scripted, plan("ladder"))
    assert "CancelOrder" not in scripted.kinds and not report.unprotected and not report.taken_back
    # Its row has no name, so that the next turn comes back to it.
    assert [(leg.order.state, leg.order.exchange_id) for leg in report.legs if leg.leg is Leg.STOP and leg.order] == [
        (PENDING, "")
    ]


RESTS, SOLD = (
    Accepted((OrderReport("ms1x-s", "s1", NEW),)), Accepted((OrderReport("ms1x-s", "s1", FILLED, SIZE),)),
)  # fmt: skip
LOST = Unknown("timeout")


@pytest.mark.parametrize(
    ("cancelled", "looked"),
    [([LOST] * 2, []), ([], [RESTS] * 2), ([], [LOST] * 2), ([], [SOLD] * 2)],
    ids=["its cancel is lost", "it rests on", "nobody tells", "it has triggered meanwhile"],
)
def test_a_riding_stop_that_has_not_certainly_ended_unfilled_is_come_back_to(
    cancelled: list[Outcome], looked: list[Outcome]
) -> None:
    """An acknowledgement of its cancel is no proof; without a name its row brings the next turn back to it."""
    scripted = exchange(*[OpenOrders((STOP,))] * 3)
    scripted.answers[CancelOrder] = list(cancelled)
    scripted.answers[QueryOrder] += looked
    report = opened(scripted, plan("ladder"))
    stops = [leg.order for leg in report.legs if leg.leg is Leg.STOP]
    assert [(stop.state, stop.exchange_id) for stop in stops if stop] == [(PENDING, "")]


def test_what_cannot_be_read_is_not_placed_a_second_time() -> None:
    """It rides, so the position has its stop; the next turn looks again."""
    scripted = exchange(*[Unknown("HTTP 502")] * 3)
    report = opened(scripted)
    assert "PlaceExit" not in scripted.kinds and not report.unprotected
    assert [leg.order.state for leg in report.legs if leg.order] == [FILLED, PENDING, PENDING]


def test_one_that_has_triggered_before_the_first_look_is_found_among_what_is_over() -> None:
    over = replace(TARGET, report=replace(TARGET.report, state=OrderState.TRIGGERED, became="77"))
    gone = replace(STOP, report=replace(STOP.report, state=CANCELLED))
    none = OpenOrders(())
    scripted = exchange(none, none, none, OpenOrders((over, gone)))
    scripted.abilities = replace(RIDING, has_history=True)
    report = opened(scripted)
    assert "PlaceExit" not in scripted.kinds and not report.unprotected
    assert {leg.leg: leg.order.state for leg in report.legs if leg.order} == {
        Leg.ENTRY: FILLED, Leg.STOP: CANCELLED, Leg.TARGET1: OrderState.TRIGGERED,
    }  # fmt: skip


def test_a_ladder_that_an_earlier_turn_has_unfolded_without_telling_is_found_as_it_is() -> None:
    ended = replace(STOP, report=replace(STOP.report, state=CANCELLED))
    none, made = OpenOrders(()), plan("ladder")
    rungs = [
        Accepted((OrderReport("ms1x" + SUFFIX[leg], "5", NEW),))
        for rung in made.exits
        for leg in (rung.stop_leg, rung.leg)
    ]
    scripted = ScriptedExchange(
        {ReadOpenOrders: [none, none, none, OpenOrders((ended,))], QueryOrder: rungs},
        abilities=replace(RIDING, has_history=True),
    )
    seen = looked_after(scripted, books(FILLED, SIZE, stop=PENDING), made)
    assert "PlaceExit" not in scripted.kinds and "CancelOrder" not in scripted.kinds
    assert seen.exits is not None and len(seen.exits.legs) == 6


def test_an_older_one_that_is_alike_is_not_ours() -> None:
    none = OpenOrders(())
    scripted = exchange(OpenOrders((STOP, TARGET)), none, none)
    opened(scripted, since_ms=2)
    placed = [intent.kind for intent in scripted.asked if isinstance(intent, PlaceExit)]
    assert placed == [ExitKind.STOP, ExitKind.TARGET]


def test_the_exits_of_an_entry_that_rests_wait_with_it() -> None:
    scripted = exchange(entry=NEW)
    report = opened(scripted)
    assert [leg.order.state for leg in report.legs if leg.order] == [NEW, PENDING, PENDING]
    assert "ReadOpenOrders" not in scripted.kinds and "PlaceExit" not in scripted.kinds


def books(entry: OrderState, filled: Decimal = Decimal(0), **exits: OrderState) -> Legs:
    legs = {Leg.ENTRY: Known(entry, SIZE, filled)}
    return legs | {Leg(leg): Known(state, SIZE) for leg, state in exits.items()}


def looked_after(scripted: ScriptedExchange, legs: Legs, made: Plan | None = None, **changes: object) -> Seen:
    choice = Choice(terms().targets, "first")
    return drive(look_after(session(scripted, **changes), made or plan(), choice, legs))


def test_an_exit_that_rides_is_not_asked_for() -> None:
    scripted = exchange(entry=NEW)
    looked_after(scripted, books(NEW, stop=PENDING, target1=PENDING))
    assert [intent.client_id for intent in scripted.asked if isinstance(intent, QueryOrder)] == ["ms1x-e"]


def test_when_the_entry_has_filled_the_exits_get_their_names() -> None:
    seen = looked_after(exchange(BOTH), books(NEW, stop=PENDING, target1=PENDING))
    assert seen.exits is not None and not seen.exits.unprotected
    assert {leg.leg: leg.order.exchange_id for leg in seen.exits.legs if leg.order} == {
        Leg.STOP: "s1", Leg.TARGET1: "t1",
    }  # fmt: skip


def test_the_exits_of_an_entry_that_bought_nothing_go_with_it() -> None:
    seen = looked_after(exchange(entry=CANCELLED), books(NEW, stop=PENDING, target1=PENDING))
    assert seen.ending is Ending.CANCELLED
    assert {leg: order.state for leg, order in seen.orders.items()} == {
        Leg.ENTRY: CANCELLED, Leg.STOP: CANCELLED, Leg.TARGET1: CANCELLED,
    }  # fmt: skip


def test_named_exits_are_asked_for_by_the_exchange_s_name() -> None:
    scripted = ScriptedExchange(abilities=RIDING)
    looked_after(scripted, books(FILLED, SIZE, stop=NEW, target1=NEW), exchange_ids={Leg.STOP: "s1", Leg.TARGET1: "t1"})
    asked = [(intent.exchange_id, intent.conditional) for intent in scripted.asked if isinstance(intent, QueryOrder)]
    assert asked == [("s1", True), ("t1", True)]


def test_a_list_that_cannot_be_read_leaves_the_exits_to_the_next_turn() -> None:
    seen = looked_after(exchange(*[Unknown("HTTP 502")] * 3), books(NEW, stop=PENDING, target1=PENDING))
    assert (seen.exits, seen.ending, set(seen.orders)) == (None, None, {Leg.ENTRY})


def test_a_fill_in_part_is_covered_over_that_part() -> None:
    half = SIZE / 2
    told = Accepted((OrderReport("ms1x-e", "7", CANCELLED, half),))
    scripted = ScriptedExchange(
        {
            QueryOrder: [told],
            ReadOpenOrders: [OpenOrders((replace(STOP, quantity=half), replace(TARGET, quantity=half)))],
        },
        abilities=RIDING,
    )
    seen = looked_after(scripted, books(NEW, stop=PENDING, target1=PENDING))
    assert seen.exits is not None
    assert {leg.leg: leg.quantity for leg in seen.exits.legs} == {Leg.STOP: half, Leg.TARGET1: half}


def test_spot_of_such_an_exchange_has_no_riding_exits() -> None:
    """Its spot market is another dialect; the flow decides by market and style together."""
    wanted = terms(market=Market.SPOT, leverage=1)
    made = make_plan(wanted, choices(sizing=sized("quote", 2000)), rules(market=Market.SPOT))
    assert isinstance(made, Plan)
    scripted = ScriptedExchange(abilities=RIDING)
    drive(open_position(session(scripted), made))
    entry = scripted.asked[0]
    assert isinstance(entry, PlaceOrder) and entry.stop is None


def test_where_the_stop_over_all_rungs_has_closed_them_the_first_rungs_own_goes_too() -> None:
    """The stop's row is then that of the riding one, and the first rung's order has no other."""
    legs = books(FILLED, SIZE, stop=FILLED, stop2=CANCELLED, target1=CANCELLED, target2=CANCELLED)
    legs[Leg.STOP] = Known(FILLED, SIZE, SIZE)
    scripted = ScriptedExchange({CancelOrder: [Rejected(Reason.NOT_FOUND, "43025", "")]}, abilities=RIDING)
    made = replace(plan("ladder"), exits=plan("ladder").exits[:2])
    seen = looked_after(scripted, legs, made, exchange_ids={Leg.STOP: "s1"})
    cancelled = [(i.client_id, i.exchange_id) for i in scripted.asked if isinstance(i, CancelOrder)]
    assert (seen.ending, cancelled) == (Ending.CLOSED, [("ms1x-s", "")])
