"""The v2 calls about mix orders: place, cancel, flash close, query, what is open, what was (EXCHANGES 5.3, 5.5)."""

from typing import Any

from simulator.bitget.desk import Desk
from simulator.bitget.mix import answers
from simulator.bitget.mix.book import Book
from simulator.bitget.mix.drafts import read_order
from simulator.bitget.mix.plans import attach_exits
from simulator.bitget.mix.records import Draft, MixDesk, Order
from simulator.bitget.mix.rules import NO_POSITION
from simulator.bitget.mix.settling import closing_draft
from simulator.bitget.parameters import Parameters, choice, listed, optional, whole_number
from simulator.bitget.products import read_contract, read_filter
from simulator.bitget.refusal import Refusal, empty
from simulator.bitget.spot.order_calls import in_batch, newest
from simulator.wire.exchanged import Request

UNKNOWN, DONE = Refusal("40768", "Order does not exist"), Refusal("22001", "No order to cancel")
NO_DATA = Refusal("40109", "The data of the order cannot be found, please confirm the order number")


class OrderCalls:
    def __init__(self, book: Book) -> None:
        self._book = book

    def place(self, desk: Desk, params: Parameters, request: Request) -> Any:
        """Where older reduce-only orders had to make room, the answer lacks the order id (EXCHANGES 5.5)."""
        draft = read_order(desk.mix, params)
        order = self.take_in(desk.mix, draft, request)
        return {"clientOid": order.client_id} if draft.made_room else answers.placed(order)

    def take_in(self, desk: MixDesk, draft: Draft, request: Request) -> Order:
        order = self._book.place(desk, draft, request.received_ms, request.fraction)
        if self._book.ended:
            attach_exits(self._book)
        return order

    def place_batch(self, desk: Desk, params: Parameters, request: Request) -> Any:
        whole = {name: value for name, value in params.items() if name != "orderList"}
        return in_batch(listed(params, "orderList"), lambda each: self.place(desk, {**whole, **each}, request))

    def cancel(self, desk: Desk, params: Parameters, _: Request) -> Any:
        read_contract(params)
        return answers.placed(self.take_out(desk, params))

    def take_out(self, desk: Desk, params: Parameters) -> Order:
        order = self.find(desk, params)
        if order is None:
            raise UNKNOWN
        if not order.is_open:
            raise DONE
        self._finish(desk.mix, [order])
        return order

    def cancel_batch(self, desk: Desk, params: Parameters, _: Request) -> Any:
        """Those of the list; without one, all of the symbol, or of the product type."""
        name, wanted = read_filter(params), listed(params, "orderIdList")
        if wanted:
            return in_batch(wanted, lambda each: answers.placed(self.take_out(desk, each)))
        return self._cancelled(desk, [order for order in desk.mix.orders.open.values() if name in (None, order.symbol)])

    def cancel_all(self, desk: Desk, params: Parameters, _: Request) -> Any:
        """Plan orders and exits stay."""
        name = read_filter(params)
        found = [order for order in desk.mix.orders.open.values() if name in (None, order.symbol)]
        if not found:
            raise DONE
        return self._cancelled(desk, found)

    def _cancelled(self, desk: Desk, found: list[Order]) -> dict[str, Any]:
        self._finish(desk.mix, found)
        return {"successList": [answers.placed(order) for order in found], "failureList": []}

    def _finish(self, desk: MixDesk, orders: list[Order]) -> None:
        for order in orders:
            self._book.finish(desk, order, "canceled", "normal_cancel")
        attach_exits(self._book)

    def close_positions(self, desk: Desk, params: Parameters, request: Request) -> Any:
        """All, of a symbol, or of one side; what was to close them makes room."""
        name, hold = read_filter(params), choice(params, "holdSide", ("long", "short", "all"), "all")
        closed = self.close(desk.mix, name, hold, request)
        return {"successList": [{**answers.placed(o), "symbol": o.symbol} for o in closed], "failureList": []}

    def close(self, desk: MixDesk, name: str | None, hold: str, request: Request) -> list[Order]:
        found = [held for held in desk.held(name) if hold in ("all", held.hold)]
        if not found:
            raise NO_POSITION
        closed = []
        for held in found:
            closing = (order for order in desk.orders.open.values() if order.closes)
            resting = [each for each in closing if (each.symbol, each.position) == (held.symbol, held.side)]
            self._finish(desk, resting)
            draft = closing_draft(held, desk.setting(held.symbol).margin_mode)
            closed.append(self._book.take_in(desk, draft, request.received_ms, fraction=request.fraction))
        return closed

    def query(self, desk: Desk, params: Parameters, _: Request) -> Any:
        return answers.detail(self.known(desk, params))

    def known(self, desk: Desk, params: Parameters) -> Order:
        name, order = read_contract(params).name, self.find(desk, params)
        if order is None or order.symbol != name:
            raise NO_DATA
        return order

    def pending(self, desk: Desk, params: Parameters, _: Request) -> Any:
        return entrusted([answers.listed(order) for order in self.some(desk, params, is_open=True)])

    def history(self, desk: Desk, params: Parameters, _: Request) -> Any:
        return entrusted([answers.listed(order) for order in self.some(desk, params, is_open=False)])

    def some(self, desk: Desk, params: Parameters, is_open: bool) -> list[Order]:
        """A page of the open or of the ended ones, newest first."""
        name, number, client_id = read_filter(params), whole_number(params, "orderId", 0), optional(params, "clientOid")
        start, end = whole_number(params, "startTime", 0), whole_number(params, "endTime", 1 << 62)
        held = desk.mix.orders.open if is_open else desk.mix.orders
        found = [
            order
            for order in held.values()
            if order.is_open == is_open
            and name in (None, order.symbol)
            and number in (0, order.id)
            and client_id in ("", order.client_id)
            and start <= order.accepted_ms <= end
        ]
        return newest(found, params, lambda order: order.id)

    def fills(self, desk: Desk, params: Parameters, _: Request) -> Any:
        name, order_id = read_filter(params), whole_number(params, "orderId", 0)
        start, end = whole_number(params, "startTime", 0), whole_number(params, "endTime", 1 << 62)
        found = [
            fill
            for fill in desk.mix.fills
            if name in (None, fill.symbol) and order_id in (0, fill.order_id) and start <= fill.at_ms <= end
        ]
        rows = [answers.traded(fill) for fill in newest(found, params, lambda fill: fill.id)]
        return {"fillList": rows, "endId": rows[-1]["tradeId"] if rows else None}

    @staticmethod
    def find(desk: Desk, params: Parameters) -> Order | None:
        """By orderId, else by clientOid: the newest order that had it."""
        if optional(params, "orderId"):
            return desk.mix.orders.get(whole_number(params, "orderId", 0))
        if not optional(params, "clientOid"):
            raise empty("orderId")
        return desk.mix.orders.by_client_id.get(optional(params, "clientOid"))


def entrusted(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """No row is null, not an empty list."""
    return {"entrustedList": rows or None, "endId": rows[-1]["orderId"] if rows else None}
