"""One batch: claim, ask, plan, send, record. No database inside asking and sending.

What has ended is recorded while slow accounts still talk: nobody waits for somebody else's exchange.
"""

from __future__ import annotations

import logging
import time
from contextlib import closing
from datetime import datetime
from decimal import Decimal

from flask import current_app

from mysignals import clock
from mysignals.domain.abilities import Abilities
from mysignals.domain.market import Market, SymbolRules
from mysignals.domain.outcomes import NotSent
from mysignals.domain.plan import Plan, Skip, Terms
from mysignals.exchanges.registry import dialect_for, is_offered
from mysignals.extensions import db
from mysignals.models import Signal
from mysignals.services import rules
from mysignals.services.holds import Hold, keeping
from mysignals.services.named_exits import named_exits
from mysignals.settings import Settings

from .asking import Known, ask
from .claim import Claimed, claim
from .memory import forget_settings
from .pausing import admit
from .planning import plan_one, terms_of
from .pricing import Venue, begin_prices, prices, venue
from .recording import Recording
from .results import Result, failed_to_ask, skipped, unplannable, unreadable
from .send import send
from .stopwatch import Stopwatch

log = logging.getLogger(__name__)


def deliver(ids: list[int]) -> None:
    """Bring the queued deliveries among `ids` to their exchanges, and record what became of each."""
    watch, hold, begun_s = Stopwatch(), Hold(), time.monotonic()
    begin_prices(ids)
    rows = claim(ids, hold)
    watch.lap("claim")
    with keeping(hold, [row.id for row in rows]):
        for together in _together(rows):
            _deliver_signal(together, hold, watch, begun_s)
    if rows:
        log.info("delivered %s of %s: %s", len(rows), len(ids), watch)


def _together(rows: list[Claimed]) -> list[list[Claimed]]:
    """By signal and exchange; a trade by hand is as old as itself, not as its signal, and so is alone."""
    found: dict[tuple[int, str, int], list[Claimed]] = {}
    for row in rows:
        found.setdefault((row.signal_id, row.exchange, row.id if row.is_by_hand else 0), []).append(row)
    return [found[key] for key in sorted(found)]


def _deliver_signal(rows: list[Claimed], hold: Hold, watch: Stopwatch, begun_s: float) -> None:
    signal, traded_at = db.session.get_one(Signal, rows[0].signal_id), rows[0].traded_at
    rules_by_venue = _rules(rows, signal)
    db.session.expunge(signal)
    db.session.rollback()  # No transaction stays open while exchanges answer.
    gate = admit(rows, signal, is_too_old=_terms(signal, traded_at).is_too_old)
    rows = gate.rows
    known = ask(rows, signal, {row.id: rules_by_venue[venue(row)] for row in rows})
    told = prices(rows, signal, rules_by_venue, begun_s)
    watch.lap("ask")
    results, plans = _plan(rows, signal, _terms(signal, traded_at), known, rules_by_venue, told)
    forgotten = [row.account_id for row, plan in plans if _will_change(known[row.id], plan)]
    forget_settings(forgotten, signal.symbol)
    _note_taken(plans, known)
    watch.lap("plan")
    recording = Recording([*gate.held_back, *results], hold, signal, gate, known, forgotten)
    with closing(send(plans, signal, known, hold)) as portions:
        for portion in portions:
            watch.lap("send")
            recording.take(portion)
            watch.lap("record")
    recording.finish()
    watch.lap("record")


def _will_change(known: Known, plan: Plan) -> bool:
    """Whether leverage or margin mode will be set: a crash in between must not leave a memory that is wrong."""
    wanted = (plan.leverage, plan.margin_mode)
    return known.settings is not None and (known.settings.leverage, known.settings.margin_mode) != wanted


def _note_taken(plans: list[tuple[Claimed, Plan]], known: dict[int, Known]) -> None:
    """Two signals at once must not take one exit for theirs."""
    taken = named_exits({row.account_id: row.exchange for row, _ in plans})
    for row, _ in plans:
        known[row.id].taken = taken[row.account_id]
    db.session.rollback()


def _rules(rows: list[Claimed], signal: Signal) -> dict[Venue, SymbolRules | None]:
    market, found = Market(signal.market), dict[Venue, SymbolRules | None]()
    for exchange, environment, version in {venue(row) for row in rows}:
        offered = is_offered(exchange, market, version)
        listed = rules.find(market, signal.symbol, exchange, environment) if offered else None
        found[exchange, environment, version] = listed
    return found


def _plan(
    rows: list[Claimed],
    signal: Signal,
    terms: Terms,
    known: dict[int, Known],
    rules_by_venue: dict[Venue, SymbolRules | None],
    told: dict[Venue, Decimal | None],
) -> tuple[list[Result], list[tuple[Claimed, Plan]]]:
    results: list[Result] = []
    plans: list[tuple[Claimed, Plan]] = []
    for row in rows:
        facts, listed = known[row.id], rules_by_venue[venue(row)]
        if facts.failed is not None and not terms.is_too_old:
            results.append(failed_to_ask(row, signal, facts.failed))
            continue
        if facts.key is None and row.status == "ready":
            results.append(unreadable(row, signal))
            continue
        try:
            plan = plan_one(row, terms, facts, listed, told.get(venue(row)), _abilities(row, terms.market))
        except (ArithmeticError, LookupError, ValueError):
            # A bug of ours: one row that cannot be planned must not cost all the others their signal.
            log.exception("delivery %s could not be planned", row.id)
            results.append(unplannable(row, signal))
            continue
        if isinstance(plan, Skip):
            results.append(skipped(row, signal, plan))
        elif isinstance(plan, NotSent):
            results.append(failed_to_ask(row, signal, plan))
        else:
            plans.append((row, plan))
    return results, plans


def _abilities(row: Claimed, market: Market) -> Abilities:
    """An exchange without the market has nothing listed there either."""
    if not is_offered(row.exchange, market, row.api_version):
        return Abilities()
    return dialect_for(row.exchange, market, row.api_version).abilities


def _terms(signal: Signal, traded_at: datetime | None) -> Terms:
    settings: Settings = current_app.extensions["settings"]
    return terms_of(signal, clock.now(), settings.signal_max_age_seconds, since=traded_at)
