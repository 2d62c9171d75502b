"""Whose turn it is: live deliveries that were not looked at for some seconds, the longest waiting first."""

from __future__ import annotations

from sqlalchemy import text

from mysignals.extensions import db

PER_TURN = 200
DUE = text("""
    UPDATE deliveries SET followed_at = now()
    WHERE id IN (
        SELECT id FROM deliveries
        WHERE state IN ('accepted', 'partially_filled', 'filled')
          AND coalesce(followed_at, acknowledged_at, updated_at) <
              now() - CASE state WHEN 'filled' THEN interval '30 seconds' ELSE interval '5 seconds' END
        ORDER BY followed_at NULLS FIRST LIMIT :most FOR UPDATE SKIP LOCKED)
    RETURNING id
""")


def take_due() -> list[int]:
    """Ids of the deliveries of this turn; committed, so that no other turn takes them too."""
    ids = list(db.session.scalars(DUE, {"most": PER_TURN}))
    db.session.commit()
    return ids
