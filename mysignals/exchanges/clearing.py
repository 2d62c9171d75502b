"""The end of a delivery: what still rests of it is cancelled, so that no exit meets another position."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

from mysignals.domain.abilities import ExitStyle
from mysignals.domain.intents import Leg
from mysignals.domain.market import Market
from mysignals.domain.plan import Plan

from . import standing
from .dialect import Call
from .generations import generation, others
from .looking import end
from .seen import Ending, Seen, how
from .session import Session
from .siblings import end_all
from .standing import EXITS, Legs, was_never_placed
from .taking_back import is_cancelled
from .wire import Reply


def ends_siblings(session: Session, plan: Plan) -> bool:
    """Whether the exchange itself ends what is left of a list; elsewhere exits do not know each other."""
    return plan.market is Market.SPOT and session.dialect.abilities.exits is ExitStyle.ORDER_LIST


def clear(session: Session, plan: Plan, now: Legs, seen: Seen) -> Generator[Call, Reply, Ending | None]:
    """Cancel what still rests; None where that was not confirmed, and the next turn tries again.

    Only an order list ends its siblings itself (EXCHANGES 2.6, 3.5).
    """
    if ends_siblings(session, plan):
        return how(plan, now)
    # The entry goes first: what it bought until then has to be flat too.
    yield from end(session, plan, Leg.ENTRY, now, seen)
    if not now[Leg.ENTRY].has_ended or how(plan, now) is None:
        return None
    yield from end_all(session, plan, [leg for leg in EXITS if leg in now], now, seen)
    if not all(known.has_ended for known in now.values()) or not (yield from unknown_are_gone(session, plan, now)):
        return None
    return how(plan, now)


def unknown_are_gone(session: Session, plan: Plan, now: Legs) -> Generator[Call, Reply, bool]:
    """Whether what our books do not have certainly rests no more: a turn that died could not say what it had placed."""
    for leg in _unrecorded(plan, now):
        if not (yield from is_cancelled(session, plan, leg)):
            return False
    if Leg.STOP in session.exchange_ids and _took_a_riding_name(session, plan):
        nameless = replace(session, exchange_ids={})
        if not (yield from is_cancelled(nameless, plan, Leg.STOP)):
            return False
    return (yield from others_are_gone(session, plan, now))


def _took_a_riding_name(session: Session, plan: Plan) -> bool:
    """Whether the row of the stop may be that of the one over all rungs, and the first rung's own rest besides."""
    attached = plan.market is Market.FUTURES and session.dialect.abilities.exits is ExitStyle.ATTACHED
    return attached and len(plan.exits) > 1


def others_are_gone(session: Session, plan: Plan, now: Legs) -> Generator[Call, Reply, bool]:
    """Whether no order rests that has come before or after the one of our books."""
    for leg in (leg for leg in EXITS if leg in now):
        every = others(session, leg) if _may_have_others(session, plan, leg, now) else []
        if now[leg].is_absent and generation(session, leg):
            every.append(session)  # The one that was to take its place: a turn may have placed it and died.
        for other in every:
            if not (yield from is_cancelled(other, plan, leg)):
                return False
    return True


def _unrecorded(plan: Plan, now: Legs) -> list[Leg]:
    """On spot exits follow what was bought, and what was refused is tried again under the same id by a turn that may
    have died as well.
    """
    if plan.market is Market.SPOT and not standing.bought(now):
        return []
    legs = [leg for rung in plan.exits for leg in (rung.stop_leg, rung.leg)]
    again = [leg for leg in legs if plan.market is Market.SPOT and leg in now and was_never_placed(leg, now)]
    return [leg for leg in legs if leg not in now] + again


def _may_have_others(session: Session, plan: Plan, leg: Leg, now: Legs) -> bool:
    """Exits are replaced when they are over more than is open, and when they were gone."""
    if generation(session, leg) or (leg in now and now[leg].is_absent):
        return True
    return plan.market is Market.FUTURES and (
        standing.ended_short(plan.quantity, now) or (Leg.CLOSE in now and now[Leg.CLOSE].filled > 0)
    )
