"""Copies of which the price has reached an order that rests: they are looked at now, and not when their turn comes.

Copies with an exit like that: where stop and target do not know each other, the one that is left may sell as well
until somebody looks. Futures entries that rest behind their stop: as long as it has not reached them nothing happens,
so their own looks may be rare; where the price was at an exit first, the copy is over before it began (sold_early).
On futures only where there are so many that a price costs less than these looks.
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
WORTH_IT = 4
"""So many entries or positions of one symbol: half of their looks cost as much as its price does."""
AGAIN_S = 15
"""A futures copy whose exit was reached, and that has just been looked at, is left alone for so long: the exchange may
go by another price than we.
"""
QUOTES = text("""
    SELECT a.exchange, a.environment, a.api_version, s.market, s.symbol,
        count(*) FILTER (WHERE d.state = 'accepted') AS resting
    FROM deliveries d JOIN exchange_accounts a ON a.id = d.account_id JOIN signals s ON s.id = d.signal_id
    WHERE d.state = 'filled' OR (d.state = 'accepted' AND s.market = 'futures')
    GROUP BY 1, 2, 3, 4, 5 HAVING s.market = 'spot' OR count(*) >= :worth_it ORDER BY 1, 2, 3, 4, 5 LIMIT :most
""")
TOUCHED = text("""
    SELECT d.id FROM deliveries d
    JOIN exchange_accounts a ON a.id = d.account_id JOIN signals s ON s.id = d.signal_id
    JOIN unnest(CAST(:exchanges AS text[]), CAST(:environments AS text[]), CAST(:versions AS text[]),
                CAST(:markets AS text[]), CAST(:symbols AS text[]), CAST(:prices AS numeric[]),
                CAST(:in_pairs AS boolean[]))
         AS v (exchange, environment, version, market, symbol, price, in_pairs)
      ON (a.exchange, a.environment, a.api_version, s.market, s.symbol)
       = (v.exchange, v.environment, v.version, v.market, v.symbol)
    WHERE ((d.state = 'filled' OR (d.state = 'accepted' AND s.market = 'futures')) AND v.in_pairs
        AND (s.market = 'spot' OR d.followed_at IS NULL OR d.followed_at < now() - :again * interval '1 second')
        AND EXISTS (
        SELECT FROM orders o WHERE o.delivery_id = d.id AND o.state = 'new' AND o.leg <> 'entry'
          AND CASE WHEN (o.leg LIKE 'stop%') = (o.side = 'SELL')
                   THEN v.price <= coalesce(o.trigger_price, o.price)
                   ELSE v.price >= coalesce(o.trigger_price, o.price) END))
       OR (d.state = 'accepted' AND s.market = 'futures' AND EXISTS (
        SELECT FROM orders o WHERE o.delivery_id = d.id AND o.state = 'new' AND o.leg = 'entry'
          AND CASE WHEN o.side = 'BUY' THEN v.price <= o.price ELSE v.price >= o.price END))
    ORDER BY d.followed_at NULLS FIRST, d.id LIMIT :most
""")


def touched(max_age_s: float) -> list[int]:
    """Ids of the deliveries, the longest not looked at first; without those whose price nobody tells."""
    quotes = [
        quote
        for row in db.session.execute(QUOTES, {"most": MOST, "worth_it": WORTH_IT})
        if (quote := Quote(row.exchange, row.environment, row.api_version, Market(row.market), row.symbol)).can_be_told
        and (_in_pairs(quote) or (quote.market is Market.FUTURES and row.resting >= WORTH_IT))
    ]
    db.session.rollback()  # No transaction stays open while exchanges answer.
    prices = _prices(quotes, max_age_s)
    found = list(db.session.scalars(TOUCHED, _columns(prices))) if prices else []
    db.session.rollback()
    return found


def _in_pairs(quote: Quote) -> bool:
    """Whether exits do not know each other there."""
    return dialect_for(quote.exchange, quote.market, quote.api_version).abilities.exits is ExitStyle.SEPARATE


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
        "markets": [quote.market.value for quote, _ in prices],
        "symbols": [quote.symbol for quote, _ in prices],
        "prices": [price for _, price in prices],
        "in_pairs": [_in_pairs(quote) for quote, _ in prices],
        "again": AGAIN_S,
        "most": MOST,
    }
