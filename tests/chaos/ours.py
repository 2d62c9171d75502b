"""Our side: every delivery with all its rows, read by SQL and not through the application."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import psycopg2
from psycopg2.extras import RealDictCursor

Row = dict[str, Any]
BOOKS = {
    ("binance", "spot"): "binance", ("binance", "futures"): "binance-futures",
    ("bitget", "spot"): "bitget-spot", ("bitget", "futures"): "bitget-mix",
    ("phemex", "spot"): "phemex-spot", ("phemex", "futures"): "phemex",
    ("magnr", "futures"): "magnr",
}  # fmt: skip
"""By exchange and market, in which of the exchange's books its orders are."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery as our tables have it. `row` is all columns, `orders` by leg, `least` the smallest order there."""

    row: Row
    signal: Row
    api_key: str
    orders: Mapping[str, Row]
    notices: tuple[Row, ...] = ()
    on_unprotected: str = "close"
    least: Decimal = Decimal(0)
    account: Row = field(default_factory=dict)

    @property
    def id(self) -> int:
        return int(self.row["id"])

    @property
    def state(self) -> str:
        return str(self.row["state"])

    @property
    def root(self) -> str:
        """What its client order ids begin with; empty while it was never claimed."""
        return self.row["client_id"] or ""

    @property
    def book(self) -> str:
        return BOOKS[self.row["exchange"], self.signal["market"]]

    @property
    def is_spot(self) -> bool:
        return bool(self.signal["market"] == "spot")

    @property
    def symbol(self) -> str:
        return str(self.signal["symbol"])

    @property
    def names(self) -> set[str]:
        """The exchange's own names of its orders."""
        return {order["exchange_order_id"] for order in self.orders.values() if order["exchange_order_id"]}


@dataclass(frozen=True, slots=True)
class Ours:
    """`missing`: (signal, account) of those who were entitled and have no delivery."""

    deliveries: list[Delivery]
    missing: list[tuple[int, int]]
    drift: list[Row] = field(default_factory=list)


_LEAST = """
    SELECT DISTINCT ON (exchange, market, symbol) exchange, market, symbol, min_quantity, min_notional, tick, step
    FROM symbol_rules WHERE environment = 'paper' ORDER BY exchange, market, symbol, min_notional DESC
"""
_ACCOUNTS = "SELECT id, exchange, api_version, position_mode, status, status_reason FROM exchange_accounts"
_ENTITLED = """
    SELECT s.id AS signal_id, f.account_id FROM signals s
    JOIN followings f ON f.provider_id = s.provider_id AND (f.symbols = '{}' OR s.symbol = ANY (f.symbols))
    LEFT JOIN deliveries d ON d.signal_id = s.id AND d.account_id = f.account_id WHERE d.id IS NULL
"""
_UNSETTLED = """
    SELECT id FROM deliveries d WHERE state IN ('queued', 'sending')
       OR (state = 'unknown' AND NOT (exchange = 'magnr' AND EXISTS (
               SELECT 1 FROM notifications n WHERE n.delivery_id = d.id AND n.kind = 'unknown')))
    ORDER BY id
"""
"""Whether a trade at Magnr is ours may stay in doubt: it has no ids of ours. Then its owner must have been told."""


def read(dsn: str, api_keys: Mapping[int, str]) -> Ours:
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor(cursor_factory=RealDictCursor) as cursor:

        def rows(query: str) -> list[Row]:
            cursor.execute(query)
            return [dict(row) for row in cursor.fetchall()]

        signals = {row["id"]: row for row in rows("SELECT * FROM signals")}
        orders: defaultdict[int, dict[str, Row]] = defaultdict(dict)
        notices: defaultdict[int, list[Row]] = defaultdict(list)
        for row in rows("SELECT * FROM orders ORDER BY id"):
            orders[row["delivery_id"]][row["leg"]] = row
        for row in rows("SELECT * FROM notifications ORDER BY id"):
            notices[row["delivery_id"]].append(row)
        choices = {row["id"]: row["on_unprotected"] for row in rows("SELECT id, on_unprotected FROM followings")}
        accounts = {row["id"]: row for row in rows(_ACCOUNTS)}
        least = {(row["exchange"], row["market"], row["symbol"]): row for row in rows(_LEAST)}
        deliveries = []
        for row in rows("SELECT * FROM deliveries ORDER BY id"):
            signal = signals[row["signal_id"]]
            deliveries.append(
                Delivery(
                    row,
                    signal,
                    api_keys[row["account_id"]],
                    orders[row["id"]],
                    tuple(notices[row["id"]]),
                    choices.get(row["following_id"], "close"),
                    _least(least.get((row["exchange"], signal["market"], signal["symbol"])), signal["stop"]),
                    accounts[row["account_id"]],
                )
            )
        drift = rows("SELECT * FROM drifts ORDER BY id") if _has_drift(cursor) else []
        return Ours(deliveries, [(row["signal_id"], row["account_id"]) for row in rows(_ENTITLED)], drift)


def unsettled(dsn: str) -> list[int]:
    """Ids of the deliveries whose fate is still open."""
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        cursor.execute(_UNSETTLED)
        return [row[0] for row in cursor.fetchall()]


def _has_drift(cursor: Any) -> bool:
    cursor.execute("SELECT to_regclass('drifts') IS NOT NULL AS there")
    return bool(cursor.fetchone()["there"])


def _least(rules: Row | None, price: Decimal) -> Decimal:
    """The smallest order at the lowest price it may have, in base: what is less can neither be protected nor closed."""
    if rules is None:
        return Decimal(0)
    least: Decimal = max(rules["min_quantity"], rules["min_notional"] / price) + rules["step"]
    return least
