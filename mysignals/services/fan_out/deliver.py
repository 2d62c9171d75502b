"""One batch: claim, ask, plan, send, record. No database inside asking and sending."""

from __future__ import annotations

import logging
from decimal import Decimal

from flask import current_app

from mysignals import clock
from mysignals.domain.market import EntryType, Market, PositionMode, SymbolRules
from mysignals.domain.outcomes import Reason
from mysignals.domain.plan import Plan, Skip, Terms
from mysignals.exchanges.flows import open_position
from mysignals.exchanges.market_data import NOBODY
from mysignals.exchanges.registry import dialect_for
from mysignals.exchanges.session import Report, Session
from mysignals.extensions import db
from mysignals.models import Signal
from mysignals.services import rules
from mysignals.services.venues import loop
from mysignals.settings import Settings

from .asking import Known, ask, price_of
from .claim import Claimed, claim
from .planning import plan_one, terms_of
from .record import forget_settings, record
from .results import Result, broken, failed_to_ask, finished, skipped, unreadable
from .stopwatch import Stopwatch

log = logging.getLogger(__name__)


def deliver(ids: list[int]) -> None:
    """Bring the queued deliveries among `ids` to their exchanges, and record what became of each."""
    watch = Stopwatch()
    rows = claim(ids)
    watch.lap("claim")
    for signal_id in {row.signal_id for row in rows}:
        _deliver_signal(signal_id, [row for row in rows if row.signal_id == signal_id], watch)
    if rows:
        log.info("delivered %s of %s: %s", len(rows), len(ids), watch)


def _deliver_signal(signal_id: int, rows: list[Claimed], watch: Stopwatch) -> None:
    signal = db.session.get_one(Signal, signal_id)
    rules_by_venue = _rules(rows, signal)
    db.session.expunge(signal)
    db.session.rollback()  # No transaction stays open while exchanges answer.
    known = ask(rows, signal)
    prices = _prices(rows, signal)
    watch.lap("ask")
    results, plans = _plan(rows, signal, known, rules_by_venue, prices)
    forget_settings([row.account_id for row, plan in plans if _will_change(known[row.id], plan)], signal.symbol)
    watch.lap("plan")
    results += _send(plans, signal, known)
    watch.lap("send")
    record(results, _learned_modes(results, known))
    watch.lap("record")


def _will_change(known: Known, plan: Plan) -> bool:
    """Whether leverage or margin mode will be set: a crash in between must not leave a memory that is wrong."""
    wanted = (plan.leverage, plan.margin_mode)
    return known.settings is not None and (known.settings.leverage, known.settings.margin_mode) != wanted


def _learned_modes(results: list[Result], known: dict[int, Known]) -> dict[int, str | None]:
    """Position modes just read, by account; None forgets one that the exchange has just contradicted."""
    modes: dict[int, str | None] = {}
    for result in results:
        facts = known[result.row.id]
        if result.reason == Reason.MODE:
            modes[result.row.account_id] = None
        elif facts.mode_is_new and facts.mode is not None:
            modes[result.row.account_id] = facts.mode.value
    return modes


Venue = tuple[str, str]
"""Exchange and environment."""


def _rules(rows: list[Claimed], signal: Signal) -> dict[Venue, SymbolRules | None]:
    venues = {(row.exchange, row.environment) for row in rows}
    return {venue: rules.find(Market(signal.market), signal.symbol, *venue) for venue in venues}


def _prices(rows: list[Claimed], signal: Signal) -> dict[Venue, Decimal | None]:
    """Last prices by venue, for market entries only: a limit entry needs none."""
    if signal.entry_type != EntryType.MARKET:
        return {}
    one_each = {(row.exchange, row.environment): row for row in rows}
    return {venue: price_of(row, signal) for venue, row in one_each.items()}


def _plan(
    rows: list[Claimed],
    signal: Signal,
    known: dict[int, Known],
    rules_by_venue: dict[Venue, SymbolRules | None],
    prices: dict[Venue, Decimal | None],
) -> tuple[list[Result], list[tuple[Claimed, Plan]]]:
    terms = _terms(signal)
    results: list[Result] = []
    plans: list[tuple[Claimed, Plan]] = []
    for row in rows:
        facts, venue = known[row.id], (row.exchange, row.environment)
        if facts.failed is not None and not terms.is_too_old:
            results.append(failed_to_ask(row, signal, facts.failed))
            continue
        if facts.key is None and row.status != "refused":
            results.append(unreadable(row, signal))
            continue
        plan = plan_one(row, terms, facts, rules_by_venue[venue], prices.get(venue))
        if isinstance(plan, Skip):
            results.append(skipped(row, signal, plan))
        else:
            plans.append((row, plan))
    return results, plans


def _terms(signal: Signal) -> Terms:
    settings: Settings = current_app.extensions["settings"]
    return terms_of(signal, clock.now(), settings.signal_max_age_seconds)


def _send(plans: list[tuple[Claimed, Plan]], signal: Signal, known: dict[int, Known]) -> list[Result]:
    """All conversations at once over shared connections; each is signed before the earliest fence, or not at all."""
    if not plans:
        return []
    settings: Settings = current_app.extensions["settings"]
    fence_ms = int(min(row.fence_at for row, _ in plans).timestamp() * 1000)
    conversations = [
        open_position(_session(row, plan, known[row.id], settings.request_expiry_ms), plan) for row, plan in plans
    ]
    reports = loop().run_flows(conversations, fence_ms, keep_failures=True)
    return [_result(row, signal, plan, report) for (row, plan), report in zip(plans, reports, strict=True)]


def _session(row: Claimed, plan: Plan, known: Known, expiry_ms: int) -> Session:
    return Session(
        dialect=dialect_for(row.exchange, plan.market),
        credentials=known.key or NOBODY,
        environment=row.environment,
        root=row.client_id,
        clock_ms=clock.now_ms,
        expiry_ms=expiry_ms,
        mode=known.mode or PositionMode.ONE_WAY,
        settings=known.settings,
        close_unprotected=row.on_unprotected == "close",
    )


def _result(row: Claimed, signal: Signal, plan: Plan, report: Report | BaseException) -> Result:
    if isinstance(report, BaseException):
        log.error("delivery %s ended in a bug of ours and stays unknown", row.id, exc_info=report)
        return broken(row, signal)
    return finished(row, signal, plan, report)
