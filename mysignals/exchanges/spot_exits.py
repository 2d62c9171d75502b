"""Spot exits after the fill: a list of stop and target a rung, or two orders that we end ourselves."""

from __future__ import annotations

from collections.abc import Collection, Generator
from dataclasses import replace
from decimal import Decimal

from mysignals.domain.abilities import ExitStyle
from mysignals.domain.intents import ExitKind, Leg, PlaceOco
from mysignals.domain.money import floor_to
from mysignals.domain.outcomes import Accepted, OrderReport, Outcome, Rejected, Unknown
from mysignals.domain.plan import TARGETS, Exit, Plan, exits_for, least_quantity, protected_quantity

from .closes import sold_by_closes
from .dialect import Call
from .exits import ended_there, exit_line, place_exit
from .generations import list_id
from .look_up import is_absent, looked_up
from .passed import passed
from .session import LegReport, Report, Session, ended_empty
from .settling import insisted, why
from .sold_out import taken_by
from .standing import ZERO, Legs
from .taking_back import close
from .wire import Reply

Step = Generator[Call, Reply, None]
ABSENT = Accepted()
"""Of a rung that the exchange has no orders of."""


def place_spot_exits(
    session: Session,
    plan: Plan,
    report: Report,
    entry: OrderReport,
    live: Collection[Leg] = (),
    *,
    known: Legs | None = None,
) -> Step:
    """A stop and a target for every rung, sized to what was bought less the commission (EXCHANGES 2.5).

    A look-up does not tell the commission, so it is then assumed. Targets that are `live` already keep their part.
    What a stop was refused for is sold at market where the follower chose `close`. With `known` legs of earlier turns
    one of these may have placed them and died before it could say so: sold twice would be sold from what is not ours.
    """
    place = _place_list if session.dialect.abilities.exits is ExitStyle.ORDER_LIST else _place_pair
    bare, in_doubt = Decimal(0), False
    rungs = _rungs(plan, entry, live, known or {})
    found: dict[Leg, Outcome | None] = {}
    for _, rung in rungs if known is not None else ():
        found[rung.leg] = yield from _found(session, plan, rung, report)
    for number, rung in _left_for(plan, rungs, found, report):
        outcome = found.get(rung.leg, ABSENT)
        if outcome is ABSENT:
            outcome = yield from place(session, plan, rung, number, report)
        if outcome is None:
            report.postponed = True
            continue
        if not isinstance(outcome, Accepted):
            report.unprotected = why(outcome)
            in_doubt = in_doubt or isinstance(outcome, Unknown)
            bare += 0 if isinstance(outcome, Unknown) else rung.quantity
    if bare and session.close_unprotected:
        closed = yield from close(session, plan, report, bare, known or {})
        report.taken_back = closed and not live and bare == sum(rung.quantity for _, rung in rungs)
        if not closed:
            report.unprotected += ", and selling that part was not confirmed"
        elif not report.taken_back and not in_doubt:
            report.unprotected = ""  # What got no stop is sold; the rest has its own.


def _found(session: Session, plan: Plan, rung: Exit, report: Report) -> Generator[Call, Reply, Outcome | None]:
    """How the rung's orders stand, with a line for each: ABSENT where there are none, None where nobody told.

    Where both are over and neither has sold anything the rung is as good as refused, and their ids are used up.
    """
    stop = yield from looked_up(session, plan, rung.stop_leg)
    target = yield from looked_up(session, plan, rung.leg)
    if is_absent(stop) and is_absent(target):
        return ABSENT
    told = [found for found in (stop, target) if isinstance(found, Accepted) and found.orders]
    if not told or not all(is_absent(found) or found in told for found in (stop, target)):
        return None
    alive = next((found for found in told if not ended_empty(found.orders[0])), None)
    outcome = alive or ended_there(told[0])
    for line, found in zip(oco_legs(session, plan, rung, outcome), (stop, target), strict=True):
        if alive is stop and found is target and is_absent(target) and not ends_each_other(session):
            continue  # The turn has died between the two: this half is placed beside the other.
        report.legs.append(replace(line, outcome=found) if alive and found in told else line)
    return outcome


Numbered = list[tuple[int, Exit]]
"""Exits, each with its number in the ladder."""


def _left_for(plan: Plan, rungs: Numbered, found: dict[Leg, Outcome | None], report: Report) -> Numbered:
    """The rungs; those that nothing is placed for yet over what the others, which may have sold twice, have left."""
    open_ = [rung for _, rung in rungs if _is_to_do(found.get(rung.leg, ABSENT))]
    told = {leg.leg: leg.order.filled for leg in report.legs if leg.order is not None}
    beyond = sum(
        (max(told.get(rung.leg, ZERO) + told.get(rung.stop_leg, ZERO) - rung.quantity, ZERO) for _, rung in rungs),
        ZERO,
    )
    room = max(sum((rung.quantity for rung in open_), ZERO) - beyond, ZERO)
    least, fitted = least_quantity(plan.rules, plan.stop), []
    for number, rung in rungs:
        if rung not in open_:
            fitted.append((number, rung))
            continue
        quantity = min(rung.quantity, room)
        room -= quantity
        if quantity == rung.quantity or quantity >= least:
            fitted.append((number, replace(rung, quantity=quantity)))
    return fitted


def ends_each_other(session: Session) -> bool:
    """Whether stop and target are halves of one list there, so that both are there or none."""
    return session.dialect.abilities.exits is ExitStyle.ORDER_LIST


def _is_to_do(found: Outcome | None) -> bool:
    """Nothing of the rung is there, or what was there is over and has sold nothing."""
    return found is ABSENT or isinstance(found, Rejected)


def _rungs(plan: Plan, entry: OrderReport, live: Collection[Leg], known: Legs) -> Numbered:
    """The exits over what is held; those that are live keep their part, and what they have sold beyond it.

    What was sold at market is held no more.

    None is under the symbol's minimum at the lowest price it may be sold at: rather there are fewer.
    """
    held = protected_quantity(plan.market, plan.side, entry.filled, plan.rules)
    if entry.commission_in_base:
        held = floor_to(entry.filled - entry.commission_in_base, plan.rules.step)
    held -= sum((taken_by(rung, known) for rung in plan.exits if rung.leg in live), sold_by_closes(known))
    rungs = [rung for rung in plan.exits if rung.leg not in live]
    if held <= 0 or not rungs:
        return []
    parts = exits_for(tuple(rung.price for rung in rungs), "ladder", held, plan.rules, plan.stop)
    return [
        (TARGETS.index(rung.leg) + 1, replace(rung, quantity=part.quantity))
        for rung, part in zip(rungs, parts, strict=False)
    ]


def _place_list(
    session: Session, plan: Plan, rung: Exit, number: int, report: Report
) -> Generator[Call, Reply, Outcome]:
    outcome = yield from insisted(session, plan, _oco(session, plan, rung, number), rung.stop_leg)
    report.legs += oco_legs(session, plan, rung, outcome)
    return outcome


def _place_pair(session: Session, plan: Plan, rung: Exit, _: int, report: Report) -> Generator[Call, Reply, Outcome]:
    """The stop's outcome. Neither locks what was bought, so both may rest; a target without its stop does not.

    One that the price has passed is reached: who wants to be out sells it, for the others its stop stays alone.
    """
    reached = passed(session, plan, ExitKind.TARGET, rung.price)
    if reached and session.close_unprotected:
        report.legs += [exit_line(session, plan, rung, kind, reached) for kind in (ExitKind.STOP, ExitKind.TARGET)]
        return reached
    outcome = yield from place_exit(session, plan, rung, ExitKind.STOP, report)
    if isinstance(outcome, Accepted):
        yield from place_exit(session, plan, rung, ExitKind.TARGET, report)
    return outcome


def _oco(session: Session, plan: Plan, rung: Exit, number: int) -> PlaceOco:
    return PlaceOco(
        symbol=plan.symbol,
        side=plan.side.opposite,
        quantity=rung.quantity,
        target_price=rung.price,
        stop_price=plan.stop,
        stop_limit_price=None,
        list_id=list_id(session, rung.leg, number),
        target_id=session.client_id(rung.leg),
        stop_id=session.client_id(rung.stop_leg),
    )


def oco_legs(session: Session, plan: Plan, rung: Exit, outcome: Outcome) -> list[LegReport]:
    """The two legs of an OCO, with the one outcome that both have."""
    side, stop, target = plan.side.opposite, session.client_id(rung.stop_leg), session.client_id(rung.leg)
    return [
        LegReport(rung.stop_leg, stop, side, "STOP_LOSS", rung.quantity, None, plan.stop, outcome),
        LegReport(rung.leg, target, side, "LIMIT_MAKER", rung.quantity, rung.price, None, outcome),
    ]
