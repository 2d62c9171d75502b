"""Closing at the market what a delivery that is called off has open, or a part of it; never more than there is."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from decimal import Decimal

from mysignals.domain.intents import Leg
from mysignals.domain.market import Market
from mysignals.domain.outcomes import Accepted, Reason, Rejected
from mysignals.domain.plan import Plan, least_quantity, protected_quantity

from . import standing
from .called_off import CalledOff
from .closes import next_close, unseen_close
from .dialect import Call
from .positions import held
from .seen import Ending, known_of
from .session import Report, Session
from .standing import ZERO
from .taking_back import close_or_refusal
from .wire import Reply

PASSING = (Reason.TIME, Reason.RATE, Reason.MAINTENANCE)
Closing = Generator[Call, Reply, bool]


def is_closed(session: Session, plan: Plan, done: CalledOff, part: Decimal | None = None) -> Closing:
    """Whether what had filled, or `part` of it, is certainly closed, or is too little to be; where it never will be,
    `done.refused`.
    """
    quantity = closable(plan, done) if part is None else part
    if not quantity:
        return True
    if standing.is_closing(done.legs):
        return False
    following = next_close(session, done.legs)
    if following is None:
        done.refused = Rejected(Reason.UNKNOWN, "", "it was closed several times, and never in full")
        return False
    unseen = yield from unseen_close(replace(session, close_unprotected=True), plan, done.legs)
    if unseen is not None and not (isinstance(unseen, Accepted) and unseen.orders):
        return False  # Whether a turn that died has closed it nobody told.
    found = unseen if isinstance(unseen, Accepted) else None
    answer = yield from _sent(session, plan, done, quantity, found)
    if not isinstance(answer, Rejected):
        return answer
    return answer.reason not in PASSING and (yield from _as_far_as_it_is_there(session, plan, done, quantity, answer))


def closable(plan: Plan, done: CalledOff) -> Decimal:
    """On spot without the commission, and nothing where it is less than the exchange sells."""
    if plan.market is Market.FUTURES:
        return done.left
    kept = protected_quantity(plan.market, plan.side, standing.bought(done.legs), plan.rules)
    left = kept - standing.sold(done.legs)
    return left if left >= least_quantity(plan.rules, plan.reference) else ZERO


def _sent(
    session: Session, plan: Plan, done: CalledOff, quantity: Decimal, found: Accepted | None = None
) -> Generator[Call, Reply, bool | Rejected]:
    report = Report(entry=Accepted())
    answer = yield from close_or_refusal(session, plan, report, quantity, done.legs, found)
    # One leg has one line: what was refused first is tried again under the same id.
    done.placed = [leg for leg in done.placed if leg.leg is not Leg.CLOSE or not report.legs] + report.legs
    done.legs |= {leg.leg: known_of(leg) for leg in report.legs if not isinstance(leg.outcome, Rejected)}
    return answer


def _as_far_as_it_is_there(
    session: Session, plan: Plan, done: CalledOff, quantity: Decimal, refused: Rejected
) -> Closing:
    """A close that finds nothing to reduce, or less, has found a position that others have closed, or made smaller."""
    there = (yield from held(session, plan)) if plan.market is Market.FUTURES else None
    if there is not None and 0 < there < quantity:
        answer = yield from _sent(session, plan, done, there)
        if not isinstance(answer, Rejected):
            done.seen.ending = Ending.CLOSED_THERE if answer else None
            return answer
        refused = answer
    if there == 0:
        done.seen.ending = Ending.CLOSED_THERE
        return True
    if refused.reason not in PASSING:
        done.refused = refused
    return False
