"""Exits that ride on a futures entry: the exchange makes orders of its own of them, and we find them by what they say.

EXCHANGES 5.6: they come into being when the entry has filled, over what it has filled, and carry no id of ours.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator
from dataclasses import dataclass, field, replace

from mysignals.domain.intents import ExitKind, Leg, ReadOpenOrders
from mysignals.domain.outcomes import (
    Accepted,
    OpenOrder,
    OpenOrders,
    OrderReport,
    OrderState,
    Outcome,
)
from mysignals.domain.plan import Exit, Plan

from .dialect import Call
from .exits import exit_line, found_or_placed, place_exit
from .look_up import looked_up
from .session import LegReport, Report, Session
from .settling import why
from .taking_back import is_cancelled, take_back
from .wire import Reply

Step = Generator[Call, Reply, None]
Riding = tuple[Exit, ExitKind]
Placing = Callable[[Session, Plan, Exit, ExitKind, Report], Generator[Call, Reply, Outcome | None]]
LOOKS_MS = (0, 200, 600)
"""How long to wait before each look: the exits follow the fill within moments."""
SOLD = (OrderState.TRIGGERED, OrderState.FILLED)


@dataclass(slots=True)
class Found:
    """Riding exits by leg; `is_certain` where what is not among them certainly is not there, and was not either."""

    by_leg: dict[Leg, OpenOrder] = field(default_factory=dict)
    is_certain: bool = False


def riding_target(plan: Plan) -> Exit | None:
    """The one target that rides on the entry beside the stop; a ladder's are placed after the fill."""
    return plan.exits[0] if len(plan.exits) == 1 else None


def waiting_legs(session: Session, plan: Plan) -> list[LegReport]:
    """The exits of an entry that rests: they are orders only when it has filled."""
    return [_leg(session, plan, one, _waiting(session, one)) for one in _riding(plan)]


def take_over(session: Session, plan: Plan, report: Report, *, look_first: bool = False) -> Step:
    """The entry has filled, and nothing is known of its exits yet. `plan` is over the fill.

    What cannot be read now waits for the next turn: what rides protects the position meanwhile. With `look_first` an
    earlier turn may have placed exits and died before it could say so.
    """
    place = found_or_placed if look_first else place_exit
    found = yield from _found(session, plan)
    if not found.is_certain and len(found.by_leg) < len(_riding(plan)):
        report.legs += waiting_legs(session, plan)
    elif riding_target(plan) is None:
        yield from _unfold(session, plan, found, report, place)
    else:
        yield from _adopt(session, plan, found, report, place)


def _adopt(session: Session, plan: Plan, found: Found, report: Report, place: Placing) -> Step:
    """Stop and target get our names; what was never made is placed as an order of our own."""
    missing = []
    for one in _riding(plan):
        leg = _leg_of(one)
        if leg in found.by_leg:
            told = replace(found.by_leg[leg].report, client_id=session.client_id(leg))
            report.legs.append(_leg(session, plan, one, told))
        else:
            missing.append(one)
    for rung, kind in missing:
        outcome = yield from place(session, plan, rung, kind, report)
        if outcome is not None and kind is ExitKind.STOP and not isinstance(outcome, Accepted):
            report.unprotected = report.unprotected or why(outcome)
            if session.close_unprotected:
                yield from take_back(session, plan, report, [rung.stop_leg])
                return


def _unfold(session: Session, plan: Plan, found: Found, report: Report, place: Placing) -> Step:
    """A ladder: every rung gets a stop of its size and its target; then the one stop over everything goes.

    Left there it would close more than is left of this entry, once a target has filled.
    """
    riding = found.by_leg.get(Leg.STOP)
    if riding is not None and riding.report.state in SOLD:
        # There is nothing left to place exits for.
        told = replace(riding.report, client_id=session.client_id(Leg.STOP))
        report.legs.append(_leg(session, plan, (_whole(plan), ExitKind.STOP), told))
        return
    if riding is not None and riding.report.state is not OrderState.NEW:
        riding = None  # An earlier turn has ended it, when the rungs had stops of their own.
    covered = True
    for rung in plan.exits:
        outcome = yield from place(session, plan, rung, ExitKind.STOP, report)
        if isinstance(outcome, Accepted):
            yield from place(session, plan, rung, ExitKind.TARGET, report)
            continue
        covered = False
        if riding is None and outcome is not None:
            report.unprotected = report.unprotected or why(outcome)
    if riding is not None:
        if covered and (yield from _is_ended(session, plan, riding)):
            return
        # It stays as long as a rung has no stop of its own: as long as it has no name either, a later turn comes back,
        # also where its cancel was not confirmed.
        named = [leg for leg in report.legs if leg.leg is not Leg.STOP]
        report.legs[:] = [*named, *waiting_legs(session, plan)]
    elif report.unprotected and session.close_unprotected:
        every = [leg for rung in plan.exits for leg in (rung.stop_leg, rung.leg)]
        yield from take_back(session, plan, report, every)


def _is_ended(session: Session, plan: Plan, riding: OpenOrder) -> Generator[Call, Reply, bool]:
    """Whether the stop over everything rests no more, and has closed nothing.

    One left behind may close what another signal has opened; one that has triggered leaves the rungs without use.
    """
    named = replace(session, exchange_ids={**session.exchange_ids, Leg.STOP: riding.report.exchange_id})
    if not (yield from is_cancelled(named, plan, Leg.STOP)):
        return False
    told = yield from looked_up(named, plan, Leg.STOP)
    return not any(order.filled or order.state in SOLD for order in told.orders) if isinstance(told, Accepted) else True


def _riding(plan: Plan) -> list[Riding]:
    target = riding_target(plan)
    return [(_whole(plan), ExitKind.STOP)] + ([(target, ExitKind.TARGET)] if target else [])


def _whole(plan: Plan) -> Exit:
    """One stop over everything, whatever the targets."""
    return Exit(Leg.TARGET1, Leg.STOP, plan.stop, plan.quantity)


def _leg_of(one: Riding) -> Leg:
    rung, kind = one
    return rung.stop_leg if kind is ExitKind.STOP else rung.leg


def _waiting(session: Session, one: Riding) -> OrderReport:
    return OrderReport(session.client_id(_leg_of(one)), "", OrderState.PENDING, quantity=one[0].quantity)


def _leg(session: Session, plan: Plan, one: Riding, told: OrderReport) -> LegReport:
    rung, kind = one
    return exit_line(session, plan, rung, kind, Accepted((told,)))


def _found(session: Session, plan: Plan) -> Generator[Call, Reply, Found]:
    """Among what waits, and then among what is over: one may have triggered before the first look."""
    found, wanted = Found(), _riding(plan)
    for after_ms in LOOKS_MS:
        found.is_certain = yield from _look(session, plan, wanted, found, after_ms=after_ms, history=False)
        if len(found.by_leg) == len(wanted):
            return found
    if found.is_certain and session.dialect.abilities.has_history:
        found.is_certain = yield from _look(session, plan, wanted, found, after_ms=0, history=True)
    return found


def _look(
    session: Session, plan: Plan, wanted: Collection[Riding], found: Found, *, after_ms: int, history: bool
) -> Generator[Call, Reply, bool]:
    """Whether the list could be read. Of several alike the newest is ours: these exits have just been made."""
    intent = ReadOpenOrders(plan.market, plan.symbol, conditional=True, history=history)
    outcome = yield from session.ask(intent, after_ms)
    if not isinstance(outcome, OpenOrders):
        return False
    for one in wanted:
        alike = [order for order in outcome.items if _is_it(session, plan, one, order)]
        if alike and _leg_of(one) not in found.by_leg:
            newest = max(alike, key=lambda order: order.created_ms)
            found.by_leg[_leg_of(one)] = newest
            session.taken.add(newest.report.exchange_id)
    return True


def _is_it(session: Session, plan: Plan, one: Riding, order: OpenOrder) -> bool:
    rung, kind = one
    return (
        order.kind is kind
        and order.trigger_price == (plan.stop if kind is ExitKind.STOP else rung.price)
        and order.quantity == rung.quantity
        and order.side is plan.side.opposite
        and order.created_ms >= session.since_ms
        and order.report.exchange_id not in session.taken
    )
