"""The sweep: queued rows that nobody works on are handed over again."""

from __future__ import annotations

import logging

from sqlalchemy import text

from mysignals.extensions import db

from .splitting import hand_over, hand_over_trades

log = logging.getLogger(__name__)
QUEUED_TOO_LONG = text("""
    SELECT signal_id, exchange, id, trade_sizing IS NOT NULL AS by_hand FROM deliveries
    WHERE state = 'queued' AND cancel_asked_at IS NULL
      AND coalesce(updated_at, created_at) < now() - interval '5 seconds'
    ORDER BY signal_id, id LIMIT 20000
""")


def sweep() -> None:
    """Hand over what waits in the queue. A lost message loses no delivery: the row is the outbox.

    A repeated one is harmless: the claim decides.
    """
    waiting: dict[tuple[int, str], list[int]] = {}
    trades: list[int] = []
    for signal_id, exchange, delivery_id, by_hand in db.session.execute(QUEUED_TOO_LONG):
        if by_hand:
            trades.append(delivery_id)
        else:
            waiting.setdefault((signal_id, exchange), []).append(delivery_id)
    db.session.rollback()
    if trades:
        log.warning("sweep: %s trades of owners' own were still queued", len(trades))
        hand_over_trades(trades)
    for (signal_id, exchange), ids in waiting.items():
        log.warning("sweep: %s deliveries of signal %s for %s were still queued", len(ids), signal_id, exchange)
        hand_over(ids)
