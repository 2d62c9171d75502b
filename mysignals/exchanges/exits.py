"""Placing exits: behind a futures entry at once, on spot after the fill; and taking back what has no stop."""

from __future__ import annotations

from collections.abc import Collection, Generator
from decimal import Decimal

from mysignals.domain.intents import CancelOrder, ExitKind, Leg, PlaceExit, PlaceOco, PlaceOrder, QueryOrder
from mysignals.domain.market import EntryType, PositionMode
from mysignals.domain.money import floor_to
from mysignals.domain.outcomes import Accepted, OrderReport, OrderState, Outcome, Reason, Rejected, Unknown
from mysignals.domain.plan import Exit, Plan, protected_quantity

from .dialect import Call
from .session import ENDED, LegReport, Report, Session, insisted, settled, why
from .wire import Reply

Step = Generator[Call, Reply, None]
_GONE = (Reason.TOO_LATE, Reason.NOT_FOUND)


def place_exits(session: Session, plan: Plan, report: Report) -> Step:
    """Futures: every rung has a stop of its own size, for in hedge mode a close larger than the position is refused.

    The stops go first; all exits can only reduce.
    """
    covered = []
    for rung in plan.exits:
        outcome = yield from _exit(session, plan, rung, ExitKind.STOP, report)
        if isinstance(outcome, Accepted):
            covered.append(rung)
            continue
        report.unprotected = report.unprotected or why(outcome)
        if session.close_unprotected:
            yield from _take_back(session, plan, report, rung.stop_leg)
            return
    for rung in covered:
        yield from _exit(session, plan, rung, ExitKind.TARGET, report)


def _exit(session: Session, plan: Plan, rung: Exit, kind: ExitKind, report: Report) -> Generator[Call, Reply, Outcome]:
    stop = kind is ExitKind.STOP
    leg, price = (rung.stop_leg, plan.stop) if stop else (rung.leg, rung.price)
    side, client_id = plan.side.opposite, session.client_id(leg)
    hedge = session.mode is PositionMode.HEDGE
    intent = PlaceExit(plan.market, plan.symbol, side, kind, rung.quantity, price, client_id, hedge)
    outcome = yield from insisted(session, plan, intent, leg, conditional=True)
    type_ = "STOP_MARKET" if stop else "TAKE_PROFIT_MARKET"
    report.legs.append(LegReport(leg, client_id, side, type_, rung.quantity, None, price, outcome))
    return outcome


def _take_back(session: Session, plan: Plan, report: Report, failed: Leg) -> Step:
    """A stop was refused or is in doubt, and the follower chose to have no position without one."""
    entry = yield from _stopped_entry(session, plan, report.legs[0].order)
    if entry is None:
        report.unprotected += ", and whether the entry still rests could not be confirmed"
        return
    closed = yield from _close(session, plan, report, entry.filled)
    if closed:
        # What rests of the exits, perhaps also the stop whose answer was lost, must not meet another position.
        for leg in [*(leg.leg for leg in report.accepted if leg.leg not in (Leg.ENTRY, Leg.CLOSE)), failed]:
            gone = yield from _cancelled(session, plan, leg)
            report.leftovers = report.leftovers or not gone
        report.taken_back = True
    else:
        report.unprotected += ", and closing the position was not confirmed"


def _cancelled(session: Session, plan: Plan, leg: Leg) -> Generator[Call, Reply, bool]:
    """Whether the exit certainly rests no more; tried twice, for one left behind meets the next position."""
    for _ in range(2):
        outcome = yield from session.ask(
            CancelOrder(plan.market, plan.symbol, session.client_id(leg), conditional=True)
        )
        if isinstance(outcome, Accepted) or (isinstance(outcome, Rejected) and outcome.reason in _GONE):
            return True
    return False


def _stopped_entry(
    session: Session, plan: Plan, entry: OrderReport | None
) -> Generator[Call, Reply, OrderReport | None]:
    """The entry once it can fill no more; None where that is not certain."""
    if entry is not None and entry.state in ENDED:
        return entry
    client_id = session.client_id(Leg.ENTRY)
    yield from session.ask(CancelOrder(plan.market, plan.symbol, client_id))
    found = yield from session.ask(QueryOrder(plan.market, plan.symbol, client_id))
    if isinstance(found, Accepted) and found.orders and found.orders[0].state in ENDED:
        return found.orders[0]
    return None


def _close(session: Session, plan: Plan, report: Report, filled: Decimal) -> Generator[Call, Reply, bool]:
    """Whether all that was filled is certainly closed; nothing is sent where nothing was filled."""
    if not filled:
        return True
    side, client_id = plan.side.opposite, session.client_id(Leg.CLOSE)
    hedge = session.mode is PositionMode.HEDGE
    intent = PlaceOrder(
        plan.market, plan.symbol, side, EntryType.MARKET, filled, None, client_id, reduce_only=True, hedge=hedge
    )
    outcome = yield from settled(session, plan, intent, Leg.CLOSE)
    leg = LegReport(Leg.CLOSE, client_id, side, "MARKET", filled, None, None, outcome)
    report.legs.append(leg)
    return leg.order is not None and leg.order.state is OrderState.FILLED and leg.order.filled >= filled


def place_spot_exits(
    session: Session, plan: Plan, report: Report, entry: OrderReport, live: Collection[Leg] = ()
) -> Step:
    """Spot: one OCO a target, sized to what was bought less the commission (EXCHANGES 2.5).

    A look-up does not tell the commission, so it is then assumed. Targets that are `live` already keep their part.
    What an OCO was refused for is sold at market where the follower chose `close`.
    """
    bare, in_doubt = Decimal(0), False
    for number, rung in _rungs(plan, entry):
        if rung.leg in live:
            continue
        outcome = yield from insisted(session, plan, _oco(session, plan, rung, number), rung.stop_leg)
        report.legs += oco_legs(session, plan, rung, outcome)
        if not isinstance(outcome, Accepted):
            report.unprotected = why(outcome)
            in_doubt = in_doubt or isinstance(outcome, Unknown)
            bare += 0 if isinstance(outcome, Unknown) else rung.quantity
    if bare and session.close_unprotected:
        closed = yield from _close(session, plan, report, bare)
        report.taken_back = closed and not live and bare == sum(rung.quantity for _, rung in _rungs(plan, entry))
        if not closed:
            report.unprotected += ", and selling that part was not confirmed"
        elif not report.taken_back and not in_doubt:
            report.unprotected = ""  # What got no stop is sold; the rest has its own.


def _rungs(plan: Plan, entry: OrderReport) -> list[tuple[int, Exit]]:
    """The exits over what is held, the last one taking the rest; each with its number in the ladder."""
    held = protected_quantity(plan.market, plan.side, entry.filled, plan.rules)
    if entry.commission_in_base:
        held = floor_to(entry.filled - entry.commission_in_base, plan.rules.step)
    rungs = []
    for number, rung in enumerate(plan.exits, 1):
        last = number == len(plan.exits)
        part = held if last else floor_to(min(rung.quantity, held), plan.rules.step)
        held -= part
        if part > 0:
            rungs.append((number, Exit(rung.leg, rung.stop_leg, rung.price, part)))
    return rungs


def _oco(session: Session, plan: Plan, rung: Exit, number: int) -> PlaceOco:
    return PlaceOco(
        symbol=plan.symbol,
        side=plan.side.opposite,
        quantity=rung.quantity,
        target_price=rung.price,
        stop_price=plan.stop,
        stop_limit_price=None,
        list_id=f"{session.root}-l{number}",
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
