"""The calls about normal orders: place, change, query, cancel, fills."""

from typing import Any

import orjson

from simulator.binance.parameters import Parameters, number, text, whole_number
from simulator.binance.refusal import Refusal, missing
from simulator.binance.symbols import read_symbol
from simulator.binance.usdm import answers, drafts
from simulator.binance.usdm.book import Book
from simulator.binance.usdm.records import Desk, Order
from simulator.wire.exchanged import Request

ALL_CANCELLED = {"code": 200, "msg": "The operation of cancel all open order is done."}
NO_SUCH_ORDER, UNKNOWN = Refusal(-2013, "Order does not exist."), Refusal(-2011, "Unknown order sent.")
MOST_IN_A_BATCH = 5


class OrderCalls:
    def __init__(self, book: Book) -> None:
        self._book = book

    def place(self, desk: Desk, params: Parameters, request: Request) -> Any:
        symbol = read_symbol(self._book.symbols, params)
        responds = params.get("newOrderRespType") or "ACK"
        if responds not in ("ACK", "RESULT"):
            raise Refusal(-1130, "Data sent for parameter 'newOrderRespType' is not valid.")
        draft = drafts.read_order(desk, params, symbol)
        order = self._book.place(desk, draft, request.received_ms, request.fraction)
        return answers.placed(order, acknowledged=responds == "ACK")

    def test(self, desk: Desk, params: Parameters, _: Request) -> Any:
        drafts.read_order(desk, params, read_symbol(self._book.symbols, params))
        return {}

    def place_batch(self, desk: Desk, params: Parameters, request: Request) -> Any:
        """Each on its own: a refused one is answered in its place by its code."""
        try:
            batch = orjson.loads(text(params, "batchOrders"))
        except orjson.JSONDecodeError:
            batch = None
        if not isinstance(batch, list) or not all(isinstance(each, dict) for each in batch):
            raise missing("batchOrders")
        if not 0 < len(batch) <= MOST_IN_A_BATCH:
            raise Refusal(-4082, "Invalid number of batch place orders.")
        reports = []
        for each in batch:
            try:
                reports.append(self.place(desk, {name: _as_text(value) for name, value in each.items()}, request))
            except Refusal as refusal:
                reports.append({"code": refusal.code, "msg": refusal.message})
        return reports

    def change(self, desk: Desk, params: Parameters, request: Request) -> Any:
        """A resting limit order gets another price and quantity; it keeps its ids."""
        order, symbol = self.find(desk, params), read_symbol(self._book.symbols, params)
        if order is None or not order.is_open:
            raise NO_SUCH_ORDER
        if order.type != "LIMIT" or text(params, "side") != order.side:
            raise Refusal(-4155, "Order not supported for modification.")
        quantity, price = drafts.read_quantity(params, symbol), drafts.read_price(params, "price", symbol)
        if (quantity, price) == (order.quantity, order.price):
            raise Refusal(-5027, "No need to modify the order.")
        if number(params, "quantity") <= order.filled:
            raise Refusal(-2011, "Unknown order sent.")
        self._book.change(desk, order, quantity, price)
        return answers.placed(order)

    def query(self, desk: Desk, params: Parameters, _: Request) -> Any:
        order = self.find(desk, params)
        if order is None:
            raise NO_SUCH_ORDER
        return answers.queried(order)

    def query_open(self, desk: Desk, params: Parameters, _: Request) -> Any:
        order = self.find(desk, params)
        if order is None or not order.is_open:
            raise NO_SUCH_ORDER
        return answers.queried(order)

    def cancel(self, desk: Desk, params: Parameters, _: Request) -> Any:
        order = self.find(desk, params)
        if order is None or not order.is_open:
            raise UNKNOWN
        self._book.cancel(desk, order)
        return answers.placed(order)

    def open(self, desk: Desk, params: Parameters, _: Request) -> Any:
        name = read_symbol(self._book.symbols, params).name if params.get("symbol") else None
        return [answers.queried(order) for order in desk.orders.open.values() if name in (None, order.symbol)]

    def cancel_all(self, desk: Desk, params: Parameters, _: Request) -> Any:
        """Algo orders stay: they have a call of their own."""
        name = read_symbol(self._book.symbols, params).name
        for order in list(desk.orders.open.values()):
            if order.symbol == name:
                self._book.cancel(desk, order)
        return ALL_CANCELLED

    def history(self, desk: Desk, params: Parameters, _: Request) -> Any:
        name = read_symbol(self._book.symbols, params).name
        first, limit = whole_number(params, "orderId", 0), min(whole_number(params, "limit", 500), 1000)
        found = [order for order in desk.orders.values() if order.symbol == name and order.id >= first]
        return [answers.queried(order) for order in (found[:limit] if first else found[-limit:])]

    def fills(self, desk: Desk, params: Parameters, _: Request) -> Any:
        name = read_symbol(self._book.symbols, params).name if params.get("symbol") else None
        order_id, limit = whole_number(params, "orderId", 0), min(whole_number(params, "limit", 500), 1000)
        first = whole_number(params, "fromId", 0)
        found = [
            fill
            for fill in desk.fills
            if name in (None, fill.symbol) and fill.id >= first and order_id in (0, fill.order_id)
        ]
        return [answers.traded(fill) for fill in (found[:limit] if first else found[-limit:])]

    def find(self, desk: Desk, params: Parameters) -> Order | None:
        """By orderId, else by origClientOrderId: the newest order that had it."""
        name = read_symbol(self._book.symbols, params).name
        if params.get("orderId"):
            order = desk.orders.get(whole_number(params, "orderId"))
        elif params.get("origClientOrderId"):
            order = desk.orders.by_client_id.get(params["origClientOrderId"])
        else:
            raise missing("orderId")
        return order if order is not None and order.symbol == name else None


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
