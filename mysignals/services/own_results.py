"""What a person's own copies and trades came to, one after the other, as a curve of money with its drawdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import text

from mysignals.domain.results import FEES, Point, summed
from mysignals.extensions import db
from mysignals.models import User

QUOTE = "USDT"
MOST = 1000
"""Copies that are over; of more the newest."""
_OVER = text("""
    WITH over AS (
        SELECT d.id, a.exchange, a.environment, s.market, s.symbol, s.side
        FROM deliveries d
        JOIN exchange_accounts a ON a.id = d.account_id
        JOIN signals s ON s.id = d.signal_id
        WHERE d.user_id = :user AND d.state = 'closed'
        ORDER BY d.id DESC LIMIT :most
    ), known AS (
        SELECT over.environment = 'live' AS is_real, o.at, o.quantity, o.worth, over.market,
               o.quantity * e.paid AS put_in, CASE over.side WHEN 'BUY' THEN 1 ELSE -1 END AS up
        FROM over
        JOIN symbol_rules r ON r.exchange = over.exchange AND r.environment = over.environment
             AND r.market = over.market AND r.symbol = over.symbol AND r.quote = :quote AND r.contract_value = 0
        JOIN LATERAL (
            SELECT n.filled_quantity, coalesce(n.average_price, n.price) AS paid
            FROM orders n WHERE n.delivery_id = over.id AND n.leg = 'entry' AND n.filled_quantity > 0
        ) AS e ON e.paid > 0
        JOIN LATERAL (
            SELECT sum(x.filled_quantity) AS quantity, sum(x.filled_quantity * x.average_price) AS worth,
                   max(coalesce(x.updated_at, x.created_at)) AS at
            FROM orders x
            WHERE x.delivery_id = over.id AND x.leg <> 'entry' AND x.filled_quantity > 0 AND x.average_price > 0
        ) AS o ON o.quantity >= 0.98 * e.filled_quantity
    )
    SELECT is_real, at, up * (worth - put_in) - (worth + put_in) / 100
           * CASE market WHEN 'spot' THEN CAST(:spot_fee AS numeric) ELSE CAST(:futures_fee AS numeric) END AS profit
    FROM known ORDER BY at
""")
"""As a provider's results are counted: what was closed by hand at an exchange has no exit of ours, and is left out."""


@dataclass(frozen=True, slots=True)
class Own:
    """`money` is `real` or `paper`: never both. `points` in USDT, net of fees without any discount."""

    money: str
    points: tuple[Point, ...]

    @property
    def total(self) -> Decimal:
        return self.points[-1].equity if self.points else Decimal(0)


def of(user: User) -> Own:
    """One statement. Real money where there is any; else copies on paper and testnets."""
    given = {"user": user.id, "most": MOST, "quote": QUOTE, "spot_fee": FEES["spot"], "futures_fee": FEES["futures"]}
    rows = db.session.execute(_OVER, given).all()
    real, paper = _of(rows, is_real=True), _of(rows, is_real=False)
    return Own("real", tuple(summed(real))) if real else Own("paper", tuple(summed(paper)))


def _of(rows: Sequence[tuple[bool, datetime, Decimal]], *, is_real: bool) -> list[tuple[datetime, Decimal]]:
    return [(at, profit) for kind, at, profit in rows if kind is is_real]
