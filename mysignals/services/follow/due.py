"""Whose turn it is: live deliveries that were not looked at for some seconds, the longest overdue first."""

from __future__ import annotations

from sqlalchemy import text

from mysignals.extensions import db

PER_TURN = 200
DUE = text("""
    UPDATE deliveries SET followed_at = now() + interval '2 minutes'
    WHERE id IN (
        SELECT id FROM deliveries
        WHERE state IN ('accepted', 'partially_filled', 'filled')
          AND coalesce(followed_at, acknowledged_at, updated_at) <
              now() - CASE state WHEN 'filled' THEN interval '30 seconds' ELSE interval '5 seconds' END
        ORDER BY coalesce(followed_at, acknowledged_at, updated_at) +
                 CASE state WHEN 'filled' THEN interval '30 seconds' ELSE interval '5 seconds' END
        LIMIT :most FOR UPDATE SKIP LOCKED)
    RETURNING id
""")


DONE = text("UPDATE deliveries SET followed_at = now() WHERE id = ANY (:ids)")


def take_due() -> list[int]:
    """Ids of the deliveries of this turn; no other turn takes them for two minutes, or until they are given back.

    A turn lasts as long as its slowest exchange, and two turns over one delivery could place its exits twice.
    """
    ids = list(db.session.scalars(DUE, {"most": PER_TURN}))
    db.session.commit()
    return ids


def give_back(ids: list[int]) -> None:
    """The turn is over. One that a dead worker never gives back is due again after its two minutes."""
    if ids:
        db.session.execute(DONE, {"ids": ids})
        db.session.commit()
