"""Entries that rest half-filled: where what they bought cannot have its stop yet, their rest is cancelled in time."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from decimal import Decimal

import pytest

from mysignals.domain.abilities import ExitStyle
from mysignals.domain.intents import CancelOrder, Leg, PlaceExit, PlaceOco, ReadPrice
from mysignals.domain.market import EntryType, Market
from mysignals.domain.outcomes import OpenOrder, OrderState
from mysignals.domain.plan import Plan, least_quantity, protected_quantity
from mysignals.exchanges.dialect import Call
from mysignals.exchanges.following_up import FollowUp
from mysignals.exchanges.seen import Ending, Seen
from mysignals.exchanges.transports.pooled import Loop, system_clock_ms
from mysignals.exchanges.wire import Reply
from tests.exchanges.dying import cut_after
from tests.exchanges.test_half_filled_spot import resting as listed
from tests.exchanges.test_resizing import MOST_CALLS, exits
from tests.exchanges.trading import PLACES, Place, Trader, new_trader
from tests.support.simulator_process import SimulatorProcess

SPOT = [place for place in PLACES if place.market is Market.SPOT]
RIDING = [p for p in PLACES if p.market is Market.FUTURES and p.abilities.exits is ExitStyle.ATTACHED]
COVERED = [p for p in PLACES if p.market is Market.FUTURES and p.abilities.exits is ExitStyle.SEPARATE]
LATE = [*SPOT, *RIDING]
"""Where the stop comes only when the entry is over."""
AT_ONCE = {"half_filled_ms": 0}
CHOICES = ["first", "ladder"]
NOT_DONE = ["rate_limit", "maintenance", "error_before_execute", "refuse"]
DONE = ["lost_answer", "error_after_execute"]


@pytest.fixture
def trader(place: Place, simulator: SimulatorProcess, pooled: Loop) -> Iterator[Trader]:
    yield new_trader(place, simulator, pooled)
    simulator.control("DELETE", "/_control/faults")


def half_filled(trader: Trader, targets: str = "first", fraction: str = "0.5") -> Plan:
    """Its entry has bought a part, and rests."""
    plan = trader.plan(EntryType.LIMIT, targets)
    trader.fault(kind="partial", on="order", count=1, fraction=fraction, api_key=trader.account["api_key"])
    report = trader.open(plan)
    assert report.legs[0].order is not None and report.legs[0].order.state is OrderState.PARTIALLY_FILLED, report
    return plan


def entry(trader: Trader) -> OrderState:
    return trader.legs[Leg.ENTRY].state


def there(trader: Trader, plan: Plan) -> list[OpenOrder]:
    """The exits that rest."""
    orders = listed(trader, plan) if trader.place.market is Market.SPOT else exits(trader)
    name = trader.root + "-e"
    return [one for one in orders if one.report.client_id != name and one.report.state is OrderState.NEW]


def over(trader: Trader, plan: Plan) -> tuple[Decimal, Decimal]:
    """What stops and what targets rest over; not every exchange tells which is which, but all tell a stop's trigger."""
    orders = there(trader, plan)
    stops = sum((one.quantity for one in orders if one.trigger_price == plan.stop), Decimal(0))
    return stops, sum((one.quantity for one in orders), Decimal(0)) - stops


def are_right(trader: Trader, plan: Plan) -> None:
    """One entry was ever sent; stops and targets rest over what it bought, less the commission, and over no more."""
    bought = trader.legs[Leg.ENTRY].filled
    held = protected_quantity(plan.market, plan.side, bought, plan.rules)
    assert held > 0
    assert over(trader, plan) == (held, held)
    assert sum(order["client_id"] == trader.root + "-e" for order in trader.ledger()) == 1


def followed(trader: Trader, plan: Plan, turns: int = 2) -> Seen:
    for _ in range(turns):
        seen = trader.follow(plan, **AT_ONCE)
        assert seen.ending is None and not seen.stop_is_gone, seen
    return seen


@pytest.mark.parametrize("place", LATE, ids=str)
@pytest.mark.parametrize("targets", CHOICES)
def test_its_rest_is_cancelled_and_what_it_bought_has_its_stop_in_the_same_turn(trader: Trader, targets: str) -> None:
    plan = half_filled(trader, targets)
    assert trader.follow(plan, **AT_ONCE).was_cut_short
    assert entry(trader) is OrderState.CANCELLED and 0 < trader.legs[Leg.ENTRY].filled < plan.quantity
    are_right(trader, plan)
    assert not followed(trader, plan).was_cut_short
    are_right(trader, plan)


@pytest.mark.parametrize("place", LATE, ids=str)
def test_before_its_time_it_is_left_to_fill(trader: Trader) -> None:
    plan = half_filled(trader)
    trader.follow(plan)
    trader.follow(plan, bare_since_ms=system_clock_ms() - 3000)
    assert entry(trader) is OrderState.PARTIALLY_FILLED and there(trader, plan) == []


@pytest.mark.parametrize("place", LATE, ids=str)
def test_its_time_begins_with_the_first_part_whatever_it_buys_since(trader: Trader) -> None:
    plan = half_filled(trader)
    trader.follow(plan, bare_since_ms=system_clock_ms() - 5001)
    assert entry(trader) is OrderState.CANCELLED
    are_right(trader, plan)


@pytest.mark.parametrize("place", COVERED, ids=str)
def test_an_entry_whose_stop_rests_beside_it_is_left_to_fill(trader: Trader) -> None:
    plan = half_filled(trader)
    followed(trader, plan)
    assert entry(trader) is OrderState.PARTIALLY_FILLED and len(there(trader, plan)) == 2


@pytest.mark.parametrize("place", SPOT, ids=str)
def test_what_is_less_than_the_exchange_sells_is_left_to_grow(trader: Trader) -> None:
    wanted = trader.plan(EntryType.LIMIT)
    too_little = least_quantity(wanted.rules, wanted.stop) - wanted.rules.step
    plan = half_filled(trader, fraction=str(too_little / wanted.quantity))
    followed(trader, plan)
    assert 0 < trader.legs[Leg.ENTRY].filled <= too_little
    assert entry(trader) is OrderState.PARTIALLY_FILLED and there(trader, plan) == []
    trader.move_price("50000")
    followed(trader, plan)
    assert entry(trader) is OrderState.FILLED
    are_right(trader, plan)


def just_before(kinds: tuple[type, ...], deed: Callable[[], None], conversation: FollowUp) -> FollowUp:
    """The conversation, where something happens before its first request of one of these kinds."""
    return _interrupted(kinds, [deed], conversation)


def _interrupted(
    kinds: tuple[type, ...], deeds: list[Callable[[], None]], conversation: FollowUp
) -> Generator[Call, Reply, Seen]:
    try:
        call = next(conversation)
        for _ in range(MOST_CALLS):
            if isinstance(call.intent, kinds) and deeds:
                deeds.pop()()
            call = conversation.send((yield call))
    except StopIteration as stop:
        assert not deeds, "nothing of the kind was asked"
        seen: Seen = stop.value
        return seen
    raise AssertionError(f"the turn did not end within {MOST_CALLS} calls")


@pytest.mark.parametrize("place", LATE, ids=str)
@pytest.mark.parametrize("targets", CHOICES)
def test_one_that_fills_at_the_moment_of_its_cancel_has_exits_over_all(trader: Trader, targets: str) -> None:
    plan = half_filled(trader, targets)
    turn = just_before((CancelOrder,), lambda: trader.move_price("50000"), trader.turn(plan, **AT_ONCE))
    seen = trader.run(turn)
    trader.note(seen)
    assert not seen.was_cut_short
    followed(trader, plan)
    assert entry(trader) is OrderState.FILLED and trader.legs[Leg.ENTRY].filled == plan.quantity
    are_right(trader, plan)


@pytest.mark.parametrize("place", LATE, ids=str)
@pytest.mark.parametrize("kind", NOT_DONE)
def test_a_cancel_that_was_not_done_changes_nothing_and_is_asked_again(trader: Trader, kind: str) -> None:
    plan = half_filled(trader)
    trader.fault(kind=kind, on="cancel", api_key=trader.account["api_key"])
    seen = trader.follow(plan, **AT_ONCE)
    assert (entry(trader), there(trader, plan), seen.was_cut_short) == (OrderState.PARTIALLY_FILLED, [], False)
    trader.simulator.control("DELETE", "/_control/faults")
    followed(trader, plan)
    assert entry(trader) is OrderState.CANCELLED
    are_right(trader, plan)


@pytest.mark.parametrize("place", LATE, ids=str)
@pytest.mark.parametrize("kind", DONE)
def test_a_cancel_whose_answer_was_lost_is_looked_up_in_the_same_turn(trader: Trader, kind: str) -> None:
    plan = half_filled(trader)
    trader.fault(kind=kind, on="cancel", count=1, api_key=trader.account["api_key"])
    assert trader.follow(plan, **AT_ONCE).was_cut_short
    are_right(trader, plan)


@pytest.mark.parametrize("place", LATE, ids=str)
def test_a_cancel_that_nobody_tells_of_is_told_by_the_next_turn(trader: Trader) -> None:
    plan = half_filled(trader)

    def nobody_answers() -> None:
        trader.fault(kind="lost_answer", on="cancel", api_key=trader.account["api_key"])
        trader.fault(kind="lost_answer", on="query", api_key=trader.account["api_key"])

    trader.note(trader.run(just_before((CancelOrder,), nobody_answers, trader.turn(plan, **AT_ONCE))))
    assert entry(trader) is OrderState.PARTIALLY_FILLED
    trader.simulator.control("DELETE", "/_control/faults")
    followed(trader, plan)
    assert entry(trader) is OrderState.CANCELLED
    are_right(trader, plan)


@pytest.mark.parametrize("place", LATE, ids=str)
@pytest.mark.parametrize("targets", CHOICES)
def test_a_worker_that_dies_after_any_call_leaves_the_rest_to_the_next_turn(
    place: Place, simulator: SimulatorProcess, pooled: Loop, targets: str
) -> None:
    for calls in range(MOST_CALLS):
        trader = new_trader(place, simulator, pooled)  # One account may not ask so often.
        plan = half_filled(trader, targets)
        done = trader.run(cut_after(calls, trader.turn(plan, **AT_ONCE)))
        if done is not None:
            trader.note(done)
        followed(trader, plan)
        assert entry(trader) is OrderState.CANCELLED
        are_right(trader, plan)
        if done is not None:
            return
    raise AssertionError(f"the turn did not end within {MOST_CALLS} calls")


@pytest.mark.parametrize("place", SPOT, ids=str)
@pytest.mark.parametrize("targets", CHOICES)
@pytest.mark.parametrize("close", [True, False])
def test_behind_a_stop_that_the_price_has_passed_meanwhile_it_is_sold_or_told(
    trader: Trader, targets: str, close: bool
) -> None:
    plan = half_filled(trader, targets)
    turn = trader.turn(plan, close_unprotected=close, **AT_ONCE)
    seen = trader.run(just_before((ReadPrice, PlaceOco, PlaceExit), lambda: trader.move_price("48900"), turn))
    trader.note(seen)
    assert entry(trader) is OrderState.CANCELLED and there(trader, plan) == []
    assert seen.exits is not None and seen.exits.unprotected
    sold = trader.legs[Leg.CLOSE].filled if Leg.CLOSE in trader.legs else Decimal(0)
    held = protected_quantity(plan.market, plan.side, trader.legs[Leg.ENTRY].filled, plan.rules)
    assert (sold, seen.ending) == ((held, Ending.CLOSED) if close else (0, None))


@pytest.mark.parametrize("place", RIDING, ids=str)
@pytest.mark.parametrize("targets", CHOICES)
def test_a_riding_stop_that_the_price_passes_behind_the_cancel_closes_what_was_bought(
    trader: Trader, targets: str
) -> None:
    plan = half_filled(trader, targets)
    trader.follow(plan, **AT_ONCE)
    trader.move_price("48900")
    for _ in range(3):
        seen = trader.follow(plan, **AT_ONCE)
        if seen.ending is not None:
            break
    assert seen.ending is Ending.CLOSED and there(trader, plan) == []
