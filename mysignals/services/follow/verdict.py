"""What a turn means for one delivery: its new state, and what its owner is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from mysignals.domain.intents import Leg
from mysignals.domain.lifecycle import TABLE, Event, State, move
from mysignals.domain.market import EntryType
from mysignals.domain.outcomes import ENDED, Accepted, OrderReport, OrderState
from mysignals.domain.plan import STOPS, TARGETS, Plan
from mysignals.exchanges.seen import Ending, Seen
from mysignals.exchanges.session import LegReport
from mysignals.exchanges.standing import EXITS
from mysignals.exchanges.uncovered import with_answers, with_reports
from mysignals.models import Signal
from mysignals.services import wording

from .load import Followed

UNPROTECTED = "unprotected"
STOP_GONE = "the stop is no longer on the exchange and has not filled"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`told` are kinds of notification with their messages, the last one is the delivery's own."""

    state: State
    reason: str | None
    told: tuple[tuple[str, str], ...]


def judge(item: Followed, seen: Seen) -> Verdict:
    """Pure. `reason` remembers that the owner was told of a missing stop, so that it is told once."""
    before, entry = State(item.delivery.state), entry_now(item, seen)
    state = _after(before, entry, seen.ending)
    lacks_a_stop = bool(_why_unprotected(seen)) or seen.ending is Ending.ABANDONED
    protected_at_last = seen.exits is not None and not lacks_a_stop
    kept = None if protected_at_last and item.delivery.reason == UNPROTECTED else item.delivery.reason
    told = _told(item, seen, entry, state, news=state is not before or kept != item.delivery.reason)
    return Verdict(state, UNPROTECTED if lacks_a_stop else kept, tuple(told))


def entry_now(item: Followed, seen: Seen) -> OrderReport:
    """The entry as told in this turn, or as our books have it."""
    order = item.orders[Leg.ENTRY]
    known = OrderReport(
        order.client_order_id, "", OrderState(order.state), order.filled_quantity, order.average_price
    )  # fmt: skip
    return seen.orders.get(Leg.ENTRY, known)


def _after(state: State, entry: OrderReport, ending: Ending | None) -> State:
    """An entry that ended half-filled is filled with that half. An event that the state has no room for is none."""
    if ending is Ending.CANCELLED:
        events = [Event.CANCEL]
    else:
        events = [Event.FILL if entry.state in ENDED else Event.FILL_PART] if entry.filled else []
        events += [Event.CLOSE] if ending not in (None, Ending.ABANDONED) else []
    for event in events:
        state = move(state, event) if event in TABLE[state] else state
    return state


def _why_unprotected(seen: Seen) -> str:
    if seen.exits is not None and seen.exits.unprotected:
        return seen.exits.unprotected
    return STOP_GONE if seen.stop_is_gone else ""


def _told(item: Followed, seen: Seen, entry: OrderReport, state: State, *, news: bool) -> Iterator[tuple[str, str]]:
    signal, exchange = item.signal, item.delivery.exchange
    plan = replace(item.plan, quantity=entry.filled or item.plan.quantity)
    why = _why_unprotected(seen)
    if seen.sold_twice:
        yield "sold_twice", wording.sold_twice(signal, exchange, item.plan, seen.sold_twice)
    if seen.exits is not None and seen.exits.taken_back:
        by_hand = item.delivery.trade_sizing is not None
        yield "closed", wording.taken_back(signal, exchange, why, by_hand=by_hand)
    elif why or seen.ending is Ending.ABANDONED:
        if item.delivery.reason != UNPROTECTED:
            message = wording.unprotected(signal, exchange, plan, why) if why else wording.abandoned(signal, exchange)
            yield UNPROTECTED, message
    elif state is State.CANCELLED:
        yield "cancelled", _why_cancelled(seen)(signal, exchange)
    elif news:
        yield from _good_news(item, seen, entry, state)


def _why_cancelled(seen: Seen) -> Callable[[Signal, str], str]:
    if seen.used_up:
        return wording.missed
    return wording.entry_unknown_there if seen.entry_is_gone else wording.entry_gone


def _good_news(item: Followed, seen: Seen, entry: OrderReport, state: State) -> Iterator[tuple[str, str]]:
    """The fill, and the close where both were seen in one turn."""
    signal, exchange, legs = item.signal, item.delivery.exchange, _exits_to_tell(item, seen)
    plan = _as_it_rests(item, seen)
    if state is State.PARTIALLY_FILLED:
        yield "placed", wording.placed(signal, exchange, plan, entry, state, legs)
    elif item.delivery.state != State.FILLED or state is State.FILLED:
        filled = wording.placed(signal, exchange, plan, entry, State.FILLED, legs)
        yield "filled", filled + _rest(item, seen, entry)
    if seen.ending is Ending.CLOSED:
        yield "closed", wording.closed(signal, exchange)
    elif seen.ending is Ending.CLOSED_THERE:
        yield "closed", wording.closed_there(signal, exchange)


def _rest(item: Followed, seen: Seen, entry: OrderReport) -> str:
    """What became of the part that a limit entry has not bought; empty where it bought all, or was the market's."""
    part, wanted = replace(item.plan, quantity=entry.filled), item.plan.quantity
    if item.plan.entry_type is not EntryType.LIMIT or not 0 < part.quantity < wanted:
        return ""
    return " " + wording.cut_short(part, wanted, by_us=seen.was_cut_short)


def _as_it_rests(item: Followed, seen: Seen) -> Plan:
    """Without the targets that have ended there and sold nothing: whoever reads of them would wait for them."""
    now = with_reports(with_answers(item.legs, seen.orders), seen.exits.legs if seen.exits is not None else ())
    gone = [leg for leg in TARGETS if leg in now and now[leg].has_ended and not now[leg].filled]
    return replace(item.plan, exits=tuple(rung for rung in item.plan.exits if rung.leg not in gone))


def _exits_to_tell(item: Followed, seen: Seen) -> list[LegReport] | None:
    """Those just placed; none while an entry that rests half-filled still waits for them; None for all of the plan:
    also where targets were placed beside stops that rest.
    """
    if seen.exits is not None and not _are_placed_beside_stops(item, seen.exits.legs):
        return seen.exits.legs
    states = {leg: seen.orders[leg].state if leg in seen.orders else known.state for leg, known in item.legs.items()}
    waits = states[Leg.ENTRY] not in ENDED
    return None if any(leg in states and not (waits and states[leg] is OrderState.PENDING) for leg in EXITS) else []


def _are_placed_beside_stops(item: Followed, placed: list[LegReport]) -> bool:
    rest = any(stop in item.legs and not item.legs[stop].has_ended for stop in STOPS)
    return rest and all(leg.leg in TARGETS and isinstance(leg.outcome, Accepted) for leg in placed)
