"""How long something was open without a stop. An answer of this exchange takes 100 ms; all numbers are by hand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from mysignals.domain.abilities import Abilities, ExitStyle
from mysignals.domain.intents import ExitKind, Intent, Leg, PlaceExit, PlaceOrder, QueryOrder, ReadOpenOrders
from mysignals.domain.lifecycle import State
from mysignals.domain.market import EntryType, Market, Side
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
from mysignals.exchanges.moments import Moments
from mysignals.exchanges.seen import Seen
from mysignals.exchanges.session import LegReport, Report
from mysignals.exchanges.standing import Known
from mysignals.exchanges.uncovered import is_bare
from mysignals.exchanges.wire import HttpResponse
from mysignals.services.unprotected import Stretch, of_entry, of_turn
from tests.domain.values import choices, rules, sized, terms
from tests.exchanges.scripted import EVERYTHING, ScriptedExchange, drive, session

NEW, FILLED, CANCELLED = OrderState.NEW, OrderState.FILLED, OrderState.CANCELLED
NO = Rejected(Reason.PARAMETER, "-1102", "No.")
LOST = Unknown("timeout")
ABSENT = Rejected(Reason.NOT_FOUND, "-2013", "Order does not exist.")
HALF, WHOLE = Decimal("0.010"), Decimal("0.020")
NOW_MS = 10_000


@dataclass
class Slow(ScriptedExchange):
    """Answers every question after 100 ms."""

    now_ms: int = 0

    def decode(self, intent: Intent, response: HttpResponse) -> Outcome:
        self.now_ms += 100
        return super().decode(intent, response)


def plan(market: Market = Market.FUTURES, **changes: object) -> Plan:
    signal = terms(market=market, entry_type=EntryType.MARKET, leverage=10 if market is Market.FUTURES else 1)
    size = {"sizing": sized("multiplier", 2)} | changes
    made = make_plan(signal, choices(**size), rules(market=market, min_notional=Decimal(100)), Decimal(50000))
    assert isinstance(made, Plan) and made.quantity == WHOLE
    return made


def opened(exchange: Slow, wanted: Plan, *, close: bool = True) -> tuple[Report, Moments]:
    known = SymbolSettings("BTCUSDT", 10, wanted.margin_mode)
    talk = replace(
        session(exchange, settings=known, close_unprotected=close), clock_ms=lambda: exchange.now_ms, moments=Moments()
    )
    return drive(open_position(talk, wanted)), talk.moments


def stretch(exchange: Slow, wanted: Plan, state: State = State.FILLED, *, close: bool = True) -> Stretch:
    report, moments = opened(exchange, wanted, close=close)
    return of_entry(wanted, report, moments, state, NOW_MS)


def test_from_the_entry_s_answer_to_the_stop_s() -> None:
    assert stretch(Slow(), plan()) == Stretch(100, 200)


def test_a_ladder_is_safe_with_its_last_stop() -> None:
    assert stretch(Slow(), plan(targets="ladder")) == Stretch(100, 400)  # Three rungs, so three stops.


def test_on_spot_to_the_answer_to_the_list() -> None:
    assert stretch(Slow(), plan(Market.SPOT)) == Stretch(100, 200)


def test_a_refused_stop_lasts_for_one_who_chose_to_be_told() -> None:
    assert stretch(Slow({PlaceExit: [NO]}), plan(), close=False) == Stretch(100, None)


def test_a_refused_stop_ends_with_the_close_for_one_who_chose_to_be_out() -> None:
    # 100 entry, 200 the stop refused, 300 closed; what follows cancels what may be left.
    assert stretch(Slow({PlaceExit: [NO]}), plan(), State.CLOSED) == Stretch(100, 300)


def test_a_stop_in_doubt_counts_as_none_until_it_is_found() -> None:
    lost = Slow({PlaceExit: [LOST], QueryOrder: [ABSENT, ABSENT, ABSENT]})
    assert stretch(lost, plan(), close=False) == Stretch(100, None)
    found = Slow({PlaceExit: [LOST], QueryOrder: [ABSENT]})
    assert stretch(found, plan()) == Stretch(100, 400)  # 200 lost, 300 absent, 400 found


def test_an_entry_that_rests_has_nothing_open() -> None:
    resting = Slow({PlaceOrder: [Accepted((OrderReport("ms1x-e", "1", NEW, quantity=WHOLE),))]})
    assert stretch(resting, plan(), State.ACCEPTED) == Stretch(None, NOW_MS)


@pytest.mark.parametrize("targets", ["first", "ladder"])
def test_exits_that_ride_on_the_entry_are_there_from_the_first_moment(targets: str) -> None:
    riding = replace(EVERYTHING, exits=ExitStyle.ATTACHED)
    listed = {ReadOpenOrders: [LOST, LOST, LOST]}
    assert stretch(Slow(listed, abilities=riding), plan(targets=targets)) == Stretch(100, 100)


def test_a_ladder_s_own_stops_follow_a_riding_one_that_stood_over_everything() -> None:
    stop = OrderReport("", "77", NEW, quantity=WHOLE)
    riding = OpenOrder(stop, "BTCUSDT", Side.SELL, WHOLE, ExitKind.STOP, Decimal(49000), 1)
    listed = {ReadOpenOrders: [OpenOrders((riding,))]}
    exchange = Slow(listed, abilities=replace(EVERYTHING, exits=ExitStyle.ATTACHED))
    assert stretch(exchange, plan(targets="ladder")) == Stretch(100, 100)
    assert sum(isinstance(asked, PlaceExit) for asked in exchange.asked) == 6


def test_a_riding_stop_that_was_never_made_counts_until_ours_is_taken() -> None:
    riding = Abilities(exits=ExitStyle.ATTACHED, hedge_mode=True, leverage=True)
    none = Slow({ReadOpenOrders: [OpenOrders(())] * 3}, abilities=riding)
    assert stretch(none, plan()) == Stretch(100, 500)  # 200 to 400 looked for, 500 placed


def books(**legs: Known) -> dict[Leg, Known]:
    return {Leg(name): known for name, known in legs.items()}


def turned(
    known: dict[Leg, Known], seen: Seen, moments: Moments, state: State = State.FILLED, wanted: Plan | None = None
) -> Stretch:
    return of_turn(wanted or plan(), known, seen, moments, state, datetime.fromtimestamp(5, UTC), NOW_MS)


ENTRY, RESTING = Known(FILLED, WHOLE, WHOLE), Known(NEW, WHOLE)


def stop_placed(state: OrderState = NEW) -> Report:
    leg = LegReport(
        Leg.STOP, "s", "SELL", "STOP_MARKET", WHOLE, None, Decimal(49000), Accepted((OrderReport("s", "2", state),))
    )
    return Report(entry=Accepted(), legs=[leg])


def test_a_fill_that_nobody_protected_counts_from_its_acknowledgement() -> None:
    assert turned(books(entry=ENTRY), Seen(), Moments()) == Stretch(5000, None)


def test_it_is_over_when_a_later_turn_has_placed_the_stop() -> None:
    assert turned(books(entry=ENTRY), Seen(exits=stop_placed()), Moments(safe_ms=9000)) == Stretch(5000, 9000)


def test_a_resting_entry_that_filled_counts_from_the_look_that_told() -> None:
    told = Seen(orders={Leg.ENTRY: OrderReport("e", "1", FILLED, WHOLE)})
    assert turned(books(entry=RESTING), told, Moments(filled_ms=8000)) == Stretch(8000, None)


def test_a_resting_entry_whose_stop_was_there_already_was_never_without() -> None:
    told = Seen(orders={Leg.ENTRY: OrderReport("e", "1", FILLED, WHOLE)})
    assert turned(books(entry=RESTING, stop=RESTING), told, Moments(filled_ms=8000, safe_ms=8100)) == Stretch(
        None, 8100
    )


def test_a_stop_that_somebody_took_away_counts_from_the_look_that_missed_it() -> None:
    told = Seen(orders={Leg.STOP: OrderReport("s", "2", CANCELLED)})
    assert turned(books(entry=ENTRY, stop=RESTING), told, Moments()) == Stretch(NOW_MS, None)


def test_a_delivery_that_ends_closes_its_stretch() -> None:
    assert turned(books(entry=ENTRY), Seen(), Moments(), State.CLOSED) == Stretch(5000, NOW_MS)


@pytest.mark.parametrize(
    ("legs", "bare"),
    [
        (books(entry=ENTRY), True),
        (books(entry=RESTING), False),
        (books(entry=ENTRY, stop=RESTING), False),
        (books(entry=ENTRY, stop=Known(OrderState.UNKNOWN, WHOLE)), True),
        (books(entry=ENTRY, stop=Known(OrderState.REJECTED, WHOLE)), True),
        (books(entry=ENTRY, stop=Known(OrderState.PENDING, WHOLE)), False),
        (books(entry=Known(OrderState.PARTIALLY_FILLED, WHOLE, HALF), stop=Known(OrderState.PENDING, WHOLE)), True),
        (books(entry=Known(CANCELLED, WHOLE, HALF), stop=Known(OrderState.PENDING, WHOLE)), False),
        (books(entry=ENTRY, stop=Known(OrderState.TRIGGERED, WHOLE)), False),
        (books(entry=ENTRY, stop=Known(NEW, HALF)), True),
        (books(entry=ENTRY, stop=Known(NEW, HALF), target1=Known(FILLED, HALF, HALF)), False),
        (books(entry=ENTRY, stop=Known(NEW, HALF), stop2=Known(NEW, HALF)), False),
        (books(entry=ENTRY, close=Known(FILLED, WHOLE, WHOLE)), False),
        (books(entry=Known(NEW, WHOLE, HALF), stop=Known(NEW, HALF)), False),
    ],
)
def test_bare_is_what_is_open_beyond_the_stops_that_stand(legs: dict[Leg, Known], bare: bool) -> None:
    assert is_bare(plan(), legs) is bare


@pytest.mark.parametrize(
    ("state", "filled", "bare"),
    [
        (FILLED, WHOLE, False),
        (OrderState.PARTIALLY_FILLED, HALF, True),
        (CANCELLED, HALF, True),
        (NEW, Decimal(0), False),
    ],
)
def test_a_list_s_stop_comes_with_the_whole_fill_only(state: OrderState, filled: Decimal, bare: bool) -> None:
    riding = books(entry=Known(state, WHOLE, filled), stop=Known(OrderState.PENDING, Decimal("0.019")))
    assert is_bare(plan(Market.SPOT), riding) is bare


@pytest.mark.parametrize("targets", ["first", "ladder"])
def test_a_riding_entry_that_fills_in_part_is_without_a_stop_from_the_answer_that_told(targets: str) -> None:
    half = Accepted((OrderReport("ms1x-e", "1", OrderState.PARTIALLY_FILLED, HALF, quantity=WHOLE),))
    exchange = Slow({PlaceOrder: [half]}, abilities=replace(EVERYTHING, exits=ExitStyle.ATTACHED))
    assert stretch(exchange, plan(targets=targets), State.PARTIALLY_FILLED) == Stretch(100, None)


def test_on_spot_what_the_fee_took_is_not_bare() -> None:
    bought, spot = Known(FILLED, WHOLE, WHOLE), plan(Market.SPOT)
    assert not is_bare(spot, books(entry=bought, stop=Known(NEW, Decimal("0.019"))))  # 0.020 less 0.1 %, in whole steps
    assert is_bare(spot, books(entry=bought, stop=Known(NEW, Decimal("0.018"))))
