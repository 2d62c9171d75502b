"""The conversation that opens a position: a generator that yields calls and is given replies."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

from mysignals.domain.abilities import ExitStyle
from mysignals.domain.intents import Leg, PlaceOrder, PlaceProtectedEntry, ReadPositions, SetLeverage, SetMarginMode
from mysignals.domain.market import EntryType, MarginMode, Market
from mysignals.domain.outcomes import ENDED, Accepted, NotSent, Outcome, Positions, Reason, Rejected, SymbolSettings
from mysignals.domain.plan import Plan, resized

from .attached_exits import riding_target, take_over, waiting_legs
from .dialect import Call
from .exits import Step, place_exits
from .filling import filled_report
from .passed import priced
from .session import Conversation, LegReport, Report, Session, ended_empty
from .settling import settled
from .spot_exits import oco_legs, place_spot_exits
from .trades import open_trade
from .wire import Reply

LATE_MS = 2000
"""An entry whose answer took longer may have met another market than the one that its stop was checked against."""


def open_position(session: Session, plan: Plan) -> Conversation:
    """Leverage and margin mode where they differ, the entry, then its exits (ARCHITECTURE section 4)."""
    style = session.dialect.abilities.exits
    if style is ExitStyle.WITHIN_TRADE:
        return (yield from open_trade(session, plan))
    report = Report(entry=NotSent("not yet"))
    refused = yield from _prepare(session, plan, report)
    if refused is not None:
        report.entry = refused
        return report
    report.sent_ms = session.clock_ms()
    in_a_list = plan.market is Market.SPOT and style is ExitStyle.ORDER_LIST
    if in_a_list and plan.entry_type is EntryType.LIMIT and len(plan.exits) == 1:
        yield from _protected_entry(session, plan, report)
    elif plan.market is Market.FUTURES and style is ExitStyle.ATTACHED:
        yield from _attached_entry(session, plan, report)
    else:
        yield from _plain_entry(session, plan, report)
    return report


def _prepare(session: Session, plan: Plan, report: Report) -> Generator[Call, Reply, Outcome | None]:
    """None when the symbol is set up; else the outcome that stops the delivery before anything is placed.

    `report.settings` is told only where both settings are certain.
    """
    if plan.market is Market.SPOT or not session.dialect.abilities.leverage:
        return None
    known = session.settings
    mode_differs = known is None or known.margin_mode is not plan.margin_mode
    if known is not None and (mode_differs or known.leverage != plan.leverage):
        kept = yield from _kept(session, plan, known)
        if kept is not None:
            if not isinstance(kept, Accepted):
                return kept
            report.settings = known
            return None
    if mode_differs:
        setting = SetMarginMode(plan.symbol, plan.margin_mode, plan.leverage, session.is_hedged)
        outcome = yield from session.ask(setting)
        if not isinstance(outcome, Accepted):
            return _nothing_placed(outcome)
    # Some exchanges keep a leverage a margin mode (Bitget), so a known one says nothing about another mode.
    if mode_differs or known is None or known.leverage != plan.leverage:
        leverage = SetLeverage(plan.symbol, plan.leverage, plan.margin_mode, session.is_hedged, plan.side)
        outcome = yield from session.ask(leverage)
        if not isinstance(outcome, (Accepted, SymbolSettings)):
            return _nothing_placed(outcome)
    if not _is_of_one_side(session, plan):
        of_symbol = known.position_mode if known is not None else None
        report.settings = SymbolSettings(plan.symbol, plan.leverage, plan.margin_mode, of_symbol)
    return None


def _kept(session: Session, plan: Plan, known: SymbolSettings) -> Generator[Call, Reply, Outcome | None]:
    """None where nothing is open on the symbol. Else its settings stay: another leverage would move the liquidation
    price of a position that has its stop already, and another margin mode is refused by every exchange.
    """
    told = yield from session.ask(ReadPositions(plan.symbol))
    if not isinstance(told, Positions):
        return _nothing_placed(told)
    if not any(position.amount for position in told.items):
        return None
    if known.margin_mode is plan.margin_mode and known.leverage <= plan.leverage:
        return Accepted()
    if known.margin_mode is plan.margin_mode:
        higher = f"a position of {plan.symbol} is open with leverage {known.leverage}"
        return Rejected(Reason.LEVERAGE, "", higher)
    open_there = f"a position of {plan.symbol} is open on {known.margin_mode} margin"
    return Rejected(Reason.MODE, "", open_there)


def _is_of_one_side(session: Session, plan: Plan) -> bool:
    """Whether what was set says nothing about the other side of the symbol, and so is not to be remembered."""
    isolated = plan.margin_mode is MarginMode.ISOLATED
    return isolated and session.is_hedged and session.dialect.abilities.leverage_by_side


def _nothing_placed(outcome: Outcome) -> Outcome:
    """A setting nobody knows about is no order: the delivery may be tried again."""
    return outcome if isinstance(outcome, Rejected) else NotSent("the symbol's settings could not be confirmed")


def _protected_entry(session: Session, plan: Plan, report: Report) -> Step:
    """Spot limit entry, stop and target in one order list: the exits ride on the entry."""
    target = plan.exits[0]
    intent = PlaceProtectedEntry(
        symbol=plan.symbol, side=plan.side, quantity=plan.quantity, price=plan.price,
        exit_quantity=target.quantity, target_price=target.price, stop_price=plan.stop, stop_limit_price=None,
        list_id=session.root + "-l", entry_id=session.client_id(Leg.ENTRY),
        target_id=session.client_id(target.leg), stop_id=session.client_id(target.stop_leg),
    )  # fmt: skip
    outcome = yield from settled(session, plan, intent, Leg.ENTRY)
    _note_entry(session, plan, report, outcome)
    if isinstance(outcome, Accepted):
        report.legs += oco_legs(session, plan, target, outcome)


def _attached_entry(session: Session, plan: Plan, report: Report) -> Step:
    """Futures: the stop, and a single target, ride on the entry, so that no moment is without them."""
    target = riding_target(plan)
    intent = replace(_entry(session, plan), stop=plan.stop, target=target.price if target else None)
    yield from _enter(session, plan, intent, report)
    entry = report.legs[0].order
    if entry is None or ended_empty(entry):
        return
    if entry.state in ENDED:
        yield from take_over(session, resized(plan, entry.filled), report)
    else:
        report.legs += waiting_legs(session, plan)


def _plain_entry(session: Session, plan: Plan, report: Report) -> Step:
    """The entry alone; its exits follow at once, or on spot as soon as it has filled."""
    yield from _enter(session, plan, _entry(session, plan), report)
    entry = report.legs[0].order
    if entry is None or ended_empty(entry):
        return
    # What ended filled in part is a position too: its exits are sized to what it is.
    filled = resized(plan, entry.filled) if entry.state in ENDED else plan
    if session.clock_ms() - report.sent_ms > LATE_MS:
        session = yield from priced(session, plan)
    if plan.market is Market.FUTURES:
        yield from place_exits(session, filled, report)
    elif entry.state in ENDED:
        yield from place_spot_exits(session, filled, report, entry)


def _entry(session: Session, plan: Plan) -> PlaceOrder:
    limit = plan.entry_type is EntryType.LIMIT
    in_quote = plan.market is Market.SPOT and session.dialect.abilities.buys_in_quote
    return PlaceOrder(
        market=plan.market, symbol=plan.symbol, side=plan.side, type=plan.entry_type, quantity=plan.quantity,
        price=plan.price if limit else plan.reference if in_quote else None,
        client_id=session.client_id(Leg.ENTRY), hedge=session.is_hedged, margin_mode=plan.margin_mode,
    )  # fmt: skip


def _enter(session: Session, plan: Plan, intent: PlaceOrder, report: Report) -> Step:
    outcome = yield from settled(session, plan, intent, Leg.ENTRY)
    outcome = yield from filled_report(session, plan, outcome, Leg.ENTRY)
    _note_entry(session, plan, report, outcome)


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
