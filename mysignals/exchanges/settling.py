"""A write and what became of it: looked up where its answer was lost, tried again where it certainly is not there."""

from __future__ import annotations

from collections.abc import Generator

from mysignals.domain.intents import Intent, Leg
from mysignals.domain.outcomes import ARRIVED_BEFORE, Accepted, NotSent, Outcome, Reason, Rejected, Unknown, has_arrived
from mysignals.domain.plan import Plan

from .dialect import Call
from .look_up import looked_up
from .session import Session, ended_empty
from .wire import Reply

LOOKS_MS = (0, 500, 1000)
"""How long to wait before each look: an order may reach the exchange's books late (EXCHANGES 1.2)."""
MOST_WORDS = 120
_TRY_AGAIN = (Reason.TIME, Reason.RATE, Reason.MAINTENANCE)


def settled(session: Session, plan: Plan, intent: Intent, leg: Leg) -> Generator[Call, Reply, Outcome]:
    """The outcome of a write; one whose answer was lost is looked up, never sent again.

    A duplicate is no refusal: an earlier one arrived, and is looked up as well.
    """
    outcome = yield from session.ask(intent)
    if isinstance(outcome, Rejected) and has_arrived(outcome):
        outcome = Unknown(ARRIVED_BEFORE, outcome.code)
    if not isinstance(outcome, Unknown):
        return outcome
    for after_ms in LOOKS_MS:
        found = yield from looked_up(session, plan, leg, after_ms)
        if isinstance(found, Accepted):
            return found
    return outcome


def insisted(
    session: Session, plan: Plan, intent: Intent, leg: Leg, *, conditional: bool = False
) -> Generator[Call, Reply, Outcome]:
    """As `settled`; what is certainly not placed is tried once more with the same id, for a missing exit is worse
    than a late one. A conditional exit that has ended without having closed anything is refused, whatever the envelope
    said; half of an OCO may also have ended because its other half filled, which is no refusal.
    """
    outcome = yield from settled(session, plan, intent, leg)
    if isinstance(outcome, NotSent) or (isinstance(outcome, Rejected) and outcome.reason in _TRY_AGAIN):
        outcome = yield from settled(session, plan, intent, leg)
    if conditional and isinstance(outcome, Accepted):
        client_id = session.client_id(leg)
        for order in outcome.orders:
            if order.client_id == client_id:
                if ended_empty(order):
                    return Rejected(Reason.TRIGGER, "", f"the exchange ended it at once as {order.state}")
                break
    return outcome


def why(outcome: Outcome) -> str:
    """Why a stop is not there, as a part of a sentence."""
    if isinstance(outcome, Rejected):
        # What to do comes after it, and must not be cut off.
        words = outcome.message[:MOST_WORDS].rstrip()
        if words and not outcome.code:
            return words  # The reason is ours: no exchange was asked.
        return f"the exchange refused the stop ({outcome.code} {words})".replace("( ", "(")
    return "the exchange's answer to the stop was lost and it could not be found"
