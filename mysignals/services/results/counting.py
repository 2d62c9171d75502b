"""Counting what the copies of a signal came to, from the fills that exchanges told of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import text

from mysignals import clock
from mysignals.domain.results import FEES
from mysignals.extensions import db

AT_ONCE = 20
"""Signals a turn: each may have ten thousand copies, and a statement is given half a minute."""
_AGAIN = timedelta(seconds=25)

DUE = text("""
    (SELECT s.id, to_timestamp(0) AS since
     FROM (SELECT id FROM signals WHERE deleted_at IS NULL ORDER BY id DESC LIMIT 5000) AS s
     WHERE EXISTS (SELECT 1 FROM deliveries d WHERE d.signal_id = s.id)
       AND NOT EXISTS (SELECT 1 FROM signal_results r WHERE r.signal_id = s.id))
    UNION ALL
    (SELECT signal_id, min(counted_at) FROM signal_results
     WHERE still_open > 0 AND counted_at < :before GROUP BY signal_id)
    UNION ALL
    (SELECT late.signal_id, max(r.counted_at)
     FROM (SELECT signal_id, max(created_at) AS made_at
           FROM (SELECT signal_id, created_at FROM deliveries ORDER BY id DESC LIMIT 5000) AS newest
           GROUP BY signal_id) AS late
     JOIN signal_results r ON r.signal_id = late.signal_id
     GROUP BY late.signal_id, late.made_at HAVING max(r.still_open) = 0
        -- One that was being stored while its signal was counted is a little older than that.
        AND max(r.counted_at) < late.made_at + interval '15 seconds')
    ORDER BY since, id LIMIT :most
""")
"""Of the newest signals those that nobody has counted, then those with copies under way, counted longest ago first, and
those that were traded by hand, or copied once more, when all of their copies were over and counted.
"""

COUNT = text("""
    WITH copies AS (
        SELECT s.id AS signal_id, CASE WHEN a.environment = 'live' THEN 'real' ELSE 'paper' END AS money,
               d.state IN ('queued', 'sending', 'unknown', 'accepted', 'partially_filled', 'filled') AS is_open,
               e.id IS NOT NULL AS is_opened,
               CASE s.side WHEN 'BUY' THEN 1 ELSE -1 END * (o.price / e.paid - 1) * 100
                 - CASE s.market WHEN 'spot' THEN CAST(:spot_fee AS numeric) ELSE CAST(:futures_fee AS numeric) END
                   * (1 + o.price / e.paid) AS result,
               extract(epoch FROM o.at - coalesce(d.acknowledged_at, e.created_at)) AS held_s, o.at,
               d.state = 'closed' AND coalesce(e.paid > 0 AND o.quantity >= 0.98 * e.filled_quantity, false) AS is_known
        FROM signals s
        JOIN deliveries d ON d.signal_id = s.id
        JOIN exchange_accounts a ON a.id = d.account_id
        LEFT JOIN LATERAL (
            -- An exchange that acknowledges a fill without its price: a limit was filled at its own, or better.
            SELECT n.id, n.filled_quantity, n.created_at, coalesce(n.average_price, n.price) AS paid
            FROM orders n WHERE n.delivery_id = d.id AND n.leg = 'entry' AND n.filled_quantity > 0
        ) AS e ON true
        LEFT JOIN LATERAL (
            SELECT sum(x.filled_quantity) AS quantity,
                   sum(x.filled_quantity * x.average_price) / sum(x.filled_quantity) AS price,
                   max(coalesce(x.updated_at, x.created_at)) AS at
            FROM orders x
            WHERE x.delivery_id = d.id AND x.leg <> 'entry' AND x.filled_quantity > 0 AND x.average_price > 0
        ) AS o ON true
        WHERE s.id = ANY (:signals)
    ), counted AS (
        SELECT signal_id, money, count(*) FILTER (WHERE is_opened) AS opened,
               count(*) FILTER (WHERE is_known) AS closed, count(*) FILTER (WHERE is_open) AS still_open,
               avg(result) FILTER (WHERE is_known) AS result,
               CAST(avg(greatest(held_s, 0)) FILTER (WHERE is_known) AS integer) AS held_s,
               max(at) FILTER (WHERE is_known) AS ended_at
        FROM copies GROUP BY signal_id, money
    )
    INSERT INTO signal_results AS r
           (signal_id, money, opened, closed, still_open, result, held_s, ended_at, counted_at)
    SELECT signal_id, money, opened, closed, still_open, result, held_s, ended_at, :now FROM counted
    ON CONFLICT (signal_id, money) DO UPDATE SET
        opened = excluded.opened, closed = excluded.closed, still_open = excluded.still_open, result = excluded.result,
        held_s = excluded.held_s, ended_at = excluded.ended_at, counted_at = excluded.counted_at
    -- Copies go with the accounts of their owners; what was known of them stays.
    WHERE excluded.opened >= r.opened
""")
"""A copy whose position was closed by hand at the exchange has no exit of ours: its result is unknown."""
FORGOTTEN = text("""
    UPDATE signal_results SET still_open = 0, counted_at = :now
    WHERE signal_id = ANY (:signals) AND still_open > 0 AND counted_at < :now
""")
"""Of copies that are gone with their accounts nothing is open any more."""
OVER = text("""
    SELECT signal_id FROM signal_results WHERE signal_id = ANY (:signals) GROUP BY signal_id HAVING max(still_open) = 0
""")


def count_due() -> int:
    """How many signals were counted: those that are new, and those with copies under way, at most twice a minute."""
    now = clock.now()
    signals = list(db.session.scalars(DUE, {"before": now - _AGAIN, "most": AT_ONCE}))
    _count(signals, now)
    return len(signals)


def count_again(signals: Collection[int]) -> None:
    """Those of them whose copies are all over, because more is known of their fills; the others are counted anyway."""
    over = sorted(db.session.scalars(OVER, {"signals": sorted(signals)})) if signals else []
    for first in range(0, len(over), AT_ONCE):
        _count(over[first : first + AT_ONCE], clock.now())


def _count(signals: Sequence[int], now: datetime) -> None:
    if signals:
        fees = {"spot_fee": FEES["spot"], "futures_fee": FEES["futures"]}
        db.session.execute(COUNT, {"signals": signals, "now": now, **fees})
        db.session.execute(FORGOTTEN, {"signals": signals, "now": now})
    db.session.commit()
