"""Whose turn it is: live deliveries that were not looked at for some seconds. What has been without its stop of late
comes before all others, then the longest overdue.

A filled one has its turn every half minute; one that has lost its stop, or just cannot get one, or is about
to end, every five seconds.
One whose entry rests has its turn every five seconds, too, as long as it is young or would fill without a stop; else
every half minute, for what an exchange lets us ask is needed for those whom a late look harms, and sooner when the
price reaches it (touched).
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import text

from mysignals.extensions import db
from mysignals.services import holds
from mysignals.services.holds import Hold

PER_TURN = 200
ALONG_S = 15
"""A filled one that shares account and symbol with a filled one whose turn it is has its turn, too, so many seconds
before its own: what is to be asked about both is the same, and asked once (exchanges.sharing).
"""
DUE = text("""
    WITH due AS (
        SELECT d.id, d.account_id, d.signal_id, d.state, d.unprotected_since FROM deliveries d CROSS JOIN LATERAL (
            SELECT CASE
                WHEN d.unprotected_since > now() - interval '10 minutes' THEN interval '5 seconds'
                WHEN d.state = 'filled' THEN interval '30 seconds'
                WHEN d.state = 'accepted' AND d.reason IS NULL AND d.acknowledged_at < now() - interval '1 minute'
                    AND EXISTS (SELECT FROM signals s WHERE s.id = d.signal_id AND s.market = 'futures')
                    AND EXISTS (SELECT FROM orders o WHERE o.delivery_id = d.id AND o.leg = 'stop'
                                AND o.state IN ('new', 'pending')) THEN interval '30 seconds'
                ELSE interval '5 seconds' END AS pause) p
        WHERE d.state IN ('accepted', 'partially_filled', 'filled') AND (d.held_until IS NULL OR d.held_until < now())
          AND d.cancel_asked_at IS NULL
          AND NOT EXISTS (SELECT FROM exchange_accounts a WHERE a.id = d.account_id AND a.unproven)
          AND coalesce(d.followed_at, d.acknowledged_at, d.updated_at) < now() - p.pause
        ORDER BY (d.unprotected_since > now() - interval '10 minutes') IS TRUE DESC,
            coalesce(d.followed_at, d.acknowledged_at, d.updated_at) + p.pause
        LIMIT :most FOR UPDATE OF d SKIP LOCKED),
    along AS (
        SELECT d.id FROM deliveries d JOIN signals s ON s.id = d.signal_id
        WHERE d.state = 'filled' AND d.unprotected_since IS NULL AND d.cancel_asked_at IS NULL
          AND (d.held_until IS NULL OR d.held_until < now())
          AND NOT EXISTS (SELECT FROM exchange_accounts a WHERE a.id = d.account_id AND a.unproven)
          AND coalesce(d.followed_at, d.acknowledged_at, d.updated_at) < now() - (30 - :along) * interval '1 second'
          AND (d.account_id, s.market, s.symbol) IN (
              SELECT due.account_id, theirs.market, theirs.symbol
              FROM due JOIN signals theirs ON theirs.id = due.signal_id
              WHERE due.state = 'filled' AND due.unprotected_since IS NULL)
          AND d.id NOT IN (SELECT id FROM due)
        ORDER BY coalesce(d.followed_at, d.acknowledged_at, d.updated_at)
        LIMIT :most FOR UPDATE OF d SKIP LOCKED)
    UPDATE deliveries SET held_by = :token, held_until = now() + :seconds * interval '1 second'
    WHERE id IN (SELECT id FROM due UNION ALL SELECT id FROM along)
    RETURNING id
""")
THESE = text("""
    UPDATE deliveries SET held_by = :token, held_until = now() + :seconds * interval '1 second'
    WHERE id = ANY (:ids) AND state IN ('accepted', 'partially_filled', 'filled')
      AND (held_until IS NULL OR held_until < now())
      AND cancel_asked_at IS NULL
      AND NOT EXISTS (SELECT FROM exchange_accounts a WHERE a.id = account_id AND a.unproven)
    RETURNING id
""")
DONE = text("""
    UPDATE deliveries SET held_by = NULL, held_until = NULL,
        followed_at = now() - CASE WHEN id = ANY (:soon) THEN interval '25 seconds' ELSE interval '0 seconds' END
    WHERE id = ANY (:ids) AND held_by = :token
""")


def take_due(hold: Hold, most: int = PER_TURN) -> list[int]:
    """Ids of the deliveries of this turn: held by it until they are given back, so that no two turns write for one.
    `most` that are due, and as many that go along.
    """
    return holds.take(DUE, hold, {"most": most, "along": ALONG_S})


def take(hold: Hold, ids: Collection[int]) -> list[int]:
    """As `take_due`, those of `ids` that are live and nobody's."""
    return holds.take(THESE, hold, {"ids": sorted(ids)})


def give_back(hold: Hold, ids: Collection[int]) -> None:
    """Their turn is over; what another turn has by now is left alone. Commits."""
    hold.let_go(ids)
    if ids:
        end_turn(hold, ids)
        db.session.commit()


def end_turn(hold: Hold, ids: Collection[int], soon: Collection[int] = ()) -> None:
    """`give_back` within the caller's transaction, for what was let go before. Those of `soon`, of which the exchange
    told nothing or which are just ending, have their next turn in five seconds.
    """
    db.session.execute(DONE, {"ids": sorted(ids), "soon": sorted(soon), "token": hold.token})
