"""The calls about spot orders and wallets (EXCHANGES 6.8)."""

from decimal import Decimal
from typing import Any

from simulator.phemex.order_kinds import ENDED
from simulator.phemex.parameters import Parameters, client_id, flag, integer, text_or, words
from simulator.phemex.refusal import Refusal, malformed
from simulator.phemex.spot import answers, drafts
from simulator.phemex.spot.book import Book
from simulator.phemex.spot.records import Desk, Order
from simulator.phemex.spot.symbols import SCALE, read_pair
from simulator.wire.exchanged import Request

MOST_ROWS = 200


class OrderCalls:
    def __init__(self, book: Book) -> None:
        self._book = book

    def place(self, desk: Desk, params: Parameters, request: Request) -> Any:
        draft = drafts.read_order(desk, params)
        return answers.acknowledged(self._book.place(desk, draft, request.received_ms, request.fraction))

    def amend(self, desk: Desk, params: Parameters, _: Request) -> Any:
        """Price, trigger price and base quantity (`baseQtyEv` or `baseQtyEV`); what is not sent stays.

        A resting order is taken out, locked anew and matched again; where the wallet cannot carry the change it
        stays as it was.
        """
        pair = read_pair(params)
        order = self._named(desk, params, "origClOrdID" if params.get("origClOrdID") else "clOrdID")
        if order is None or not order.is_open:
            raise Refusal(10002)
        quantity, price, stop = order.quantity, order.price, order.stop_price
        sent = integer(params, "baseQtyEv", integer(params, "baseQtyEV", 0))
        if sent:
            quantity = Decimal(sent) / SCALE
            drafts.check_quantity(quantity, pair)
        if integer(params, "priceEp", 0):
            if not order.is_limit:
                raise Refusal(11067)
            price = drafts.read_price(params, "priceEp", pair)
        if integer(params, "stopPxEp", 0):
            if not order.waits:
                raise malformed("stopPxEp")
            stop = drafts.read_price(params, "stopPxEp", pair)
        if quantity <= order.filled:
            raise Refusal(11012)
        if (quantity, price, stop) == (order.quantity, order.price, order.stop_price):
            raise Refusal(11065)
        self._book.change(desk, order, quantity, price, stop)
        return answers.ordered(order)

    def cancel(self, desk: Desk, params: Parameters, _: Request) -> Any:
        """The answer has the old status: that the order is gone is told by the next query."""
        read_pair(params)
        order = self._named(desk, params, "clOrdID")
        if order is None:
            raise Refusal(10002)
        if order.state == "Canceled":
            raise Refusal(11062)
        if not order.is_open:
            raise Refusal(11063)
        answer = answers.ordered(order)
        self._book.finish(desk, order, "Canceled")
        return answer

    def cancel_all(self, desk: Desk, params: Parameters, _: Request) -> Any:
        """Active orders, or conditional ones where untriggered is true: two calls for all."""
        name, conditional = read_pair(params).name, flag(params, "untriggered")
        many = 0
        for order in list(desk.orders.open.values()):
            if order.symbol == name and order.waits == conditional:
                self._book.finish(desk, order, "Canceled")
                many += 1
        return {"total": many}

    def active(self, desk: Desk, params: Parameters, _: Request) -> Any:
        """One open order."""
        read_pair(params)
        order = self._named(desk, params, "clOrdID")
        if order is None or not order.is_open:
            raise Refusal(10002)
        return answers.ordered(order)

    def open(self, desk: Desk, params: Parameters, _: Request) -> Any:
        name = read_pair(params).name
        return [answers.ordered(order) for order in desk.orders.open.values() if order.symbol == name]

    def query(self, desk: Desk, params: Parameters, _: Request) -> Any:
        """By comma lists of orderID or clOrdID; what is unknown is left out."""
        name = read_pair(params).name
        ids, client_ids = words(params, "orderID"), words(params, "clOrdID")
        if not (ids or client_ids):
            raise Refusal(11111)
        named = [desk.orders.get(word) for word in ids] + [desk.orders.by_client_id.get(word) for word in client_ids]
        found = {order.id: order for order in named if order is not None and order.symbol == name}
        rows = [answers.ordered(order) for order in found.values()]
        return {"total": len(rows), "rows": rows}

    def history(self, desk: Desk, params: Parameters, _: Request) -> Any:
        """All orders, newest first."""
        return self._rows(desk, params, frozenset(words(params, "ordStatus")))

    def ended(self, desk: Desk, params: Parameters, _: Request) -> Any:
        return self._rows(desk, params, frozenset(words(params, "ordStatus")) or ENDED)

    def fills(self, desk: Desk, params: Parameters, _: Request) -> Any:
        name, wanted = text_or(params, "symbol", ""), set(words(params, "orderID"))
        found = [
            fill
            for fill in reversed(desk.fills)
            if name in ("", fill.symbol) and (not wanted or fill.order_id in wanted)
        ]
        return {"total": len(found), "rows": [answers.traded(fill) for fill in _page(found, params)]}

    def wallets(self, desk: Desk, params: Parameters, _: Request) -> Any:
        currency = text_or(params, "currency", "")
        return [answers.walleted(wallet) for wallet in desk.wallets.values() if currency in ("", wallet.asset)]

    def _rows(self, desk: Desk, params: Parameters, states: frozenset[str]) -> Any:
        name = read_pair(params).name if params.get("symbol") else ""
        start, end = integer(params, "start", 0), integer(params, "end", 0)
        found = [
            order
            for order in reversed(desk.orders.values())
            if name in ("", order.symbol)
            and (not states or order.state in states)
            and order.accepted_ms >= start
            and (not end or order.accepted_ms <= end)
        ]
        return {"total": len(found), "rows": [answers.ordered(order) for order in _page(found, params)]}

    def _named(self, desk: Desk, params: Parameters, client_name: str) -> Order | None:
        if params.get("orderID"):
            order = desk.orders.get(str(params["orderID"]))
        elif params.get(client_name):
            order = desk.orders.by_client_id.get(client_id(params, client_name))
        else:
            raise Refusal(11111)
        return order if order is not None and order.symbol == params.get("symbol") else None


def _page(found: list[Any], params: Parameters) -> list[Any]:
    offset, limit = max(integer(params, "offset", 0), 0), min(max(integer(params, "limit", 50), 0), MOST_ROWS)
    return found[offset : offset + limit]
