"""One batch: claim, plan, send, record. No database inside sending.

Who has to be asked something first is asked, planned and sent while the others' orders go out, and what has ended is
recorded while slow accounts still talk: nobody waits for somebody else's exchange.
"""

from __future__ import annotations

import logging
import time
from contextlib import closing

from flask import current_app

from mysignals import clock
from mysignals.domain.market import Market, SymbolRules
from mysignals.exchanges.registry import is_offered
from mysignals.extensions import db
from mysignals.models import Signal
from mysignals.services import rules
from mysignals.services.holds import Hold, keeping
from mysignals.services.named_exits import named_exits
from mysignals.settings import Settings

from .asking import Known, missing, remembered
from .claim import Claimed, claim
from .memory import forget_settings
from .outgoing import Outgoing, may_change, will_change
from .pausing import admit
from .planner import Planner
from .planning import terms_of
from .pricing import Venue, begin_prices, prices, venue
from .recording import Recording
from .results import Result
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
    """By signal and exchange; what its owner asked for is as old as itself, not as its signal, and so is alone."""
    found: dict[tuple[int, str, int], list[Claimed]] = {}
    for row in rows:
        found.setdefault((row.signal_id, row.exchange, row.id if row.traded_at is not None else 0), []).append(row)
    return [found[key] for key in sorted(found)]


def _deliver_signal(rows: list[Claimed], hold: Hold, watch: Stopwatch, begun_s: float) -> None:
    signal, traded_at = db.session.get_one(Signal, rows[0].signal_id), rows[0].traded_at
    rules_by_venue = _rules(rows, signal)
    db.session.expunge(signal)
    db.session.rollback()  # No transaction stays open while exchanges answer.
    max_age_s = _max_age_s()
    age = terms_of(signal, clock.now(), max_age_s, since=traded_at)
    gate = admit(rows, signal, is_too_old=age.is_too_old)
    rows = gate.rows
    known = {row.id: remembered(row, signal) for row in rows}
    planner = Planner(signal, rules_by_venue, prices(rows, signal, rules_by_venue, begun_s), max_age_s, traded_at)
    watch.lap("ask")
    results, outgoing = _plan(rows, known, planner)
    forgotten = [one.row.account_id for one in outgoing if one.may_change]
    forget_settings(forgotten, signal.symbol)
    _note_taken(outgoing)
    watch.lap("plan")
    recording = Recording([*gate.held_back, *results], hold, signal, gate, known, forgotten)
    with closing(send(outgoing, planner, hold)) as portions:
        for portion in portions:
            watch.lap("send")
            recording.take(portion)
            watch.lap("record")
    recording.finish()
    watch.lap("record")


def _note_taken(outgoing: list[Outgoing]) -> None:
    """Two signals at once must not take one exit for theirs."""
    taken = named_exits({one.row.account_id: one.row.exchange for one in outgoing})
    for one in outgoing:
        one.known.taken = taken[one.row.account_id]
    db.session.rollback()


def _rules(rows: list[Claimed], signal: Signal) -> dict[Venue, SymbolRules | None]:
    market, found = Market(signal.market), dict[Venue, SymbolRules | None]()
    for exchange, environment, version in {venue(row) for row in rows}:
        offered = is_offered(exchange, market, version)
        listed = rules.find(market, signal.symbol, exchange, environment) if offered else None
        found[exchange, environment, version] = listed
    return found


def _plan(rows: list[Claimed], known: dict[int, Known], planner: Planner) -> tuple[list[Result], list[Outgoing]]:
    """What ends here, and what goes out: first what has its plan, then what is to be asked something before.

    What is too old is asked nothing.
    """
    terms = planner.terms()
    results, planned, unasked = list[Result](), list[Outgoing](), list[Outgoing]()
    for row in rows:
        facts = known[row.id]
        questions = [] if terms.is_too_old else missing(row, planner.signal, facts, planner.rules_of(row))
        if questions:
            changes = may_change(row, facts, questions, planner, terms)
            unasked.append(Outgoing(row, facts, None, questions, changes))
            continue
        plan = planner.plan(row, facts, terms, planner.told.of(row))
        if isinstance(plan, Result):
            results.append(plan)
        else:
            planned.append(Outgoing(row, facts, plan, (), will_change(facts, plan)))
    return results, planned + unasked


def _max_age_s() -> int:
    settings: Settings = current_app.extensions["settings"]
    return settings.signal_max_age_seconds
