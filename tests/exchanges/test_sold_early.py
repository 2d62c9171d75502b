"""An exit that rests beside its entry sells before it has bought: what another copy had opened, and never its own."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

import pytest

from mysignals.domain.abilities import Abilities, ExitStyle
from mysignals.domain.intents import (
    CancelOrder,
    Intent,
    Leg,
    PlaceExit,
    PlaceOrder,
    QueryOrder,
    ReadOpenOrders,
    ReadPositions,
)
from mysignals.domain.market import EntryType, Market, Side
from mysignals.domain.outcomes import (
    Accepted,
    NotSent,
    OrderReport,
    OrderState,
    Outcome,
    Position,
    Positions,
    Unknown,
)
from mysignals.exchanges.calling_off import call_off
from mysignals.exchanges.dialect import Call
from mysignals.exchanges.following_up import look_after
from mysignals.exchanges.missing_exits import Choice
from mysignals.exchanges.seen import Ending, Seen
from mysignals.exchanges.standing import Known, Legs
from mysignals.exchanges.transports.pooled import Loop
from mysignals.exchanges.wire import HttpResponse, Reply
from tests.exchanges.scripted import ScriptedExchange, drive, session
from tests.exchanges.test_following_up import NOW_MS, SIZE, known, plan
from tests.exchanges.trading import NUMBERS, PLACES, Place, Trader, new_trader
from tests.support.simulator_process import SimulatorProcess

BESIDE = [
    place for place in PLACES if place.market is Market.FUTURES and place.abilities.exits is ExitStyle.SEPARATE
]  # fmt: skip
NEW, FILLED, CANCELLED = OrderState.NEW, OrderState.FILLED, OrderState.CANCELLED
ENTRY, STOP, TARGET = Leg.ENTRY, Leg.STOP, Leg.TARGET1
End = TypeVar("End")


class Two:
    """Copies of one account and symbol: one that holds, and one whose entry rests below with its exits beside it."""

    def __init__(self, place: Place, simulator: SimulatorProcess, pooled: Loop) -> None:
        self.holder = new_trader(place, simulator, pooled)
        self.resting = replace(self.holder, root=f"ms{next(NUMBERS)}xtest", legs={}, names={}, ids={})
        self.far = self.holder.plan(EntryType.MARKET, "last")
        self.near = self.holder.plan(EntryType.LIMIT, "first")
        self.holder.move_price("50500")
        self.holder.open(self.far)
        self.holder.follow(self.far)
        self.resting.open(self.near)

    def sells_early(self) -> None:
        """The price reaches the target of the one that has bought nothing."""
        assert self.resting.legs[ENTRY].state is NEW
        self.holder.move_price("51100")

    def held(self) -> Decimal:
        told = self.holder.ask(ReadPositions(self.holder.place.symbol))
        assert isinstance(told, Positions), told
        return sum((abs(position.amount) for position in told.items), Decimal(0))

    def rests(self, copy: Trader) -> set[Leg]:
        """Which of its orders rest at the exchange, by what a look at each says."""
        return {leg for leg, one in copy.legs.items() if not one.has_ended}


@pytest.fixture
def two(place: Place, simulator: SimulatorProcess, pooled: Loop) -> Iterator[Two]:
    yield Two(place, simulator, pooled)
    simulator.control("DELETE", "/_control/faults")


everywhere = pytest.mark.parametrize("place", BESIDE, ids=str)


@everywhere
def test_an_entry_whose_target_was_reached_first_is_cancelled(two: Two) -> None:
    two.sells_early()
    assert two.held() == 0
    seen = two.resting.follow(two.near)
    assert (seen.ending, seen.used_up) == (Ending.CANCELLED, [TARGET])
    assert all(one.has_ended for one in two.resting.legs.values())
    two.holder.move_price("49950")
    assert two.held() == 0
    assert two.holder.follow(two.far, asks_for_the_position=True).ending is Ending.CLOSED_THERE


@pytest.mark.parametrize("place", [place for place in BESIDE if place.abilities.live_in_one_list], ids=str)
def test_where_one_list_tells_of_all_every_look_sees_it(two: Two) -> None:
    two.sells_early()
    assert two.resting.follow(two.near, is_thorough=False).ending is Ending.CANCELLED


@everywhere
def test_what_fills_behind_a_sale_keeps_its_stop_and_gets_its_target_anew(two: Two) -> None:
    two.sells_early()
    assert two.holder.follow(two.far, asks_for_the_position=True).ending is Ending.CLOSED_THERE
    two.holder.move_price("49950")
    seen = two.resting.follow(two.near)
    assert seen.ending is None
    assert two.held() == two.near.quantity
    assert two.rests(two.resting) == {STOP, TARGET}
    assert two.resting.ids[TARGET].endswith("-1r")
    assert two.resting.follow(two.near).ending is None
    two.holder.move_price("48900")
    assert two.held() == 0
    assert two.resting.follow(two.near).ending is Ending.CLOSED


@everywhere
def test_the_target_that_it_got_anew_closes_it(two: Two) -> None:
    two.sells_early()
    two.holder.follow(two.far, asks_for_the_position=True)
    two.holder.move_price("49950")
    two.resting.follow(two.near)
    two.holder.move_price("51100")
    assert two.held() == 0
    assert two.resting.follow(two.near).ending is Ending.CLOSED
    assert all(one.has_ended for one in two.resting.legs.values())


@everywhere
def test_a_target_that_sold_what_its_entry_had_bought_closes_it(two: Two) -> None:
    """Both between two looks, the purchase first."""
    two.holder.move_price("49950")
    assert two.held() == two.near.quantity + two.far.quantity
    two.holder.move_price("51100")
    assert two.resting.follow(two.near).ending is Ending.CLOSED
    assert two.held() == two.far.quantity
    assert two.holder.follow(two.far, asks_for_the_position=True).ending is None


@everywhere
def test_calling_off_closes_what_was_bought_behind_the_sale(two: Two) -> None:
    two.sells_early()
    two.holder.follow(two.far, asks_for_the_position=True)
    two.holder.move_price("49950")
    made, legs = two.near, dict(two.resting.legs)
    done = two.resting.run(call_off(two.resting.session(), made, legs, closes=True))
    assert done.is_over and two.held() == 0
    assert done.seen.orders[TARGET].filled == 0


def came_back(two: Two) -> None:
    """The sale, the holder's end, and the purchase behind both."""
    two.sells_early()
    assert two.holder.follow(two.far, asks_for_the_position=True).ending is Ending.CLOSED_THERE
    two.holder.move_price("49950")


def losing(talk: Generator[Call, Reply, End], is_lost: Callable[[Intent], bool]) -> Generator[Call, Reply, End]:
    """The conversation, without the answers to some of its questions."""
    try:
        call = next(talk)
        while True:
            call = talk.send(HttpResponse(502, b"") if is_lost(call.intent) else (yield call))
    except StopIteration as stop:
        end: End = stop.value
        return end


def about_exits(intent: Intent) -> bool:
    return isinstance(intent, ReadOpenOrders) or (isinstance(intent, QueryOrder) and intent.conditional)


def about_the_entry(intent: Intent) -> bool:
    return isinstance(intent, QueryOrder) and not intent.conditional


def is_protected(two: Two) -> bool:
    return two.held() == two.near.quantity and STOP in two.rests(two.resting)


@everywhere
def test_a_target_that_nobody_tells_of_with_the_purchase_is_judged_by_the_next_turn(two: Two) -> None:
    came_back(two)
    two.resting.note(two.resting.run(losing(two.resting.turn(two.near), about_exits)))
    assert (two.resting.legs[ENTRY].state, two.resting.legs[TARGET].state) == (FILLED, OrderState.UNKNOWN)
    assert two.resting.follow(two.near).ending is None and is_protected(two)


@everywhere
def test_nor_does_calling_off_count_it_in_its_second_turn(two: Two) -> None:
    came_back(two)
    talk = call_off(two.resting.session(), two.near, dict(two.resting.legs), closes=True)
    done = two.resting.run(losing(talk, about_exits))
    assert not done.is_over
    two.resting.note(done.seen)
    done = two.resting.run(call_off(two.resting.session(), two.near, dict(two.resting.legs), closes=True))
    assert done.is_over and two.held() == 0


@everywhere
def test_what_is_kept_when_it_is_called_off_is_told_as_open(two: Two) -> None:
    came_back(two)
    done = two.resting.run(call_off(two.resting.session(), two.near, dict(two.resting.legs), closes=False))
    assert done.is_over and done.left == two.held() == two.near.quantity


@everywhere
def test_a_part_of_it_is_closed_and_the_rest_has_its_exits(two: Two) -> None:
    came_back(two)
    part, legs = two.near.quantity / 2, dict(two.resting.legs)
    done = two.resting.run(call_off(two.resting.session(), two.near, legs, closes=True, sells=part))
    assert done.is_reduced and two.held() == two.near.quantity - part


@everywhere
def test_the_exits_of_an_entry_that_was_found_afterwards_are_judged_too(two: Two) -> None:
    """The worker died when it had placed all of them; our books know the entry alone."""
    came_back(two)
    entry = replace(two.resting.legs[ENTRY], state=FILLED, filled=two.near.quantity)
    two.resting.legs, two.resting.names = {ENTRY: entry}, {}
    for _ in range(3):
        assert two.resting.follow(two.near).ending is None
    assert is_protected(two) and TARGET in two.rests(two.resting)


@everywhere
def test_its_own_sale_counts_though_the_purchase_was_told_of_later(two: Two) -> None:
    two.holder.move_price("49950")
    two.holder.move_price("51100")
    assert two.held() == two.far.quantity
    two.resting.note(two.resting.run(losing(two.resting.turn(two.near), about_the_entry)))
    assert two.resting.follow(two.near).ending is Ending.CLOSED
    assert two.held() == two.far.quantity


def leaves_nothing_behind(two: Two) -> bool:
    """Whether another copy of the account, with its target far away, keeps all that is open when the price passes."""
    other = replace(two.holder, root=f"ms{next(NUMBERS)}xtest", legs={}, names={}, ids={})
    other.open(two.holder.plan(EntryType.MARKET, "last"))
    held = two.held()
    two.holder.move_price("51100")
    return two.held() == held > 0


@pytest.mark.parametrize("closes", [True, False])
@everywhere
def test_what_a_turn_placed_anew_and_died_is_not_left_when_it_is_called_off(two: Two, closes: bool) -> None:
    came_back(two)
    two.resting.run(two.resting.turn(two.near))  # Nothing of it is stored.
    done = two.resting.run(call_off(two.resting.session(), two.near, dict(two.resting.legs), closes=closes))
    assert done.is_over and two.held() == (0 if closes else two.near.quantity)
    assert leaves_nothing_behind(two)


@everywhere
def test_it_is_called_off_only_when_that_is_certainly_gone(two: Two) -> None:
    came_back(two)
    two.resting.run(two.resting.turn(two.near))  # Nothing of it is stored.
    talk = call_off(two.resting.session(), two.near, dict(two.resting.legs), closes=False)
    done = two.resting.run(
        losing(talk, lambda intent: isinstance(intent, CancelOrder) and intent.client_id.endswith("r"))
    )
    assert not done.is_over
    two.resting.note(done.seen)
    done = two.resting.run(call_off(two.resting.session(), two.near, dict(two.resting.legs), closes=False))
    assert done.is_over and leaves_nothing_behind(two)


@everywhere
def test_nor_behind_a_position_that_somebody_closed_by_hand(two: Two) -> None:
    came_back(two)
    two.resting.run(two.resting.turn(two.near))  # Nothing of it is stored.
    by_hand = PlaceOrder(
        Market.FUTURES, two.holder.place.symbol, Side.SELL, EntryType.MARKET, two.near.quantity, None,
        f"ms{next(NUMBERS)}xhand", reduce_only=True, hedge=two.holder.session().is_hedged,
    )  # fmt: skip
    assert isinstance(two.holder.ask(by_hand), Accepted)
    assert two.held() == 0
    assert two.resting.follow(two.near).ending is Ending.CLOSED_THERE
    assert leaves_nothing_behind(two)


@everywhere
def test_a_target_that_found_nothing_to_sell_is_placed_anew_where_its_entry_filled_behind_it(two: Two) -> None:
    two.holder.run(call_off(two.holder.session(), two.far, dict(two.holder.legs), closes=True))
    assert two.held() == 0
    two.sells_early()
    two.holder.move_price("49950")
    assert two.resting.follow(two.near).ending is None
    assert is_protected(two) and TARGET in two.rests(two.resting)


BEFORE, AFTER = NOW_MS - 9_000, NOW_MS - 1_000
SEPARATE = Abilities(exits=ExitStyle.SEPARATE)
RESTING: Legs = {ENTRY: known(NEW), STOP: known(NEW), TARGET: known(NEW)}


def order(leg: str, state: OrderState, filled: Decimal | int = 0, changed_ms: int = 0) -> Accepted:
    return Accepted((OrderReport("ms1x-" + leg, "1", state, Decimal(filled), changed_ms=changed_ms),))


def looked_after(books: Legs, *queried: Outcome, **answers: list[Outcome]) -> tuple[Seen, ScriptedExchange]:
    """With the symbol's position open, whoever has it."""
    zero = Decimal(0)
    held = Positions((Position("BTCUSDT", "both", SIZE, zero, zero, zero, zero),))
    script = {QueryOrder: list(queried), ReadPositions: [held] * 3, PlaceExit: answers.get("placed", [])}
    exchange = ScriptedExchange(script, abilities=SEPARATE)
    exchange.answers |= {CancelOrder: answers["cancelled"]} if "cancelled" in answers else {}
    exchange.there = {"ms1x-e", "ms1x-s", "ms1x-1"}
    return drive(look_after(session(exchange), plan(), Choice((Decimal(51000),), "first"), books)), exchange


def is_cancelled(exchange: ScriptedExchange) -> bool:
    return any(isinstance(one, CancelOrder) and one.client_id == "ms1x-e" for one in exchange.asked)


@pytest.mark.parametrize(
    ("target", "ends"),
    [
        (order("1", OrderState.REJECTED), True),  # There was nothing to reduce.
        (order("1", OrderState.EXPIRED), True),
        (order("1", OrderState.TRIGGERED), True),
        (order("1", FILLED, SIZE), True),
        (order("1", CANCELLED, SIZE / 2), True),
        (order("1", CANCELLED), False),  # That was somebody's wish.
        (order("1", NEW), False),
    ],
)
def test_only_an_exit_that_is_used_up_ends_an_entry_that_rests(target: Accepted, ends: bool) -> None:
    told = [order("e", NEW), order("s", NEW), target, *([order("e", CANCELLED)] if ends else [])]
    seen, exchange = looked_after(RESTING, *told)
    assert is_cancelled(exchange) is ends
    assert (seen.used_up == [TARGET]) is ends


def test_an_exit_that_was_refused_when_it_was_placed_is_not_used_up() -> None:
    refused = replace(known(OrderState.REJECTED), reason="trigger")
    _, exchange = looked_after({**RESTING, TARGET: refused}, order("e", NEW), order("s", NEW))
    assert not is_cancelled(exchange)


def test_an_entry_that_has_bought_is_not_ended_for_an_exit() -> None:
    half = order("e", OrderState.PARTIALLY_FILLED, SIZE / 2, BEFORE)
    seen, _ = looked_after(RESTING, half, order("s", NEW), order("1", FILLED, SIZE / 2, AFTER))
    assert seen.used_up == []


def places(exchange: ScriptedExchange) -> list[str]:
    return [one.client_id for one in exchange.asked if isinstance(one, PlaceExit)]


@pytest.mark.parametrize(
    ("bought_ms", "sold_ms", "again"),
    [(AFTER, BEFORE, True), (BEFORE, AFTER, False), (AFTER, AFTER, False), (0, BEFORE, False), (AFTER, 0, False)],
)
def test_the_exchanges_times_tell_which_came_first(bought_ms: int, sold_ms: int, again: bool) -> None:
    entry, target = order("e", FILLED, SIZE, bought_ms), order("1", FILLED, SIZE, sold_ms)
    _, exchange = looked_after(RESTING, entry, order("s", NEW), target)
    assert places(exchange) == (["ms1x-1r"] if again else [])


def test_a_sale_that_our_books_had_heard_of_before_any_purchase_needs_no_times() -> None:
    books = {**RESTING, TARGET: known(FILLED, SIZE)}
    _, exchange = looked_after(books, order("e", FILLED, SIZE), order("s", NEW))
    assert places(exchange) == ["ms1x-1r"]


def test_nor_does_one_that_was_told_before_the_purchase_in_one_turn() -> None:
    """Its entry filled a part before its cancel arrived: the last that happened to it is no fill."""
    part = order("e", CANCELLED, SIZE / 2, AFTER)
    told = [order("e", NEW), order("s", NEW), order("1", FILLED, SIZE)]
    seen, exchange = looked_after(RESTING, *told, cancelled=[part])
    assert is_cancelled(exchange)
    assert seen.orders[ENTRY].filled == SIZE / 2
    assert seen.ending is None and "ms1x-1r" in places(exchange)


def test_what_has_rested_beside_an_entry_that_had_bought_is_its_own_sale() -> None:
    books = {**RESTING, ENTRY: known(FILLED, SIZE)}
    _, exchange = looked_after(books, order("s", NEW), order("1", FILLED, SIZE, BEFORE), order("s", CANCELLED))
    assert places(exchange) == []
    assert not any(isinstance(one, QueryOrder) and one.client_id == "ms1x-e" for one in exchange.asked)


def test_one_that_could_not_be_placed_anew_is_asked_for_again_and_placed() -> None:
    entry, target = order("e", FILLED, SIZE, AFTER), order("1", FILLED, SIZE, BEFORE)
    seen, _ = looked_after(RESTING, entry, order("s", NEW), target, placed=[NotSent("no room")] * 2)
    assert (seen.orders[TARGET].state, seen.orders[TARGET].filled) == (OrderState.UNKNOWN, 0)
    assert seen.exits is not None and isinstance(seen.exits.legs[0].outcome, NotSent)
    books = {ENTRY: known(FILLED, SIZE), STOP: known(NEW), TARGET: known(OrderState.UNKNOWN)}
    _, exchange = looked_after(books, order("s", NEW), target, entry)
    assert places(exchange) == ["ms1x-1r"]


def test_a_stop_that_sold_early_is_placed_anew() -> None:
    told = [order("e", FILLED, SIZE, AFTER), order("s", FILLED, SIZE, BEFORE), order("1", NEW)]
    seen, exchange = looked_after(RESTING, *told)
    assert places(exchange)[0] == "ms1x-sr"
    assert seen.ending is None


def test_where_exits_ride_on_their_entry_nothing_is_asked() -> None:
    exchange = ScriptedExchange({}, abilities=Abilities(exits=ExitStyle.ATTACHED))
    books: Legs = {ENTRY: known(NEW), STOP: Known(OrderState.PENDING, SIZE), TARGET: Known(FILLED, SIZE, SIZE)}
    exchange.answers = {QueryOrder: [order("e", NEW)]}
    drive(look_after(session(exchange), plan(), Choice((Decimal(51000),), "first"), books))
    assert not is_cancelled(exchange)


PART, HALF = OrderState.PARTIALLY_FILLED, SIZE / 2


def test_one_that_sold_more_than_was_ever_bought_before_its_entry_was_over_sold_what_was_not_its_own() -> None:
    """The last time of an entry that was cancelled with a part is its cancel's."""
    _, exchange = looked_after(
        RESTING, order("e", CANCELLED, HALF, AFTER), order("s", NEW), order("1", FILLED, SIZE, AFTER)
    )
    assert "ms1x-1r" in places(exchange)


@pytest.mark.parametrize(
    ("state", "cancelled_ms", "sold"),
    [(CANCELLED, BEFORE, SIZE), (CANCELLED, AFTER, HALF), (OrderState.PARTIALLY_FILLED, BEFORE, SIZE)],
)
def test_what_was_sold_behind_the_part_that_was_bought_is_its_own(
    state: OrderState, cancelled_ms: int, sold: Decimal
) -> None:
    """More, too: exits over all of the entry may reduce another copy as well, before they are made smaller."""
    told = [order("e", state, HALF, cancelled_ms), order("s", NEW), order("1", FILLED, sold, AFTER)]
    _, exchange = looked_after(RESTING, *told)
    assert "ms1x-1r" not in places(exchange)


def test_one_that_triggered_with_the_purchase_is_judged_when_it_is_done() -> None:
    books = {ENTRY: known(FILLED, SIZE), STOP: known(NEW), TARGET: known(OrderState.TRIGGERED)}
    told = [order("s", NEW), order("1", FILLED, SIZE, BEFORE), order("e", FILLED, SIZE, AFTER)]
    _, exchange = looked_after(books, *told)
    assert places(exchange) == ["ms1x-1r"]


def test_the_entry_is_asked_for_once_for_all_exits_in_doubt() -> None:
    targets = (Leg.TARGET1, Leg.TARGET2, Leg.TARGET3)
    stops = (Leg.STOP, Leg.STOP2, Leg.STOP3)
    third = SIZE / 4
    books = {ENTRY: known(FILLED, SIZE)} | dict.fromkeys(stops, known(NEW, size=third))
    books |= dict.fromkeys(targets, known(OrderState.UNKNOWN, size=third))
    script = {QueryOrder: [
        *(order(name, NEW) for name in ("s", "s2", "s3")), *(order(name, FILLED, third, AFTER) for name in "123"),
        order("e", FILLED, SIZE, BEFORE),
    ]}  # fmt: skip
    exchange = ScriptedExchange(script, abilities=SEPARATE)
    drive(look_after(session(exchange), plan(targets="ladder"), Choice((Decimal(51000),), "ladder"), books))
    asked = [one.client_id for one in exchange.asked if isinstance(one, QueryOrder)]
    assert asked.count("ms1x-e") == 1


def test_a_target_beside_an_entry_that_may_buy_more_is_placed_over_all_of_it() -> None:
    half = order("e", PART, HALF, AFTER)
    _, exchange = looked_after(RESTING, half, order("s", NEW), order("1", FILLED, HALF, BEFORE))
    (placed,) = (one for one in exchange.asked if isinstance(one, PlaceExit))
    assert (placed.client_id, placed.quantity) == ("ms1x-1r", SIZE)


def test_a_new_stop_is_not_cancelled_as_the_old_one_that_was_used_up() -> None:
    """Half of the entry was bought, so that exits are replaced as well."""
    books = {**RESTING, STOP: known(FILLED, SIZE)}
    _, exchange = looked_after(books, order("e", CANCELLED, HALF, AFTER), order("1", NEW))
    assert "ms1x-sr" in places(exchange)
    assert "ms1x-sr" not in {one.client_id for one in exchange.asked if isinstance(one, CancelOrder)}


def test_a_target_whose_stop_somebody_took_away_is_not_asked_for_for_ever() -> None:
    books = {**RESTING, STOP: known(CANCELLED)}
    seen, _ = looked_after(books, order("e", FILLED, SIZE, AFTER), order("1", FILLED, SIZE, BEFORE))
    assert seen.for_the_books[TARGET].state is CANCELLED


def test_why_the_entry_was_cancelled_is_known_in_a_later_turn_too() -> None:
    books = {**RESTING, ENTRY: known(CANCELLED), TARGET: known(FILLED, SIZE)}
    seen, _ = looked_after(books, order("s", CANCELLED))
    assert (seen.ending, seen.used_up) == (Ending.CANCELLED, [TARGET])


def test_an_entry_that_nobody_told_of_is_not_ended() -> None:
    """It may have bought, and its target have sold that."""
    _, exchange = looked_after(RESTING, Unknown("timeout"), order("s", NEW), order("1", FILLED, SIZE, BEFORE))
    assert not is_cancelled(exchange)
