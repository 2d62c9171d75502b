"""The sweep: queued rows that nobody works on are handed over again."""

from __future__ import annotations

import logging

from sqlalchemy import text

from mysignals.extensions import db

from .splitting import hand_over

log = logging.getLogger(__name__)
QUEUED_TOO_LONG = text("""
    SELECT signal_id, exchange, id FROM deliveries
    WHERE state = 'queued' AND coalesce(updated_at, created_at) < now() - interval '5 seconds'
    ORDER BY signal_id, id LIMIT 20000
""")


def sweep() -> None:
    """Hand over what waits in the queue. A lost message loses no delivery: the row is the outbox.

    A repeated one is harmless: the claim decides.
    """
    waiting: dict[tuple[int, str], list[int]] = {}
    for signal_id, exchange, delivery_id in db.session.execute(QUEUED_TOO_LONG):
        waiting.setdefault((signal_id, exchange), []).append(delivery_id)
    db.session.rollback()
    for (signal_id, exchange), ids in waiting.items():
        log.warning("sweep: %s deliveries of signal %s for %s were still queued", len(ids), signal_id, exchange)
        hand_over(ids)
