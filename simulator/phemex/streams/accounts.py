"""`aop` and `aop_p`: accounts, orders and positions, a message for each trading account.

First a snapshot of each: the account, its open orders, at most 100 closed and 100 filled ones, and all its
positions. Then what each turn has changed: every event of an order by itself, accounts and positions as they are
when the turn is over.
"""

from decimal import Decimal
from typing import Any

from simulator.phemex.contracts.records import Desk, Fill, Order, Position
from simulator.phemex.contracts.symbols import CONTRACTS, contracts_of
from simulator.phemex.streams import rows
from simulator.phemex.streams.feed import VENUE, Feed, tell
from simulator.wire.socket import Socket

MOST_OF_A_KIND = 100

Told = tuple[Decimal, Decimal, Decimal]


class Accounts:
    """One key's. `in_text` is for `aop_p`: the account in USDT; else those of the inverse contracts."""

    def __init__(self, socket: Socket, feed: Feed, desk: Desk, in_text: bool) -> None:
        self.name = "aop"
        self._socket, self._feed, self._desk = socket, feed, desk
        self._words = rows.TEXT if in_text else rows.INTEGERS
        self._currencies = sorted({contract.settle for contract in contracts_of(inverse=not in_text)})
        self._fresh: dict[str, list[dict[str, Any]]] = {}
        self._touched: dict[str, dict[tuple[str, str], None]] = {}
        self._terms: dict[str, Told] = {}
        self._last_fill = desk.fills[-1].number if desk.fills else 0

    def begin(self) -> None:
        self._feed.contracts.shared.streams.subscribe(VENUE, self._desk.api_key, self)
        self._terms = {order.id: _terms(order) for order in self._desk.orders.open.values()}
        for currency in self._currencies:
            orders = [self._row(order, None, "New") for order in self._remembered(currency)]
            positions = [
                self._desk.position(contract.name, side)
                for contract in CONTRACTS.values()
                if contract.settle == currency and contract.inverse != self._words.in_text
                for side in self._desk.sides(contract.name)
            ]
            self._tell(currency, orders, positions, "snapshot")

    def end(self) -> None:
        self._feed.contracts.shared.streams.unsubscribe(VENUE, self._desk.api_key, self)

    def tick(self, now_ms: int) -> None: ...

    def hear(self, kind: str, record: Any) -> None:
        if isinstance(record, Order):
            self._hear_order(record)
        elif isinstance(record, Fill):
            self._last_fill = record.number
            order = self._desk.orders[record.order_id]
            self._event(order, record, "New")
        elif isinstance(record, Position):
            self._touch(record.contract.settle)[record.symbol, record.side] = None
        elif kind == "balance":
            self._touch(record.asset)

    def conclude(self) -> None:
        touched, self._touched = self._touched, {}
        fresh, self._fresh = self._fresh, {}
        for currency, positions in touched.items():
            if currency in self._currencies:
                changed = [self._desk.position(*name) for name in positions]
                self._tell(currency, fresh.get(currency, []), changed, "incremental")

    def _hear_order(self, order: Order) -> None:
        newest = self._desk.fills[-1] if self._desk.fills else None
        if newest is not None and newest.number > self._last_fill and newest.order_id == order.id:
            return  # the fill itself comes next, and tells more
        before, now = self._terms.get(order.id), _terms(order)
        action = "New"
        if order.state == "Canceled" and not order.reject_reason:
            action = "Cancel"
        elif before not in (None, now):
            action = "Replace"
        self._terms[order.id] = now
        if not order.is_open:
            self._terms.pop(order.id, None)
        self._event(order, None, action)

    def _event(self, order: Order, fill: Fill | None, action: str) -> None:
        currency = order.contract.settle
        if currency in self._currencies:
            self._touch(currency)
            self._fresh.setdefault(currency, []).append(self._row(order, fill, action))

    def _touch(self, currency: str) -> dict[tuple[str, str], None]:
        return self._touched.setdefault(currency, {})

    def _row(self, order: Order, fill: Fill | None, action: str) -> dict[str, Any]:
        return rows.order(self._desk, order, fill, action, self._feed.next_sequence(), self._words)

    def _remembered(self, currency: str) -> list[Order]:
        """Open ones, then the newest closed and filled ones."""
        own = [order for order in self._desk.orders.values() if order.contract.settle == currency]
        closed = [order for order in own if not order.is_open and order.state != "Filled"]
        filled = [order for order in own if order.state == "Filled"]
        open_ones = [order for order in own if order.is_open]
        return open_ones + closed[-MOST_OF_A_KIND:] + filled[-MOST_OF_A_KIND:]

    def _tell(self, currency: str, orders: list[dict[str, Any]], positions: list[Position], kind: str) -> None:
        marks, words = self._feed.contracts.prices.last, self._words
        sequence, end = self._feed.next_sequence(), "_p" if words.in_text else ""
        tell(self._socket, {
            f"accounts{end}": [rows.account(self._desk, currency, marks, words)],
            f"orders{end}": orders,
            f"positions{end}": [rows.position(self._desk, held, marks, sequence, words) for held in positions],
            "sequence": sequence, "timestamp": self._feed.now_ns, "type": kind,
        })  # fmt: skip


def _terms(order: Order) -> Told:
    return order.quantity, order.price, order.stop_price
