"""The sweep: rows that nobody works on. Queued ones are handed over again, stuck ones become visible."""

from __future__ import annotations

import logging

from sqlalchemy import text

from mysignals.extensions import db
from mysignals.models import Delivery, Signal
from mysignals.services import wording

from .splitting import hand_over

log = logging.getLogger(__name__)
QUEUED_TOO_LONG = text("""
    SELECT signal_id, exchange, id FROM deliveries
    WHERE state = 'queued' AND coalesce(updated_at, created_at) < now() - interval '5 seconds'
    ORDER BY signal_id, id LIMIT 20000
""")
STUCK = text("""
    UPDATE deliveries SET state = 'unknown', reason = 'unknown', updated_at = now(), held_by = NULL, held_until = NULL
    WHERE state = 'sending' AND fence_at < now() - interval '2 seconds'
      AND (held_until IS NULL OR held_until < now())
    RETURNING id
""")


def sweep() -> None:
    """Hand over what waits in the queue, and mark what a dead worker left behind as unknown."""
    _hand_over_queued()
    _show_stuck()


def _hand_over_queued() -> None:
    """A lost message loses no delivery: the row is the outbox. A repeated one is harmless: the claim decides."""
    waiting: dict[tuple[int, str], list[int]] = {}
    for signal_id, exchange, delivery_id in db.session.execute(QUEUED_TOO_LONG):
        waiting.setdefault((signal_id, exchange), []).append(delivery_id)
    db.session.rollback()
    for (signal_id, exchange), ids in waiting.items():
        log.warning("sweep: %s deliveries of signal %s for %s were still queued", len(ids), signal_id, exchange)
        hand_over(ids)


def _show_stuck() -> None:
    """Claimed, and past the fence without a record: perhaps sent, so never again; the owner is told."""
    ids = list(db.session.scalars(STUCK))
    if not ids:
        db.session.rollback()
        return
    from_rows = db.session.query(Delivery, Signal).join(Signal, Signal.id == Delivery.signal_id)
    for delivery, signal in from_rows.filter(Delivery.id.in_(ids)):
        delivery.message = wording.in_doubt(signal, delivery.exchange, "the worker stopped while it was sending")
        db.session.add(wording.notice(delivery, "unknown"))
    db.session.commit()
    log.error("sweep: %s deliveries were stuck in sending and are unknown now: %s", len(ids), ids[:20])
