"""Spot copies one of whose exits the price has reached: where stop and target do not know each other, the one that is
left may sell as well until somebody looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import text

from mysignals.domain.abilities import ExitStyle
from mysignals.domain.market import Market
from mysignals.exchanges.registry import dialect_for
from mysignals.extensions import db
from mysignals.services.prices import Quote, board

MOST = 200
"""Copies of a turn, and prices: what is left has the next one, or its usual look."""
MAX_AGE_S = 1.0
PAIRS = text("""
    SELECT DISTINCT a.exchange, a.environment, a.api_version, s.symbol
    FROM deliveries d JOIN exchange_accounts a ON a.id = d.account_id JOIN signals s ON s.id = d.signal_id
    WHERE d.state = 'filled' AND s.market = 'spot' ORDER BY 1, 2, 3, 4 LIMIT :most
""")
TOUCHED = text("""
    SELECT d.id FROM deliveries d
    JOIN exchange_accounts a ON a.id = d.account_id JOIN signals s ON s.id = d.signal_id
    JOIN unnest(CAST(:exchanges AS text[]), CAST(:environments AS text[]), CAST(:versions AS text[]),
                CAST(:symbols AS text[]), CAST(:prices AS numeric[]))
         AS v (exchange, environment, version, symbol, price)
      ON (a.exchange, a.environment, a.api_version, s.symbol) = (v.exchange, v.environment, v.version, v.symbol)
    WHERE d.state = 'filled' AND s.market = 'spot' AND EXISTS (
        SELECT FROM orders o WHERE o.delivery_id = d.id AND o.state = 'new' AND o.leg <> 'entry'
          AND CASE WHEN (o.leg LIKE 'stop%') = (o.side = 'SELL')
                   THEN v.price <= coalesce(o.trigger_price, o.price)
                   ELSE v.price >= coalesce(o.trigger_price, o.price) END)
    ORDER BY d.followed_at NULLS FIRST, d.id LIMIT :most
""")


def touched(max_age_s: float) -> list[int]:
    """Ids of the deliveries, the longest not looked at first; without those whose price nobody tells."""
    quotes = [
        Quote(row.exchange, row.environment, row.api_version, Market.SPOT, row.symbol)
        for row in db.session.execute(PAIRS, {"most": MOST})
    ]
    db.session.rollback()  # No transaction stays open while exchanges answer.
    prices = _prices([quote for quote in quotes if quote.can_be_told and _has_pairs(quote)], max_age_s)
    found = list(db.session.scalars(TOUCHED, _columns(prices))) if prices else []
    db.session.rollback()
    return found


def _has_pairs(quote: Quote) -> bool:
    abilities = dialect_for(quote.exchange, quote.market, quote.api_version).abilities
    return abilities.exits is ExitStyle.SEPARATE


def _prices(quotes: Sequence[Quote], max_age_s: float) -> list[tuple[Quote, Decimal]]:
    for quote in quotes:
        board().expect(quote, max_age_s)
    told = [(quote, board().of(quote, max_age_s)) for quote in quotes]
    return [(quote, price) for quote, price in told if price is not None]


def _columns(prices: Sequence[tuple[Quote, Decimal]]) -> dict[str, object]:
    return {
        "exchanges": [quote.exchange for quote, _ in prices],
        "environments": [quote.environment for quote, _ in prices],
        "versions": [quote.api_version for quote, _ in prices],
        "symbols": [quote.symbol for quote, _ in prices],
        "prices": [price for _, price in prices],
        "most": MOST,
    }
