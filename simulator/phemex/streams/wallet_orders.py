"""`wo`: wallets and orders of spot, first as they are, then what each turn has changed."""

from typing import Any

from simulator.phemex.identity import user_number
from simulator.phemex.spot import answers
from simulator.phemex.spot.records import Desk, Fill, Order
from simulator.phemex.streams.feed import VENUE, Feed, tell
from simulator.wire.socket import Socket

MOST_OF_A_KIND = 100


class WalletOrders:
    def __init__(self, socket: Socket, feed: Feed, desk: Desk) -> None:
        self.name = "wo"
        self._socket, self._feed, self._desk = socket, feed, desk
        self._orders: dict[str, list[dict[str, Any]]] = _empty()
        self._currencies: dict[str, None] = {}

    def begin(self) -> None:
        self._feed.spot.shared.streams.subscribe(VENUE, self._desk.api_key, self)
        ended = [order for order in self._desk.orders.values() if not order.is_open]
        orders = {
            "closed": [self._order(order) for order in ended[-MOST_OF_A_KIND:]],
            "fills": [self._fill(fill) for fill in self._desk.fills[-MOST_OF_A_KIND:]],
            "open": [self._order(order) for order in self._desk.orders.open.values()],
        }
        self._tell(orders, list(self._desk.wallets), "snapshot")

    def end(self) -> None:
        self._feed.spot.shared.streams.unsubscribe(VENUE, self._desk.api_key, self)

    def tick(self, now_ms: int) -> None: ...

    def hear(self, kind: str, record: Any) -> None:
        if isinstance(record, Order):
            self._orders["open" if record.is_open else "closed"].append(self._order(record))
        elif isinstance(record, Fill):
            self._orders["fills"].append(self._fill(record))
        elif kind == "spot-balance":
            self._currencies[record.asset] = None

    def conclude(self) -> None:
        orders, self._orders = self._orders, _empty()
        currencies, self._currencies = self._currencies, {}
        if currencies or any(orders.values()):
            self._tell(orders, list(currencies), "incremental")

    def _tell(self, orders: dict[str, list[dict[str, Any]]], currencies: list[str], kind: str) -> None:
        wallets = [self._owned(answers.walleted(self._desk.wallet(currency))) for currency in currencies]
        tell(self._socket, {
            "orders": orders, "sequence": self._feed.next_sequence(), "timestamp": self._feed.now_ns, "type": kind,
            "wallets": wallets,
        })  # fmt: skip

    def _order(self, order: Order) -> dict[str, Any]:
        """A cancellation names itself as the action."""
        row = answers.ordered(order)
        if order.state == "Canceled" and not order.reject_reason:
            row["action"] = "Cancel"
        return self._owned({**row, "baseCurrency": order.pair.base, "quoteCurrency": order.pair.quote})

    def _fill(self, fill: Fill) -> dict[str, Any]:
        return self._owned({**answers.traded(fill), "execID": fill.execution})

    def _owned(self, row: dict[str, Any]) -> dict[str, Any]:
        return {**row, "userID": user_number(self._desk.api_key)}


def _empty() -> dict[str, list[dict[str, Any]]]:
    return {"closed": [], "fills": [], "open": []}
