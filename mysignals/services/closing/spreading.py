"""A provider's close on its way to the copies of all who follow: marked in batches, and ended many accounts at once."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence

from flask import current_app
from sqlalchemy import select, text, update

from mysignals import dispatch
from mysignals.domain.lifecycle import Event, State, move
from mysignals.extensions import db
from mysignals.models import Delivery, Instruction
from mysignals.services import trading
from mysignals.settings import Settings

from .copies import closable, ids_of

log = logging.getLogger(__name__)
BATCH = 1000
"""Marked by two statements, and committed."""
TRIES, PAUSE_S = 5, 0.2
"""A turn that is just storing what it did has some of them locked: those are marked a moment later."""
MARK = text("""
    WITH marked AS (
        UPDATE deliveries d SET
            cancel_asked_at = now(), cancel_closes = true, closing_id = :closing, close_quantity = NULL,
            updated_at = now(), looks = 0,
            -- In doubt for its owner alone and without a next look it would never be looked for again.
            look_at = CASE WHEN d.reason = 'in_doubt' AND d.look_at IS NOT NULL THEN now() END,
            state = CASE WHEN d.state = 'queued' THEN :cancelled ELSE d.state END,
            message = CASE WHEN d.state = 'queued' THEN :message ELSE d.message END
        FROM (SELECT was.id, coalesce(was.close_quantity, o.closed, 0) AS sold_before
              FROM deliveries was CROSS JOIN LATERAL (
                  SELECT sum(filled_quantity) AS closed FROM orders WHERE delivery_id = was.id AND leg = 'close') o
              WHERE was.id = ANY (:ids)) v
        WHERE d.id = v.id
        RETURNING d.id, d.state, v.sold_before),
    noted AS (
        INSERT INTO delivery_closings (instruction_id, delivery_id, sold_before)
        SELECT :closing, id, sold_before FROM marked
        -- Given back by its exchange, and reached again by the same close.
        ON CONFLICT DO NOTHING)
    SELECT id, state FROM marked
""")
NEVER_SENT = text("""
    INSERT INTO notifications (user_id, delivery_id, kind, message)
    SELECT user_id, id, 'cancelled', message FROM deliveries WHERE id = ANY (:ids)
""")
SAID = "Cancelled: its provider closed this signal before it was sent to your exchange. Nothing was placed."


def spread(instruction_id: int, batch: int = BATCH) -> None:
    """Mark the copies of a provider's close and hand them over. Repeated it marks what is left; the sweep repeats it
    until nothing is. `batch` is how many are marked by one statement.
    """
    instruction = db.session.get(Instruction, instruction_id)
    if instruction is None or not instruction.is_spreading:
        db.session.rollback()
        return
    marked, left = 0, ids_of(instruction)
    for number in range(TRIES):
        if number:
            time.sleep(PAUSE_S)
        for first in range(0, len(left), batch):
            marked += _mark(left[first : first + batch], instruction_id)
        db.session.expire_all()
        left = ids_of(instruction)
        if not left:
            break
    if not left:
        db.session.execute(update(Instruction).where(Instruction.id == instruction_id).values(is_spreading=False))
    db.session.commit()
    log.info("closing %s: %s copies are to be closed, %s are still to be marked", instruction_id, marked, len(left))


def _mark(ids: Sequence[int], instruction_id: int) -> int:
    """How many. What another transaction has locked is left for later: two that wait for each other would end both."""
    free = select(Delivery.id).where(Delivery.id.in_(ids), closable()).order_by(Delivery.id)
    taken = list(db.session.scalars(free.with_for_update(skip_locked=True)))
    values = {"closing": instruction_id, "cancelled": move(State.QUEUED, Event.CANCEL), "message": SAID, "ids": taken}
    rows = db.session.execute(MARK, values).all() if taken else []
    never_sent = [row.id for row in rows if row.state == State.CANCELLED]
    if never_sent:
        db.session.execute(NEVER_SENT, {"ids": never_sent})
    _hand_over(sorted(row.id for row in rows if row.state != State.CANCELLED))
    db.session.commit()
    return len(rows)


def _hand_over(ids: Sequence[int]) -> None:
    settings: Settings = current_app.extensions["settings"]
    for first in range(0, len(ids), settings.fan_out_batch):
        dispatch.after_commit(db.session, "fan_out.end", list(ids[first : first + settings.fan_out_batch]))


def end(ids: Sequence[int]) -> None:
    """End those of `ids` that nobody else talks for just now; the rest is found by the sweep."""
    trading.cancel_these(ids)


def sweep() -> None:
    """What a lost message or a dead worker has left, and what was not certain yet (beat)."""
    waiting = list(db.session.scalars(select(Instruction.id).where(Instruction.is_spreading).order_by(Instruction.id)))
    db.session.rollback()
    for instruction_id in waiting:
        spread(instruction_id)
    trading.cancel_waiting(of_a_provider=True)
