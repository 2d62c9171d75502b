"""Conversations about orders that rest: has the entry filled, has an exit closed the position?"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field

from mysignals.domain.intents import CancelOrder, Leg, QueryOrder
from mysignals.domain.market import Market
from mysignals.domain.outcomes import Accepted, OrderReport, OrderState
from mysignals.domain.plan import STOPS, TARGETS, Plan

from .dialect import Call
from .flows import Report, Session, place_spot_exits
from .wire import Reply

ENDED = (OrderState.FILLED, OrderState.CANCELLED, OrderState.EXPIRED, OrderState.REJECTED)


@dataclass(slots=True)
class Seen:
    """What the exchange told about a delivery's orders, by leg; legs it could not tell are absent."""

    orders: dict[Leg, OrderReport] = field(default_factory=dict)
    exits: Report | None = None
    """Exits that were placed now, because the entry had filled."""
    closed: bool = False
    abandoned: bool = False
    """Every exit is gone and none has filled: somebody took them away."""


FollowUp = Generator[Call, Reply, Seen]


def look_after(session: Session, plan: Plan, legs: dict[Leg, OrderState]) -> FollowUp:
    """Ask for every leg that has not ended; place spot exits after the fill; end the siblings of a closed position."""
    seen = Seen()
    for leg, state in legs.items():
        if state not in ENDED:
            yield from _look(session, plan, leg, seen)
    entry = seen.orders.get(Leg.ENTRY)
    if (
        entry is not None
        and entry.state in ENDED
        and plan.market is Market.SPOT
        and not _has_exits(legs)
        and entry.filled
    ):
        seen.exits = Report(entry=Accepted((entry,)))
        yield from place_spot_exits(session, plan, seen.exits, entry)
        return seen
    now = legs | {leg: order.state for leg, order in seen.orders.items()}
    if _has_exits(legs):
        yield from _ended(session, plan, now, seen)
    return seen


def _look(session: Session, plan: Plan, leg: Leg, seen: Seen) -> Generator[Call, Reply, None]:
    intent = QueryOrder(plan.market, plan.symbol, session.client_id(leg), _conditional(plan, leg))
    outcome = yield from session.ask(intent)
    if isinstance(outcome, Accepted) and outcome.orders:
        seen.orders[leg] = outcome.orders[0]


def _conditional(plan: Plan, leg: Leg) -> bool:
    return plan.market is Market.FUTURES and leg in (*STOPS, *TARGETS)


def _has_exits(legs: dict[Leg, OrderState]) -> bool:
    return any(leg in legs for leg in (*STOPS, *TARGETS))


def _ended(session: Session, plan: Plan, now: dict[Leg, OrderState], seen: Seen) -> Generator[Call, Reply, None]:
    exits = {leg: state for leg, state in now.items() if leg in (*STOPS, *TARGETS)}
    entry_dead = now.get(Leg.ENTRY) in (OrderState.CANCELLED, OrderState.EXPIRED, OrderState.REJECTED)
    nothing_bought = entry_dead and not getattr(seen.orders.get(Leg.ENTRY), "filled", 0)
    seen.closed = _flat(exits)
    seen.abandoned = not seen.closed and all(state in ENDED for state in exits.values())
    if plan.market is Market.FUTURES and (seen.closed or nothing_bought):
        for leg, state in exits.items():
            if state not in ENDED:
                # Futures exits do not know each other (EXCHANGES 3.5): once flat, none may rest.
                yield from session.ask(CancelOrder(plan.market, plan.symbol, session.client_id(leg), conditional=True))


def _flat(exits: dict[Leg, OrderState]) -> bool:
    """A futures stop covers everything; else every target, or the stop beside it, must have filled."""
    pairs = [
        (exits.get(target), exits.get(stop)) for target, stop in zip(TARGETS, STOPS, strict=True) if target in exits
    ]
    one_stop = Leg.STOP2 not in exits
    if one_stop and exits.get(Leg.STOP) is OrderState.FILLED:
        return True
    return bool(pairs) and all(OrderState.FILLED in pair for pair in pairs)
