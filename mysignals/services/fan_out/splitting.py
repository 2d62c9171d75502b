"""One signal's deliveries in batches, the order rotated so that nobody is always last."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TypeVar

from flask import current_app
from sqlalchemy import select

from mysignals import dispatch
from mysignals.extensions import db
from mysignals.models import Delivery
from mysignals.settings import Settings

from .stopwatch import Stopwatch

Row = TypeVar("Row")
log = logging.getLogger(__name__)
GOLDEN = 2_654_435_761
"""Knuth's multiplicative hash: consecutive signals begin at far apart places."""


def split(signal_id: int) -> None:
    """Hand the signal's queued deliveries to workers, a batch a task and one exchange a batch."""
    watch = Stopwatch()
    rows = db.session.execute(
        select(Delivery.id, Delivery.exchange)
        .where(Delivery.signal_id == signal_id, Delivery.state == "queued", Delivery.trade_sizing.is_(None))
        .order_by(Delivery.id)
    ).all()
    db.session.rollback()
    by_exchange: dict[str, list[int]] = {}
    for delivery_id, exchange in rotated(rows, signal_id):
        by_exchange.setdefault(exchange, []).append(delivery_id)
    for ids in by_exchange.values():
        hand_over(ids)
    watch.lap("split")
    log.info("signal %s split, %s deliveries: %s", signal_id, len(rows), watch)


def rotated(rows: Sequence[Row], signal_id: int) -> list[Row]:
    """The same rows, begun at a place that differs from signal to signal."""
    start = signal_id * GOLDEN % len(rows) if rows else 0
    return [*rows[start:], *rows[:start]]


def hand_over(ids: list[int]) -> None:
    """Queue one `fan_out.deliver` a batch."""
    settings: Settings = current_app.extensions["settings"]
    for first in range(0, len(ids), settings.fan_out_batch):
        dispatch.send("fan_out.deliver", ids[first : first + settings.fan_out_batch])


def hand_over_trades(ids: list[int]) -> None:
    """Trades by hand go one by one, on a queue that no fan-out fills."""
    for delivery_id in ids:
        dispatch.send("trade.deliver", delivery_id)
