"""Symbols of an account with more than one copy of late: the exits of one may have closed what another has opened."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import text

from mysignals.extensions import db

CROWDED = text("""
    SELECT d.account_id, s.symbol FROM deliveries d JOIN signals s ON s.id = d.signal_id
    WHERE d.account_id = ANY (:accounts) AND s.market = 'futures'
      AND d.state IN ('accepted', 'partially_filled', 'filled', 'closed', 'cancelled')
      AND (d.state IN ('accepted', 'partially_filled', 'filled') OR d.updated_at > now() - interval '10 minutes')
    GROUP BY d.account_id, s.symbol HAVING count(*) > 1
""")


def crowded(accounts: Collection[int]) -> set[tuple[int, str]]:
    """Account and symbol."""
    return {(account_id, symbol) for account_id, symbol in db.session.execute(CROWDED, {"accounts": sorted(accounts)})}
