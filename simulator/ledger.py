"""Every order the venues accepted, oldest first: what a test compares with what was meant to be sent."""

from decimal import Decimal
from typing import Any

import orjson


def row(order: Any, quantity: Decimal, price: Decimal, reduce_only: bool = False, **own: Any) -> dict[str, Any]:
    """What the orders of every venue tell; `own` is what the venue's tell besides."""
    return {
        "api_key": order.api_key, "client_id": order.client_id, "order_id": str(order.id), "symbol": order.symbol,
        "side": order.side, "type": order.type, "quantity": quantity, "price": price, "reduce_only": reduce_only,
        "received_ms": order.received_ms, "accepted_ms": order.accepted_ms, "state": order.state, **own,
    }  # fmt: skip


class Ledger:
    """Holds the living orders themselves, so that a row always tells the order's present state.

    Orders the venue made by itself (the order born from a triggered algo order, a liquidation) are left out:
    nobody sent them.
    """

    def __init__(self) -> None:
        self._orders: list[tuple[str, Any]] = []

    def enter(self, venue: str, order: Any) -> None:
        """`order` offers `ledger_row()`, without the venue, and `accepted_ms`."""
        self._orders.append((venue, order))

    def sort(self) -> None:
        """After a restore, which reads book by book. Within a millisecond by number, where the venue numbers orders."""
        self._orders.sort(key=lambda entry: (entry[1].accepted_ms, _number(entry[1])))

    def clear(self) -> None:
        self._orders.clear()

    def rows(self, venue: str | None, since_ms: int, api_key: str | None = None) -> list[dict[str, Any]]:
        return [
            {"venue": where, **order.ledger_row()}
            for where, order in self._orders
            if (venue is None or where == venue)
            and order.accepted_ms >= since_ms
            and (api_key is None or order.api_key == api_key)
        ]

    def as_json(self, venue: str | None, since_ms: int, api_key: str | None = None) -> bytes:
        return orjson.dumps(self.rows(venue, since_ms, api_key), default=str)


def _number(order: Any) -> int:
    order_id = str(order.ledger_row()["order_id"])
    return int(order_id) if order_id.isdigit() else 0
