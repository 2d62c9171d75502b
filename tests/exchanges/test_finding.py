"""Is the entry there? What a look at one in doubt asks, and what it takes for an answer."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from mysignals.domain.abilities import Abilities, ExitStyle
from mysignals.domain.doubt import Told
from mysignals.domain.intents import WRITES, Leg, PlaceOrder, QueryOrder, ReadTrades
from mysignals.domain.market import EntryType, Market, Side
from mysignals.domain.outcomes import (
    ARRIVED_BEFORE,
    Accepted,
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
from mysignals.exchanges.finding import Finding, Searched, find_entry, find_trade
from mysignals.exchanges.settling import settled
from tests.domain.values import choices, rules, sized, terms
from tests.exchanges.scripted import ScriptedExchange, drive, session

NONE = Rejected(Reason.NOT_FOUND, "-2013", "Order does not exist.")
SIZE, NEW, FILLED = Decimal("0.02"), OrderState.NEW, OrderState.FILLED
CREATED = 1_700_000_000_000


def plan(abilities: Abilities, **changes: object) -> Plan:
    made = make_plan(terms(**changes), choices(sizing=sized("quote", 1000)), rules(), Decimal(50000), abilities)
    assert isinstance(made, Plan), made
    return made


def order(state: OrderState = NEW, filled: str = "0", quantity: Decimal | None = SIZE) -> Accepted:
    return Accepted((OrderReport("ms1x-e", "5", state, Decimal(filled), quantity=quantity),))


def looked(
    *answers: Outcome, is_dead: bool = False, market: Market = Market.FUTURES, **abilities: object
) -> tuple[Finding, ScriptedExchange]:
    can = Abilities(**abilities)  # type: ignore[arg-type]
    scripted = ScriptedExchange({QueryOrder: [*answers, *[NONE] * 20]}, abilities=can)
    made = plan(can, market=market)
    search = find_entry(session(scripted), lambda size: replace(made, quantity=size), Decimal("0.5"), is_dead=is_dead)
    found = drive(search)
    assert not any(isinstance(intent, WRITES) for intent in scripted.asked)
    return found, scripted


def test_the_entry_is_found_by_its_id_with_the_quantity_that_the_exchange_tells() -> None:
    found, scripted = looked(order(FILLED, "0.02"))
    first = scripted.asked[0]
    assert isinstance(first, QueryOrder) and first.client_id == "ms1x-e"
    assert (found.told, found.legs[0].leg, found.legs[0].quantity) == (Told.THERE, Leg.ENTRY, SIZE)


@pytest.mark.parametrize(
    ("told", "quantity"), [(order(FILLED, "0.03", None), Decimal("0.03")), (order(NEW, "0", None), Decimal("0.5"))]
)
def test_a_quantity_that_is_not_told_is_what_it_came_to_or_what_our_books_say(
    told: Accepted, quantity: Decimal
) -> None:
    assert looked(told)[0].legs[0].quantity == quantity


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (NONE, Told.ABSENT),
        (Unknown("timeout"), Told.SILENT),
        (NotSent("no connection"), Told.SILENT),
        (Rejected(Reason.RATE, "429", ""), Told.SILENT),
        (Rejected(Reason.AUTH, "-2015", ""), Told.REFUSED),
        (Rejected(Reason.IP, "HTTP 403", ""), Told.SILENT),
        (Rejected(Reason.RETIRED, "30032", ""), Told.REFUSED),
    ],
)
def test_only_the_exchange_s_own_word_is_absence(answer: Outcome, told: Told) -> None:
    assert looked(answer)[0].told is told


def test_where_there_are_two_books_absence_is_final_only_when_it_is_told_twice() -> None:
    """An order that has just filled has left the one, and is not in the other yet."""
    found, _ = looked(NONE, NONE, NONE, order(FILLED, "0.02"), is_dead=True, has_history=True)
    assert found.told is Told.THERE
    found, scripted = looked(NONE, NONE, NONE, NONE, is_dead=True, has_history=True)
    assert found.told is Told.ABSENT and len(scripted.asked) == 4
    _, scripted = looked(NONE, NONE, has_history=True)
    assert len(scripted.asked) == 2, "before its death a single look is enough"


def test_exits_beside_an_entry_that_rests_are_found_with_it() -> None:
    found, _ = looked(order(), order(), order())
    assert [leg.leg for leg in found.legs] == [Leg.ENTRY, Leg.STOP, Leg.TARGET1]


def test_exits_that_ride_are_in_our_books_before_they_are_orders() -> None:
    found, scripted = looked(order(), exits=ExitStyle.ATTACHED)
    assert [leg.order.state for leg in found.legs if leg.order] == [NEW, OrderState.PENDING, OrderState.PENDING]
    assert len(scripted.asked) == 1


def test_exits_of_an_entry_that_bought_something_are_left_to_whoever_places_what_is_missing() -> None:
    found, scripted = looked(order(FILLED, "0.02"))
    assert len(found.legs) == len(scripted.asked) == 1


WITHIN = Abilities(client_ids=False, exits=ExitStyle.WITHIN_TRADE, leverages=(2, 5, 10), limit_entries=False)
TRADE = Trade(
    "12", "BTCUSDT", Side.BUY, Decimal("0.2"), 10, CREATED, FILLED, Decimal(50010), stop_margin=Decimal(1000),
    take=Decimal(1000),
)  # fmt: skip
WINDOW = Searched(CREATED - 1000, CREATED + 1000, frozenset(), None)


def traded(*trades: Trade, searched: Searched = WINDOW) -> Finding:
    scripted = ScriptedExchange({ReadTrades: [Trades(trades)]}, abilities=WITHIN)
    made = plan(WITHIN, entry_type=EntryType.MARKET)
    return drive(find_trade(session(scripted), lambda size: replace(made, quantity=size), made.quantity, searched))


def test_the_one_trade_that_says_what_we_asked_for_is_ours() -> None:
    found = traded(TRADE)
    assert found.told is Told.THERE and found.entry is not None and found.entry.exchange_id == "12"
    assert [leg.leg for leg in found.legs] == [Leg.ENTRY, Leg.STOP, Leg.TARGET1]


@pytest.mark.parametrize(
    "other",
    [
        replace(TRADE, side=Side.SELL), replace(TRADE, symbol="ETHUSD"), replace(TRADE, created_ms=CREATED - 1001),
        replace(TRADE, created_ms=CREATED + 1001),
    ],
)  # fmt: skip
def test_what_cannot_be_ours_is_not_there(other: Trade) -> None:
    assert traded(other).told is Told.ABSENT


def test_what_another_delivery_has_found_or_what_has_another_size_is_not_there() -> None:
    assert traded(TRADE, searched=replace(WINDOW, taken={"12"})).told is Told.ABSENT
    assert traded(TRADE, searched=replace(WINDOW, quantity=Decimal("0.3"))).told is Told.ABSENT


def test_of_several_alike_none_is_taken_and_all_are_told() -> None:
    twins = (TRADE, replace(TRADE, exchange_id="13"))
    assert (traded(*twins).told, traded(*twins).trades) == (Told.SEVERAL, twins)


def test_one_with_other_exits_is_neither_taken_nor_overlooked() -> None:
    other = replace(TRADE, stop_margin=Decimal(7))
    assert (traded(other).told, traded(other).trades) == (Told.SEVERAL, (other,))


@pytest.mark.parametrize("answer", [Unknown("timeout"), NONE, NotSent("no connection")])
def test_a_list_that_cannot_be_read_is_no_empty_list(answer: Outcome) -> None:
    scripted = ScriptedExchange({ReadTrades: [answer]}, abilities=WITHIN)
    made = plan(WITHIN, entry_type=EntryType.MARKET)
    assert drive(find_trade(session(scripted), lambda _: made, made.quantity, WINDOW)).told is Told.SILENT


DUPLICATE = Rejected(Reason.DUPLICATE, "-4116", "ClientOrderId is duplicated.")


@pytest.mark.parametrize("answer", [DUPLICATE, Unknown(ARRIVED_BEFORE, "-4116")])
def test_a_duplicate_is_looked_up_and_never_a_failure(answer: Outcome) -> None:
    assert _settled(answer, NONE, order()) == order()
    nowhere = _settled(answer, NONE, NONE, NONE)
    assert nowhere == Unknown(ARRIVED_BEFORE, "-4116"), "what arrived and is not found is in doubt, not refused"


def _settled(answer: Outcome, *told: Outcome) -> Outcome:
    scripted = ScriptedExchange({PlaceOrder: [answer], QueryOrder: list(told)})
    made = plan(Abilities())
    intent = PlaceOrder(
        Market.FUTURES, "BTCUSDT", Side.BUY, EntryType.LIMIT, SIZE, Decimal(50000), "ms1x-e"
    )  # fmt: skip
    outcome = drive(settled(session(scripted), made, intent, Leg.ENTRY))
    assert scripted.kinds.count("PlaceOrder") == 1
    return outcome
