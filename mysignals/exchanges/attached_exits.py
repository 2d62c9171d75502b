"""Exits that ride on a futures entry: the exchange makes orders of its own of them, and we find them by what they say.

EXCHANGES 5.6: they come into being when the entry has filled, over what it has filled, and carry no id of ours.
"""

from __future__ import annotations

from collections.abc import Collection, Generator
from dataclasses import replace

from mysignals.domain.intents import ExitKind, Leg, ReadOpenOrders
from mysignals.domain.outcomes import Accepted, OpenOrder, OpenOrders, OrderReport, OrderState
from mysignals.domain.plan import Exit, Plan

from .dialect import Call
from .exits import place_exit
from .session import LegReport, Report, Session
from .settling import why
from .taking_back import take_back
from .wire import Reply

Step = Generator[Call, Reply, None]
LOOKS_MS = (0, 200, 600)
"""How long to wait before each look: the exits follow the fill within moments."""


def riding_target(plan: Plan) -> Exit | None:
    """The one target that rides on the entry beside the stop; a ladder's are placed after the fill."""
    return plan.exits[0] if len(plan.exits) == 1 else None


def waiting_legs(session: Session, plan: Plan) -> list[LegReport]:
    """The exits of an entry that rests: they are orders only when it has filled."""
    whole, target = _whole(plan), riding_target(plan)
    riding = [(whole, ExitKind.STOP)] + ([(target, ExitKind.TARGET)] if target else [])
    return [_leg(session, plan, rung, kind, _waiting(session, rung, kind)) for rung, kind in riding]


def take_over(session: Session, plan: Plan, report: Report, have: Collection[Leg] = ()) -> Step:
    """The entry has filled: find the exits that rode on it, place those that are missing. `plan` is over the fill.

    `have` are legs that are known to be there already.
    """
    wanted = [rung for rung in _riding(plan) if _leg_of(*rung) not in have]
    found = yield from _found(session, plan, wanted)
    for rung, kind in wanted:
        leg = _leg_of(rung, kind)
        if leg in found:
            told = replace(found[leg].report, client_id=session.client_id(leg))
            report.legs.append(_leg(session, plan, rung, kind, told))
            continue
        outcome = yield from place_exit(session, plan, rung, kind, report)
        if kind is ExitKind.STOP and not isinstance(outcome, Accepted):
            report.unprotected = why(outcome)
            if session.close_unprotected:
                yield from take_back(session, plan, report, leg)
                return
    for rung in plan.exits if riding_target(plan) is None else ():
        if rung.leg not in have:
            yield from place_exit(session, plan, rung, ExitKind.TARGET, report)


def _riding(plan: Plan) -> list[tuple[Exit, ExitKind]]:
    target = riding_target(plan)
    return [(_whole(plan), ExitKind.STOP)] + ([(target, ExitKind.TARGET)] if target else [])


def _whole(plan: Plan) -> Exit:
    """One stop over everything, whatever the targets."""
    return Exit(Leg.TARGET1, Leg.STOP, plan.stop, plan.quantity)


def _leg_of(rung: Exit, kind: ExitKind) -> Leg:
    return rung.stop_leg if kind is ExitKind.STOP else rung.leg


def _waiting(session: Session, rung: Exit, kind: ExitKind) -> OrderReport:
    return OrderReport(session.client_id(_leg_of(rung, kind)), "", OrderState.PENDING, quantity=rung.quantity)


def _leg(session: Session, plan: Plan, rung: Exit, kind: ExitKind, told: OrderReport) -> LegReport:
    stop = kind is ExitKind.STOP
    type_, price = ("STOP_MARKET", plan.stop) if stop else ("TAKE_PROFIT_MARKET", rung.price)
    client_id = session.client_id(_leg_of(rung, kind))
    return LegReport(
        _leg_of(rung, kind), client_id, plan.side.opposite, type_, rung.quantity, None, price, Accepted((told,))
    )


def _found(
    session: Session, plan: Plan, wanted: list[tuple[Exit, ExitKind]]
) -> Generator[Call, Reply, dict[Leg, OpenOrder]]:
    """By leg. The newest of several alike is taken: these exits have just been made."""
    found: dict[Leg, OpenOrder] = {}
    for after_ms in LOOKS_MS if wanted else ():
        outcome = yield from session.ask(ReadOpenOrders(plan.market, plan.symbol, conditional=True), after_ms)
        if not isinstance(outcome, OpenOrders):
            continue
        for rung, kind in wanted:
            alike = [order for order in outcome.items if _is_it(session, plan, rung, kind, order)]
            if alike:
                found[_leg_of(rung, kind)] = max(alike, key=lambda order: order.created_ms)
        if len(found) == len(wanted):
            break
    return found


def _is_it(session: Session, plan: Plan, rung: Exit, kind: ExitKind, order: OpenOrder) -> bool:
    price = plan.stop if kind is ExitKind.STOP else rung.price
    return (
        order.kind is kind
        and order.trigger_price == price
        and order.quantity == rung.quantity
        and order.side is plan.side.opposite
        and order.report.exchange_id not in session.taken
    )
