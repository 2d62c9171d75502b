"""Conversations with an exchange: generators that yield calls and are given replies."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from decimal import Decimal

from mysignals.domain.intents import (
    CancelOrder,
    ExitKind,
    Intent,
    Leg,
    PlaceExit,
    PlaceOco,
    PlaceOrder,
    PlaceProtectedEntry,
    QueryOrder,
    SetLeverage,
    SetMarginMode,
)
from mysignals.domain.market import EntryType, Market, PositionMode
from mysignals.domain.money import floor_to
from mysignals.domain.outcomes import (
    Accepted,
    NotSent,
    OrderReport,
    OrderState,
    Outcome,
    Reason,
    Rejected,
    SymbolSettings,
    Unknown,
)
from mysignals.domain.plan import Exit, Plan, protected_quantity

from .dialect import Call, Dialect
from .wire import Credentials, Reply

SUFFIX = {
    Leg.ENTRY: "-e", Leg.STOP: "-s", Leg.STOP2: "-s2", Leg.STOP3: "-s3",
    Leg.TARGET1: "-1", Leg.TARGET2: "-2", Leg.TARGET3: "-3", Leg.CLOSE: "-c",
}  # fmt: skip

Conversation = Generator[Call, Reply, "Report"]
Asking = Generator[Call, Reply, Outcome]


@dataclass(frozen=True, slots=True)
class Session:
    """One account in one conversation. `root` begins every client order id; `clock_ms` is Unix ms."""

    dialect: Dialect
    credentials: Credentials
    environment: str
    root: str
    clock_ms: Callable[[], int]
    expiry_ms: int = 5000
    mode: PositionMode = PositionMode.ONE_WAY
    settings: SymbolSettings | None = None
    close_unprotected: bool = True

    def client_id(self, leg: Leg) -> str:
        return self.root + SUFFIX[leg]

    def ask(self, intent: Intent) -> Asking:
        call = Call(self.dialect, intent, self.credentials, self.environment, self.expiry_ms)
        reply = yield call
        return call.decode(reply)


@dataclass(frozen=True, slots=True)
class LegReport:
    """One leg as it was asked for, and what the exchange said."""

    leg: Leg
    client_id: str
    side: str
    type: str
    quantity: Decimal
    price: Decimal | None
    trigger_price: Decimal | None
    outcome: Outcome

    @property
    def order(self) -> OrderReport | None:
        if isinstance(self.outcome, Accepted):
            return next((o for o in self.outcome.orders if o.client_id == self.client_id), None)
        return None


@dataclass(slots=True)
class Report:
    """What a conversation ended with. Times are Unix ms."""

    entry: Outcome
    legs: list[LegReport] = field(default_factory=list)
    settings: SymbolSettings | None = None
    sent_ms: int = 0
    acknowledged_ms: int | None = None
    unprotected: str = ""
    """Why a filled entry has no stop; empty when all is well."""


def open_position(session: Session, plan: Plan) -> Conversation:
    """Leverage and margin mode where they differ, the entry, then its exits (ARCHITECTURE section 4)."""
    prepared = yield from _prepare(session, plan)
    if prepared is not None:
        return Report(entry=prepared)
    settings = SymbolSettings(plan.symbol, plan.leverage, plan.margin_mode) if plan.market is Market.FUTURES else None
    report = Report(entry=NotSent("not yet"), settings=settings, sent_ms=session.clock_ms())
    if plan.market is Market.SPOT and plan.entry_type is EntryType.LIMIT and len(plan.exits) == 1:
        yield from _protected_entry(session, plan, report)
    else:
        yield from _plain_entry(session, plan, report)
    return report


def _prepare(session: Session, plan: Plan) -> Generator[Call, Reply, Outcome | None]:
    """None when the symbol is set up; else the outcome that stops the delivery before anything is placed."""
    if plan.market is Market.SPOT or not session.dialect.abilities.leverage:
        return None
    known = session.settings
    if known is None or known.margin_mode is not plan.margin_mode:
        outcome = yield from session.ask(SetMarginMode(plan.symbol, plan.margin_mode))
        if not isinstance(outcome, Accepted):
            return _nothing_placed(outcome)
    if known is None or known.leverage != plan.leverage:
        outcome = yield from session.ask(SetLeverage(plan.symbol, plan.leverage))
        if not isinstance(outcome, (Accepted, SymbolSettings)):
            return _nothing_placed(outcome)
    return None


def _nothing_placed(outcome: Outcome) -> Outcome:
    """A setting nobody knows about is no order: the delivery may be tried again."""
    return outcome if isinstance(outcome, Rejected) else NotSent("the symbol's settings could not be confirmed")


def _protected_entry(session: Session, plan: Plan, report: Report) -> Generator[Call, Reply, None]:
    """Spot limit entry, stop and target in one order list: the exits ride on the entry."""
    target = plan.exits[0]
    intent = PlaceProtectedEntry(
        symbol=plan.symbol, side=plan.side, quantity=plan.quantity, price=plan.price,
        exit_quantity=target.quantity, target_price=target.price, stop_price=plan.stop, stop_limit_price=None,
        list_id=session.root + "-l", entry_id=session.client_id(Leg.ENTRY),
        target_id=session.client_id(target.leg), stop_id=session.client_id(target.stop_leg),
    )  # fmt: skip
    outcome = yield from _settled(session, plan, session.ask(intent), Leg.ENTRY)
    _note_entry(session, plan, report, outcome)
    if isinstance(outcome, Accepted):
        report.legs += _oco_legs(session, plan, target, outcome)


def _plain_entry(session: Session, plan: Plan, report: Report) -> Generator[Call, Reply, None]:
    """The entry alone; its exits follow at once, or on spot as soon as it has filled."""
    intent = PlaceOrder(
        market=plan.market, symbol=plan.symbol, side=plan.side, type=plan.entry_type, quantity=plan.quantity,
        price=plan.price if plan.entry_type is EntryType.LIMIT else None,
        client_id=session.client_id(Leg.ENTRY), hedge=session.mode is PositionMode.HEDGE,
    )  # fmt: skip
    outcome = yield from _settled(session, plan, session.ask(intent), Leg.ENTRY)
    _note_entry(session, plan, report, outcome)
    entry = report.legs[0].order
    if not isinstance(outcome, Accepted) or entry is None or entry.state in _ENDED_EMPTY:
        return
    if plan.market is Market.FUTURES:
        yield from place_exits(session, plan, report)
    elif entry.state is OrderState.FILLED:
        yield from place_spot_exits(session, plan, report, entry)


_ENDED_EMPTY = (OrderState.REJECTED, OrderState.EXPIRED, OrderState.CANCELLED)


def _settled(
    session: Session, plan: Plan, asking: Asking, leg: Leg, *, conditional: bool = False
) -> Generator[Call, Reply, Outcome]:
    """The outcome of a write; one whose answer was lost is looked up once, never sent again."""
    outcome = yield from asking
    if not isinstance(outcome, Unknown):
        return outcome
    query = QueryOrder(plan.market, plan.symbol, session.client_id(leg), conditional)
    found = yield from session.ask(query)
    return found if isinstance(found, Accepted) else outcome


def _note_entry(session: Session, plan: Plan, report: Report, outcome: Outcome) -> None:
    report.entry = outcome
    report.acknowledged_ms = session.clock_ms() if isinstance(outcome, (Accepted, Rejected)) else None
    limit = plan.entry_type is EntryType.LIMIT
    report.legs.append(
        LegReport(
            Leg.ENTRY, session.client_id(Leg.ENTRY), plan.side, plan.entry_type, plan.quantity,
            plan.price if limit else None, None, outcome,
        )
    )  # fmt: skip


def place_exits(session: Session, plan: Plan, report: Report) -> Generator[Call, Reply, None]:
    """Futures: the stop first, over the whole quantity, then the targets; all reduce-only."""
    hedge = session.mode is PositionMode.HEDGE
    stop = PlaceExit(
        plan.market, plan.symbol, plan.side.opposite, ExitKind.STOP, plan.quantity, plan.stop,
        session.client_id(Leg.STOP), hedge,
    )  # fmt: skip
    outcome = yield from _exit(session, plan, stop, Leg.STOP, report)
    if not isinstance(outcome, Accepted):
        yield from _unprotected(session, plan, report, outcome)
        return
    for target in plan.exits:
        intent = PlaceExit(
            plan.market, plan.symbol, plan.side.opposite, ExitKind.TARGET, target.quantity, target.price,
            session.client_id(target.leg), hedge,
        )  # fmt: skip
        yield from _exit(session, plan, intent, target.leg, report)


def _exit(session: Session, plan: Plan, intent: PlaceExit, leg: Leg, report: Report) -> Asking:
    outcome = yield from _settled(session, plan, session.ask(intent), leg, conditional=True)
    if isinstance(outcome, NotSent) or (isinstance(outcome, Rejected) and outcome.reason in _TRY_AGAIN):
        # Certainly not placed: once more with the same id is safe, and a missing exit is worse than a late one.
        outcome = yield from _settled(session, plan, session.ask(intent), leg, conditional=True)
    kind = "STOP_MARKET" if intent.kind is ExitKind.STOP else "TAKE_PROFIT_MARKET"
    report.legs.append(
        LegReport(leg, intent.client_id, intent.side, kind, intent.quantity, None, intent.trigger_price, outcome)
    )
    return outcome


_TRY_AGAIN = (Reason.TIME, Reason.RATE, Reason.MAINTENANCE)


def _unprotected(session: Session, plan: Plan, report: Report, outcome: Outcome) -> Generator[Call, Reply, None]:
    """The stop was refused or is in doubt: take the entry back, by the follower's choice."""
    report.unprotected = _why(outcome)
    if not session.close_unprotected:
        return
    entry = report.legs[0].order
    if entry is not None and entry.state is not OrderState.FILLED:
        yield from session.ask(CancelOrder(plan.market, plan.symbol, session.client_id(Leg.ENTRY)))
    close = PlaceOrder(
        plan.market, plan.symbol, plan.side.opposite, EntryType.MARKET, plan.quantity, None,
        session.client_id(Leg.CLOSE), reduce_only=True, hedge=session.mode is PositionMode.HEDGE,
    )  # fmt: skip
    closed = yield from _settled(session, plan, session.ask(close), Leg.CLOSE)
    report.legs.append(LegReport(Leg.CLOSE, close.client_id, close.side, "MARKET", close.quantity, None, None, closed))


def _why(outcome: Outcome) -> str:
    if isinstance(outcome, Rejected):
        return f"the exchange refused the stop ({outcome.code} {outcome.message})"
    return "the exchange's answer to the stop was lost and it could not be found"


def place_spot_exits(session: Session, plan: Plan, report: Report, entry: OrderReport) -> Generator[Call, Reply, None]:
    """Spot: one OCO a target, sized to what was bought less the commission (EXCHANGES 2.5).

    A look-up does not tell the commission, so it is then assumed.
    """
    held = protected_quantity(plan.market, plan.side, entry.filled, plan.rules)
    if entry.commission_in_base:
        held = floor_to(entry.filled - entry.commission_in_base, plan.rules.step)
    for number, target in enumerate(plan.exits, 1):
        last = number == len(plan.exits)
        part = held if last else min(target.quantity, held)
        held -= part
        if part <= 0:
            continue
        intent = PlaceOco(
            symbol=plan.symbol, side=plan.side.opposite, quantity=part, target_price=target.price,
            stop_price=plan.stop, stop_limit_price=None, list_id=f"{session.root}-l{number}",
            target_id=session.client_id(target.leg), stop_id=session.client_id(target.stop_leg),
        )  # fmt: skip
        outcome = yield from _settled(session, plan, session.ask(intent), target.stop_leg)
        report.legs += _oco_legs(session, plan, Exit(target.leg, target.stop_leg, target.price, part), outcome)
        if not isinstance(outcome, Accepted):
            report.unprotected = _why(outcome)


def _oco_legs(session: Session, plan: Plan, target: Exit, outcome: Outcome) -> list[LegReport]:
    side = plan.side.opposite
    return [
        LegReport(
            target.stop_leg, session.client_id(target.stop_leg), side, "STOP_LOSS", target.quantity,
            None, plan.stop, outcome,
        ),
        LegReport(
            target.leg, session.client_id(target.leg), side, "LIMIT_MAKER", target.quantity,
            target.price, None, outcome,
        ),
    ]  # fmt: skip
