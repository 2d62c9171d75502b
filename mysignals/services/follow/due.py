"""Whose turn it is: live deliveries that were not looked at for some seconds, the longest overdue first.

A filled one has its turn every half minute; one that has lost its stop, or just cannot get one, or is about
to end, every five seconds.
"""

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
        WHERE state IN ('accepted', 'partially_filled', 'filled') AND (held_until IS NULL OR held_until < now())
          AND NOT EXISTS (SELECT FROM exchange_accounts a WHERE a.id = account_id AND a.unproven)
          AND coalesce(followed_at, acknowledged_at, updated_at) <
              now() - CASE WHEN state = 'filled' AND (unprotected_since > now() - interval '10 minutes') IS NOT TRUE
                           THEN interval '30 seconds' ELSE interval '5 seconds' END
        ORDER BY coalesce(followed_at, acknowledged_at, updated_at) +
                 CASE WHEN state = 'filled' AND (unprotected_since > now() - interval '10 minutes') IS NOT TRUE
                      THEN interval '30 seconds' ELSE interval '5 seconds' END
        LIMIT :most FOR UPDATE SKIP LOCKED)
    RETURNING id
""")
THESE = text("""
    UPDATE deliveries SET held_by = :token, held_until = now() + :seconds * interval '1 second'
    WHERE id = ANY (:ids) AND state IN ('accepted', 'partially_filled', 'filled')
      AND (held_until IS NULL OR held_until < now())
      AND NOT EXISTS (SELECT FROM exchange_accounts a WHERE a.id = account_id AND a.unproven)
    RETURNING id
""")
DONE = text("""
    UPDATE deliveries SET held_by = NULL, held_until = NULL,
        followed_at = now() - CASE WHEN id = ANY (:soon) THEN interval '25 seconds' ELSE interval '0 seconds' END
    WHERE id = ANY (:ids) AND held_by = :token
""")


def take_due(hold: Hold) -> list[int]:
    """Ids of the deliveries of this turn: held by it until they are given back, so that no two turns write for one."""
    return holds.take(DUE, hold, {"most": PER_TURN})


def take(hold: Hold, ids: Collection[int]) -> list[int]:
    """As `take_due`, those of `ids` that are live and nobody's."""
    return holds.take(THESE, hold, {"ids": sorted(ids)})


def give_back(hold: Hold, ids: Collection[int], soon: Collection[int] = ()) -> None:
    """Their turn is over; what another turn has by now is left alone. Those of `soon`, of which the exchange told
    nothing or which are just ending, have their next turn in five seconds.
    """
    hold.let_go(ids)
    if ids:
        db.session.execute(DONE, {"ids": sorted(ids), "soon": sorted(soon), "token": hold.token})
        db.session.commit()
