"""Whose turn it is: deliveries that a worker left in sending, and those in doubt that are to be looked up again."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import text

from mysignals.extensions import db
from mysignals.services import holds
from mysignals.services.holds import Hold

PER_TURN = 200
DUE = text("""
    UPDATE deliveries SET held_by = :token, held_until = now() + :seconds * interval '1 second'
    WHERE id IN (
        SELECT id FROM deliveries
        WHERE state IN ('sending', 'unknown') AND (held_until IS NULL OR held_until < now())
          AND (look_at <= now() OR (look_at IS NULL AND reason IS DISTINCT FROM 'in_doubt'))
        ORDER BY look_at NULLS FIRST, id
        LIMIT :most FOR UPDATE SKIP LOCKED)
    RETURNING id
""")
LATER = text("""
    UPDATE deliveries SET look_at = now() + interval '10 minutes', held_by = NULL, held_until = NULL
    WHERE id = ANY (:ids) AND held_by = :token
""")


def take_due(hold: Hold) -> list[int]:
    """Ids of the deliveries of this turn, held by it. What nobody holds any more was left by a worker that died."""
    return sorted(holds.take(DUE, hold, {"most": PER_TURN}))


def put_off(hold: Hold, ids: Collection[int]) -> None:
    """What cannot even be read must not be the first of every turn."""
    hold.let_go(ids)
    if ids:
        db.session.execute(LATER, {"ids": sorted(ids), "token": hold.token})
        db.session.commit()
