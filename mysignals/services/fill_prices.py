"""What a fill came at, where an exchange took an order and told how much but not at what: asked once afterwards.

Binance futures answer an order that fills at once without its price (EXCHANGES 3.4), and nobody looks at it again.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import text

from mysignals import clock
from mysignals.domain.intents import QueryOrder
from mysignals.domain.market import Market, Side
from mysignals.domain.outcomes import Accepted, Outcome
from mysignals.exchanges.market_data import Flow
from mysignals.exchanges.registry import dialect_for, is_offered
from mysignals.exchanges.session import Session
from mysignals.exchanges.wire import Credentials
from mysignals.extensions import db
from mysignals.services import keys, results
from mysignals.services.unmapped import Counting, counting
from mysignals.services.venues import loop

log = logging.getLogger(__name__)
AT_ONCE = 200
"""Orders a turn: a question each, since every account has a key of its own, and a list of all costs five times one."""
NEWEST = 50_000
"""So many orders are looked through: those without a price have no index."""
UNPRICED = text("""
    SELECT o.id, o.client_order_id, o.filled_quantity, s.id AS signal_id, s.market, s.symbol, s.side,
           a.exchange, a.environment, a.api_version, a.sealed_credentials
    FROM orders o
    JOIN deliveries d ON d.id = o.delivery_id
    JOIN signals s ON s.id = d.signal_id
    JOIN exchange_accounts a ON a.id = d.account_id AND a.status = 'ready' AND NOT a.unproven
    WHERE o.id > (SELECT max(id) FROM orders) - :newest AND o.leg IN ('entry', 'close')
      AND o.filled_quantity > 0 AND o.average_price IS NULL AND o.state IN ('filled', 'cancelled', 'expired')
      AND coalesce(o.updated_at, o.created_at) BETWEEN now() - interval '10 minutes' AND now() - interval '10 seconds'
    ORDER BY o.id LIMIT :most
""")
"""An order whose price nobody tells is asked about for ten minutes, once a turn."""
PRICED = text("""
    UPDATE orders o SET average_price = v.price
    FROM unnest(CAST(:ids AS bigint[]), CAST(:prices AS numeric[])) AS v (id, price)
    WHERE o.id = v.id AND o.average_price IS NULL
""")


@dataclass(frozen=True, slots=True)
class Unpriced:
    """An order that is over, and has filled something at we do not know what."""

    id: int
    signal_id: int
    query: QueryOrder
    filled: Decimal
    session: Session

    def ask(self) -> Flow[Outcome]:
        return (yield from self.session.ask(self.query))


def ask_due() -> None:
    """A bounded number of orders. What is told is stored while slow exchanges still talk; results that were counted
    without it are counted again.
    """
    with counting() as count:
        asked = _load(count)
        if not asked:
            return
        signals = set[int]()
        with loop().begin_flows([one.ask() for one in asked]) as under_way:
            for portion in under_way.portions():
                told = [
                    (asked[number], price) for number, answer in portion if (price := _price(asked[number], answer))
                ]
                if told:
                    values = {"ids": [one.id for one, _ in told], "prices": [price for _, price in told]}
                    db.session.execute(PRICED, values)
                    db.session.commit()
                    signals |= {one.signal_id for one, _ in told}
    results.count_again(signals)


def _load(count: Counting) -> list[Unpriced]:
    rows = db.session.execute(UNPRICED, {"newest": NEWEST, "most": AT_ONCE}).all()
    found = [
        _unpriced(row, key, count)
        for row in rows
        if _tells_later(row) and (key := keys.open_or_none(row.sealed_credentials)) is not None
    ]
    db.session.rollback()  # No transaction stays open while exchanges answer.
    return found


def _tells_later(row: Any) -> bool:
    """Where an answer only acknowledges, orders are asked for anyway, and without ids of ours there is no order."""
    if not is_offered(row.exchange, Market(row.market), row.api_version):
        return False
    abilities = dialect_for(row.exchange, Market(row.market), row.api_version).abilities
    return abilities.answers_with_fill and abilities.client_ids


def _unpriced(row: Any, key: Credentials, count: Counting) -> Unpriced:
    market = Market(row.market)
    dialect = dialect_for(row.exchange, market, row.api_version)
    # A question that gives way to all others: nobody waits for its answer.
    session = Session(dialect, key, row.environment, "", clock.now_ms, on_unmapped=count, is_tentative=True)
    query = QueryOrder(market, row.symbol, row.client_order_id, conditional=False, position=Side(row.side))
    return Unpriced(row.id, row.signal_id, query, row.filled_quantity, session)


def _price(one: Unpriced, answer: Outcome | BaseException) -> Decimal | None:
    """Only of the very fill that our books have: a row of several closes has what all of them have sold."""
    if isinstance(answer, BaseException):
        log.error("asking for the price of order %s ended in a bug of ours", one.id, exc_info=answer)
        return None
    order = answer.orders[0] if isinstance(answer, Accepted) and answer.orders else None
    return order.average_price if order is not None and order.filled == one.filled else None
