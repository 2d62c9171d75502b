"""What it means that an exchange knows no such order, neither live nor over: judged by what we knew and when. Pure."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from mysignals.domain.intents import Leg
from mysignals.domain.outcomes import OrderState

from .session import Session
from .standing import GONE, NEVER_ARRIVED, Known

SKEW_MS = 2_000
"""What the exchange's clock and ours may differ by."""
GONE_MS = 60_000
"""An order that the exchange has told of, and that it does not know for so long, is there no more."""
RESTING = (OrderState.NEW, OrderState.PENDING, OrderState.PARTIALLY_FILLED)


class Absence(StrEnum):
    IN_DOUBT = "in_doubt"
    """It proves nothing yet."""
    MISSED = "missed"
    """The first look that does not find what the exchange has told of."""
    NEVER_ARRIVED = "never_arrived"
    """Its answer was lost, and the deadline of its request is over: it cannot arrive any more."""
    GONE = "gone"


def judged(session: Session, leg: Leg, known: Known) -> Absence:
    """Of a leg that was looked up just now and not found."""
    age_ms = session.clock_ms() - known.since_ms
    late_ms = session.dialect.abilities.look_up_delay_ms + SKEW_MS
    if known.state in RESTING and age_ms >= late_ms:
        return Absence.MISSED
    if known.state is not OrderState.UNKNOWN:
        return Absence.IN_DOUBT
    if leg in session.exchange_ids or leg is Leg.ENTRY:
        return Absence.GONE if age_ms >= GONE_MS else Absence.IN_DOUBT
    lifetime_ms = session.expiry_ms + session.dialect.abilities.lifetime_ms
    return Absence.NEVER_ARRIVED if age_ms >= lifetime_ms + late_ms else Absence.IN_DOUBT


def may_arrive(session: Session, leg: Leg, known: Known) -> bool:
    """Its answer was lost, and the deadline of its request is not over: that it is not there proves nothing yet."""
    is_lost = known.state is OrderState.UNKNOWN and leg not in session.exchange_ids
    return is_lost and judged(session, leg, known) is Absence.IN_DOUBT


def not_there(known: Known, absence: Absence) -> Known:
    """The leg as one that may be placed: under the same id where that was never used, else under a new one."""
    reason = NEVER_ARRIVED if absence is Absence.NEVER_ARRIVED else GONE
    return replace(known, state=OrderState.REJECTED, reason=reason)
