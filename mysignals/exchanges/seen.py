"""What a follow-up has seen: orders by leg, exits placed meanwhile, and whether the delivery is over."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

from mysignals.domain.intents import Leg
from mysignals.domain.market import Market
from mysignals.domain.outcomes import Accepted, OrderReport, OrderState
from mysignals.domain.plan import Plan

from . import standing
from .session import LegReport, Report, Session
from .sold_out import is_sold_out
from .standing import Known, Legs


class Ending(StrEnum):
    """How a delivery has come to its end, or to the end of what we can do for it."""

    CLOSED = "closed"
    """Its exits have closed what the entry bought, and nothing rests."""
    CANCELLED = "cancelled"
    """Its entry ended with nothing bought, and nothing rests."""
    CLOSED_THERE = "closed_there"
    """The exchange closed it otherwise: by hand, or for want of margin."""
    ABANDONED = "abandoned"
    """Not over: something is open, and nothing rests that would close it. Somebody took the exits away, or they were
    refused. The owner is told once, and a later turn notes that it was closed."""
    TOO_LITTLE = "too_little"
    """What is open is less than the exchange sells."""


@dataclass(slots=True)
class Seen:
    """What the exchange told about a delivery's orders, by leg; legs it could not tell are absent."""

    orders: dict[Leg, OrderReport] = field(default_factory=dict)
    exits: Report | None = None
    """Exits that were placed now, because the entry had filled."""
    ending: Ending | None = None
    stop_is_gone: bool = False
    """The stop ended without having closed anything, and the position is open."""
    entry_is_gone: bool = False
    """The exchange does not know the entry any more, and has not for some time."""
    used_up: list[Leg] = field(default_factory=list)
    """Exits that the price had reached before it came to the entry, which was cancelled for it."""
    untold: dict[Leg, OrderReport] = field(default_factory=dict)
    """Legs that nobody told of, as our books are to have them from now on."""
    was_cut_short: bool = False
    """What was left of the entry was cancelled: as long as it rested, what it had bought could have no stop."""
    sold_twice: Decimal = Decimal(0)
    """What stop and target have sold together beyond what was theirs to sell, in base (spot pairs)."""

    @property
    def for_the_books(self) -> dict[Leg, OrderReport]:
        return self.untold | self.orders


def how(plan: Plan, now: Legs) -> Ending | None:
    if standing.came_to_nothing(now):
        return Ending.CANCELLED
    return Ending.CLOSED if standing.is_flat(plan.market, now) or is_sold_out(plan, now) else None


def is_ending(plan: Plan, now: Legs) -> bool:
    """Whether an exit is selling just now, or what is left of a copy that is over may still rest."""
    selling = any(known.state is OrderState.TRIGGERED for known in now.values())
    paired = plan.market is Market.SPOT and bool(standing.overtaken(now))
    return selling or paired or how(plan, now) is not None


def note_cancelled(report: OrderReport, leg: Leg, now: Legs, seen: Seen) -> None:
    """The answer to an exit's cancel does not tell what it had filled."""
    filled = max(report.filled, now[leg].filled)
    seen.orders[leg] = replace(report, state=OrderState.CANCELLED, filled=filled)
    now[leg] = replace(now[leg], state=OrderState.CANCELLED, filled=filled)


def as_known(session: Session, leg: Leg, now: Legs) -> OrderReport:
    return OrderReport(session.client_id(leg), "", now[leg].state, now[leg].filled)


def entry_leg(session: Session, plan: Plan, entry: OrderReport) -> LegReport:
    client_id = session.client_id(Leg.ENTRY)
    return LegReport(
        Leg.ENTRY, client_id, plan.side, plan.entry_type, plan.quantity, plan.price, None, Accepted((entry,))
    )


def known_of(leg: LegReport) -> Known:
    """A leg just reported, as our books will have it."""
    order = leg.order
    state = order.state if order is not None else OrderState.UNKNOWN
    return Known(state, leg.quantity, order.filled if order is not None else Decimal(0))
