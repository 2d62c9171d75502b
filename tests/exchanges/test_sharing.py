"""The copies of one account and symbol ask once for all of them, and each finds its own in the answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import pytest

from mysignals.domain.abilities import Abilities, ExitStyle
from mysignals.domain.intents import CancelOrder, Leg, QueryOrder, ReadOpenOrders, ReadPositions
from mysignals.domain.market import EntryType, Market
from mysignals.domain.outcomes import Accepted, NotSent, OrderReport, OrderState
from mysignals.domain.plan import Plan
from mysignals.exchanges.auditing import read_account
from mysignals.exchanges.following_up import FollowUp, look_after
from mysignals.exchanges.look_up import is_conditional
from mysignals.exchanges.missing_exits import Choice
from mysignals.exchanges.seen import Ending, Seen
from mysignals.exchanges.sharing import Board, Sharing
from mysignals.exchanges.standing import EXITS, Known
from mysignals.exchanges.transports.pooled import Loop
from tests.exchanges.scripted import ScriptedExchange, drive, session
from tests.exchanges.test_following_up import plan as any_plan
from tests.exchanges.test_resting import listed
from tests.exchanges.trading import NUMBERS, PLACES, Place, Trader, new_trader
from tests.support.simulator_process import SimulatorProcess

COPIES, MOST_AT_BINANCE_SPOT = 8, 5
"""Binance has no more than five stops on a symbol of its spot."""
EVERYWHERE = [place for place in PLACES if place.exchange != "magnr"]
LISTS = ("/phemex/g-orders/activeList", "/phemex/orders/activeList")
NAMES = ("binance-futures-BTCUSDT", "bitgetv2-spot-BTCUSDT", "phemex-futures-BTCUSDT", "phemex-spot-BTCUSDT")
SAMPLES = [place for place in EVERYWHERE if str(place) in NAMES]
everywhere = pytest.mark.parametrize("place", EVERYWHERE, ids=str)
samples = pytest.mark.parametrize("place", SAMPLES, ids=str)


@dataclass
class Crowd:
    """Copies of one account and symbol that are open, with their exits at rest."""

    copies: list[Trader]
    plan: Plan

    @property
    def first(self) -> Trader:
        return self.copies[0]

    asked: int = 0
    """Requests of the last turn."""
    told: list[Seen] = field(default_factory=list)
    """What it saw."""

    def turn(self, fault: str = "", **changes: object) -> list[Seen]:
        """All of them in one turn, with one board; with `fault`, that happens to its first request."""
        board = Board()
        flows = [one.turn(self.plan, sharing=Sharing(board), **changes) for one in self.copies]
        if fault:
            self.first.fault(kind=fault, on="any", count=1)
        before = self._requests()
        told = self.first.loop.run_flows(flows)
        self.asked = self._requests() - before
        for one, seen in zip(self.copies, told, strict=True):
            one.note(seen)
        self.told = told
        return told

    def paths(self) -> Counter[str]:
        rows = self._report()["requests"]
        found = Counter[str]()
        for row in rows:
            found[row["path"]] += row["count"]
        return found

    def _requests(self) -> int:
        return int(self._report()["total"])

    def _report(self) -> dict[str, Any]:
        told = self.first.simulator.control("GET", f"/_control/requests?venue={self.first.place.venue}")
        assert isinstance(told, dict)
        return told


@pytest.fixture
def crowd(place: Place, simulator: SimulatorProcess, pooled: Loop) -> Iterator[Crowd]:
    first = new_trader(place, simulator, pooled)
    made = first.plan(EntryType.MARKET, "first")
    many = MOST_AT_BINANCE_SPOT if str(place).startswith("binance-spot") else COPIES
    others = [replace(first, root=f"ms{next(NUMBERS)}xtest", legs={}, names={}, ids={}) for _ in range(many - 1)]
    copies = [first, *others]
    for one in copies:
        one.open(made)
        one.follow(made)
    yield Crowd(copies, made)
    simulator.control("DELETE", "/_control/faults")


@everywhere
def test_eight_copies_whose_exits_rest_cost_one_question(crowd: Crowd) -> None:
    told = crowd.turn()
    assert crowd.asked == 1
    for seen in told:
        assert {leg: report.state for leg, report in seen.orders.items()} == dict.fromkeys(
            (Leg.STOP, Leg.TARGET1), OrderState.NEW
        )


@pytest.mark.parametrize("place", [place for place in EVERYWHERE if place.market is Market.FUTURES], ids=str)
def test_their_position_is_one_question_more(crowd: Crowd) -> None:
    told = crowd.turn(asks_for_the_position=True)
    assert crowd.asked == 2
    assert [seen.ending for seen in told] == [None] * COPIES


@samples
def test_an_exit_that_is_gone_is_found_by_its_own_copy_alone(crowd: Crowd) -> None:
    stopped = crowd.copies[3]
    one = stopped.session()
    conditional = is_conditional(one, crowd.plan, Leg.STOP)
    cancel = CancelOrder(
        crowd.plan.market, crowd.plan.symbol, one.client_id(Leg.STOP), conditional, stopped.names.get(Leg.STOP, "")
    )
    stopped.ask(cancel)
    told = crowd.turn()
    states = [seen.orders[Leg.STOP].state for seen in told]
    assert states[3] is OrderState.CANCELLED
    assert states[:3] + states[4:] == [OrderState.NEW] * (COPIES - 1)


@samples
def test_exits_that_have_sold_are_told_to_every_copy(crowd: Crowd) -> None:
    crowd.first.move_price("51100")
    crowd.turn()
    told = crowd.turn()
    assert all(seen.ending is Ending.CLOSED or not seen.orders for seen in told)
    assert all(one.legs[Leg.TARGET1].state is OrderState.FILLED for one in crowd.copies)
    assert all(one.legs[Leg.STOP].has_ended for one in crowd.copies)


@samples
@pytest.mark.parametrize("kind", ["lost_answer", "rate_limit", "garbage", "error_before_execute"])
def test_a_lost_answer_of_the_shared_question_harms_nobody(crowd: Crowd, kind: str) -> None:
    before = [states(one) for one in crowd.copies]
    told = crowd.turn(fault=kind)
    assert all(seen.ending is None and seen.exits is None for seen in told)
    assert [states(one) for one in crowd.copies] == before


def states(one: Trader) -> dict[Leg, OrderState]:
    return {leg: known.state for leg, known in one.legs.items()}


def test_what_was_placed_in_this_turn_is_asked_for_anew() -> None:
    exchange, board = ScriptedExchange(), Board()
    one = session(exchange, sharing=Sharing(board))
    calls = [next(one.ask_for_all(ReadPositions("BTCUSDT")))]
    next(one.ask(CancelOrder(Market.FUTURES, "BTCUSDT", "ms1x-s", conditional=True)))
    calls += [next(replace(one).ask_for_all(ReadPositions("BTCUSDT")))]
    assert [call.shared for call in calls] == [board, None]


@pytest.mark.parametrize(("in_one_list", "written", "is_shared"), [(True, "ms1x-s", True), (True, "ms1x-1", False),
                                                                    (False, "ms1x-s", False)])  # fmt: skip
def test_what_an_earlier_turn_may_have_placed_is_in_the_list_of_the_turn_until_it_is_written_itself(
    in_one_list: bool, written: str, is_shared: bool
) -> None:
    exchange = ScriptedExchange(abilities=Abilities(exits=ExitStyle.SEPARATE, live_in_one_list=in_one_list))
    one = session(exchange, sharing=Sharing(Board()))
    next(one.ask(CancelOrder(Market.FUTURES, "BTCUSDT", written, conditional=True)))
    asked = next(replace(one).ask_of_earlier(QueryOrder(Market.FUTURES, "BTCUSDT", "ms1x-1", conditional=True)))
    assert (asked.shared is not None) is is_shared


PHEMEX = [place for place in EVERYWHERE if str(place).startswith("phemex-futures")]


@pytest.mark.parametrize("place", PHEMEX[:1], ids=str)
def test_a_market_order_is_looked_for_among_what_is_over_and_an_audit_asks_for_one_list(
    place: Place, simulator: SimulatorProcess, pooled: Loop
) -> None:
    trader = new_trader(place, simulator, pooled)
    made = trader.plan(EntryType.MARKET, "first")
    crowd = Crowd([trader], made)
    before = crowd.paths()
    trader.open(made)
    assert [(crowd.paths() - before)[path] for path in LISTS] == [0, 0]
    assert trader.legs[Leg.ENTRY].state is OrderState.FILLED
    before = crowd.paths()
    told = trader.run(read_account(trader.session(), Market.FUTURES, [made.symbol]))
    assert sum((crowd.paths() - before)[path] for path in LISTS) == 1
    assert len(told.orders[made.symbol]) == 2


def test_nobody_shares_what_one_copy_alone_asks() -> None:
    one = session(ScriptedExchange(), sharing=Sharing(Board()))
    assert next(one.ask(ReadPositions("BTCUSDT"))).shared is None


RESTING = {Leg.ENTRY: Known(OrderState.FILLED, Decimal("0.9"), Decimal("0.9"))} | {
    leg: Known(OrderState.NEW, Decimal("0.9")) for leg in (Leg.STOP, Leg.TARGET1)
}


def asked_for_all(entry: OrderState) -> list[str]:
    """Names of the questions whose answer the copy takes from others, by what our books have of its entry."""
    exchange = ScriptedExchange(abilities=Abilities(exits=ExitStyle.SEPARATE))
    one = session(exchange, sharing=Sharing(Board()), asks_for_the_position=True)
    bought = Decimal("0.9") if entry is OrderState.FILLED else Decimal(0)
    legs = RESTING | {Leg.ENTRY: Known(entry, Decimal("0.9"), bought)}
    entry_is_filled = Accepted((OrderReport("ms1x-e", "7", OrderState.FILLED, Decimal("0.9")),))
    exchange.answers = {QueryOrder: [entry_is_filled], ReadOpenOrders: [listed(one, Leg.STOP, Leg.TARGET1)]}
    found = list[str]()
    drive(told_apart(look_after(one, any_plan(targets="first"), Choice((Decimal(51000),), "first"), legs), found))
    return found


def told_apart(conversation: FollowUp, found: list[str]) -> FollowUp:
    try:
        call = next(conversation)
        for _ in range(50):
            found += [type(call.intent).__name__] if call.shared is not None else []
            call = conversation.send((yield call))
    except StopIteration as stop:
        seen: Seen = stop.value
        return seen
    raise AssertionError("the conversation did not end within 50 calls")


def test_a_copy_that_was_open_before_takes_the_position_from_others_too() -> None:
    assert asked_for_all(OrderState.FILLED) == ["ReadOpenOrders", "ReadPositions"]


def test_one_whose_entry_has_just_filled_asks_for_its_position_itself() -> None:
    """Who asked before it filled was told of none, and its exits would be cancelled."""
    assert asked_for_all(OrderState.NEW) == ["QueryOrder", "ReadOpenOrders"]


@pytest.mark.parametrize(
    ("state", "is_told"), [(OrderState.NEW, True), (OrderState.UNKNOWN, False), (OrderState.TRIGGERED, False)]
)
def test_an_order_in_doubt_is_asked_for_by_its_own_copy(state: OrderState, is_told: bool) -> None:
    """It may have arrived since the others were told that it is not there, and would be placed again."""
    assert ("QueryOrder" in asked_for_all(state)) is is_told


@pytest.mark.parametrize("place", [place for place in EVERYWHERE if str(place).startswith("phemex-futures")], ids=str)
def test_where_an_order_is_looked_for_in_the_list_that_list_serves_all(crowd: Crowd) -> None:
    """Of each exit that is gone only its history is asked for."""
    crowd.first.move_price("51100")
    before = crowd.paths()
    crowd.turn()
    lists = sum((crowd.paths() - before)[path] for path in LISTS)
    written = sum(seen.orders[Leg.STOP].state is OrderState.CANCELLED for seen in crowd.told)
    assert lists <= 1 + written


def test_where_there_is_no_room_for_the_list_no_exit_is_asked_for_singly() -> None:
    exchange = ScriptedExchange(abilities=Abilities(exits=ExitStyle.SEPARATE))
    exchange.answers = {ReadOpenOrders: [NotSent("paced")]}
    seen = drive(look_after(session(exchange), any_plan(targets="first"), Choice((Decimal(51000),), "first"), RESTING))
    assert exchange.kinds == ["ReadOpenOrders"] and not seen.orders and seen.ending is None


def test_copies_that_share_the_list_find_a_single_exit_in_it_too() -> None:
    exchange = ScriptedExchange(abilities=Abilities(exits=ExitStyle.SEPARATE))
    one = session(exchange, sharing=Sharing(Board(2)))
    exchange.answers = {ReadOpenOrders: [listed(one, Leg.STOP)]}
    legs = RESTING | {Leg.TARGET1: Known(OrderState.CANCELLED)}
    drive(look_after(one, any_plan(targets="first"), Choice((Decimal(51000),), "first"), legs))
    assert exchange.kinds == ["ReadOpenOrders"]


def test_a_single_exit_of_a_copy_that_is_alone_is_looked_at() -> None:
    exchange = ScriptedExchange(abilities=Abilities(exits=ExitStyle.SEPARATE))
    one = session(exchange, sharing=Sharing(Board()))
    legs = RESTING | {Leg.TARGET1: Known(OrderState.CANCELLED)}
    drive(look_after(one, any_plan(targets="first"), Choice((Decimal(51000),), "first"), legs))
    assert exchange.kinds == ["QueryOrder"]


@pytest.mark.parametrize("place", [place for place in EVERYWHERE if str(place).startswith("phemex-futures")], ids=str)
def test_an_entry_that_rests_alone_and_its_exits_are_one_question(
    place: Place, simulator: SimulatorProcess, pooled: Loop
) -> None:
    trader = new_trader(place, simulator, pooled)
    made = trader.plan(EntryType.LIMIT, "ladder")
    trader.move_price("50500")
    trader.open(made)
    crowd = Crowd([trader], made)
    crowd.turn()
    assert crowd.asked == 1 and set(trader.legs) == {Leg.ENTRY, *EXITS}
    assert set(states(trader).values()) == {OrderState.NEW}
