"""An entry that rests half-filled, where its stop comes only when it is over: what is left of it is cancelled in time.

Exits of a spot purchase, and those that ride on a futures entry, wait until the entry can fill no more (EXCHANGES 2.6,
5.6). As long as it rests, what it has bought has no stop.
"""

from __future__ import annotations

from collections.abc import Generator

from mysignals.domain.abilities import ExitStyle
from mysignals.domain.intents import Leg
from mysignals.domain.market import Market
from mysignals.domain.outcomes import Accepted, Outcome, Unknown, is_gone
from mysignals.domain.plan import Plan, least_quantity, protected_quantity

from . import standing
from .dialect import Call
from .look_up import cancel
from .looking import look
from .seen import Seen, note_cancelled
from .session import Session
from .standing import Known, Legs
from .wire import Reply

Step = Generator[Call, Reply, None]
LOOKS_MS = (0, 150, 500)
"""How long to wait before each look at an entry that was just cancelled."""


def cut_short(session: Session, plan: Plan, books: Known, now: Legs, seen: Seen) -> Step:
    """Cancel it where it has rested half-filled for long enough; `books` is the entry as it was before this turn.

    Its exits are placed as those of every entry that has ended, over what it bought until then: all, where the rest
    has filled meanwhile. Where that is not certain nothing has changed, and the next turn tries again.
    """
    if seen.entry_is_gone or not _has_waited(session, plan, books, now):
        return
    outcome = yield from session.ask(cancel(session, plan, Leg.ENTRY))
    if _tells_the_fill(session, outcome) and isinstance(outcome, Accepted):
        note_cancelled(outcome.orders[0], Leg.ENTRY, now, seen)
    elif isinstance(outcome, Accepted | Unknown) or is_gone(outcome):
        yield from _awaited(session, plan, now, seen)
    seen.was_cut_short = standing.ended_short(plan.quantity, now)


def _has_waited(session: Session, plan: Plan, books: Known, now: Legs) -> bool:
    """Its time began when somebody was first told that something of it is open. What is less than the exchange sells
    can have no stop: such an entry is left to buy more.
    """
    entry = now[Leg.ENTRY]
    if entry.has_ended or not entry.filled or not _waits_for_its_end(session, plan):
        return False
    if plan.market is Market.SPOT and not _can_have_a_stop(plan, entry):
        return False
    now_ms = session.clock_ms()
    since_ms = session.bare_since_ms or (books.since_ms if books.filled else now_ms)
    return now_ms - since_ms >= session.half_filled_ms


def _can_have_a_stop(plan: Plan, entry: Known) -> bool:
    held = protected_quantity(plan.market, plan.side, entry.filled, plan.rules)
    return held >= least_quantity(plan.rules, plan.stop)


def _waits_for_its_end(session: Session, plan: Plan) -> bool:
    return plan.market is Market.SPOT or session.dialect.abilities.exits is ExitStyle.ATTACHED


def _tells_the_fill(session: Session, outcome: Outcome) -> bool:
    told = isinstance(outcome, Accepted) and bool(outcome.orders)
    return told and session.dialect.abilities.answers_with_fill


def _awaited(session: Session, plan: Plan, now: Legs, seen: Seen) -> Step:
    """A cancel that was only acknowledged takes a moment; one whose answer was lost may have arrived."""
    for after_ms in LOOKS_MS:
        yield from look(session, plan, Leg.ENTRY, now, seen, after_ms=after_ms)
        if now[Leg.ENTRY].has_ended:
            return
