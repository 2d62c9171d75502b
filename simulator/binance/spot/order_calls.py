"""The calls about single orders: place, test, query, cancel, and what the account has."""

from typing import Any

from simulator.binance.parameters import Parameters, choice, whole_number
from simulator.binance.refusal import Refusal, missing
from simulator.binance.spot import answers
from simulator.binance.spot.book import Book
from simulator.binance.spot.drafts import SINGLE, read_client_id, read_draft, read_side
from simulator.binance.spot.records import Desk, Draft, Order
from simulator.binance.spot.rules import check_duplicate, check_entry, check_filters, check_room
from simulator.binance.symbols import read_symbol
from simulator.wire.exchanged import Request

RESPONSES = frozenset({"ACK", "RESULT", "FULL"})
BAD_RESPONSE = Refusal(-1130, "Data sent for parameter 'newOrderRespType' is not valid.")
UNKNOWN = Refusal(-2011, "Unknown order sent.")
CANCEL_RESTRICTIONS = frozenset({"ONLY_NEW", "ONLY_PARTIALLY_FILLED"})


class OrderCalls:
    def __init__(self, book: Book) -> None:
        self._book = book

    def place(self, desk: Desk, params: Parameters, request: Request) -> Any:
        draft = self._checked(desk, params)
        responds = self._responds(params, draft.type)
        order = self._book.place(desk, draft, request.received_ms, request.fraction)
        if responds == "ACK":
            return answers.acknowledged(order)
        return answers.full(desk, order) if responds == "FULL" else answers.resulted(order)

    def test(self, desk: Desk, params: Parameters, _: Request) -> Any:
        """A dry run checks everything but the balance."""
        self._checked(desk, params)
        return {}

    def query(self, desk: Desk, params: Parameters, _: Request) -> Any:
        order = self.find(desk, params)
        if order is None:
            raise Refusal(-2013, "Order does not exist.")
        return answers.queried(order)

    def cancel(self, desk: Desk, params: Parameters, _: Request) -> Any:
        order = self.find(desk, params)
        if order is None or not order.is_open:
            raise UNKNOWN
        self._check_restriction(params, order)
        cancel_id = read_client_id(params, "newClientOrderId") or f"simcancel{order.id:012d}"
        order.cancel_id = cancel_id
        ended = self._book.cancel(desk, order)
        if order.list_id < 0:
            return answers.cancelled(order, cancel_id)
        reports = [answers.cancelled(leg, cancel_id) for leg in ended]
        return answers.listed_with_reports(desk, desk.lists[order.list_id], reports, order.updated_ms)

    def open(self, desk: Desk, params: Parameters, _: Request) -> Any:
        name = read_symbol(self._book.symbols, params).name if params.get("symbol") else None
        return [answers.queried(order) for order in desk.orders.open.values() if name in (None, order.symbol)]

    def cancel_all(self, desk: Desk, params: Parameters, _: Request) -> Any:
        """Refused when nothing is open. A list counts as one entry of the answer."""
        name = read_symbol(self._book.symbols, params).name
        resting = [order for order in desk.orders.open.values() if order.symbol == name]
        if not resting:
            raise UNKNOWN
        reports: list[Any] = []
        for order in resting:
            if not order.is_open:
                continue  # it went with its list
            ended = self._book.cancel(desk, order)
            each = [answers.cancelled(leg, f"simcancel{leg.id:012d}") for leg in ended]
            if order.list_id > 0:
                each = [answers.listed_with_reports(desk, desk.lists[order.list_id], each, order.updated_ms)]
            reports += each
        return reports

    def history(self, desk: Desk, params: Parameters, _: Request) -> Any:
        """Oldest first; with orderId from there on, else the newest."""
        name = read_symbol(self._book.symbols, params).name
        first, limit = whole_number(params, "orderId", 0), min(whole_number(params, "limit", 500), 1000)
        found = [order for order in desk.orders.values() if order.symbol == name and order.id >= first]
        start, end = whole_number(params, "startTime", 0), whole_number(params, "endTime", 1 << 62)
        found = [order for order in found if start <= order.accepted_ms <= end]
        return [answers.queried(order) for order in (found[:limit] if first else found[-limit:])]

    def fills(self, desk: Desk, params: Parameters, _: Request) -> Any:
        name = read_symbol(self._book.symbols, params).name
        order_id, limit = whole_number(params, "orderId", 0), min(whole_number(params, "limit", 500), 1000)
        first = whole_number(params, "fromId", 0)
        found = [
            fill for fill in desk.fills if fill.symbol == name and fill.id >= first and order_id in (0, fill.order_id)
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

    def _checked(self, desk: Desk, params: Parameters) -> Draft:
        symbol = read_symbol(self._book.symbols, params)
        draft = read_draft(params, symbol.name, read_side(params), SINGLE)
        last = self._book.prices.last[symbol.name]
        check_filters(draft, symbol, last)
        check_duplicate(desk, draft.client_id)
        if desk.orders.open:
            check_room(desk, symbol.name, [draft])
        check_entry(draft, last)
        return draft

    @staticmethod
    def _responds(params: Parameters, order_type: str) -> str:
        if params.get("newOrderRespType"):
            return choice(params, "newOrderRespType", RESPONSES, BAD_RESPONSE)
        return "FULL" if order_type in ("MARKET", "LIMIT") else "ACK"

    @staticmethod
    def _check_restriction(params: Parameters, order: Order) -> None:
        wanted = params.get("cancelRestrictions")
        if not wanted:
            return
        if wanted not in CANCEL_RESTRICTIONS:
            raise Refusal(-1145, "Invalid cancelRestrictions")
        if order.state != wanted.removeprefix("ONLY_"):
            raise Refusal(-2011, "Order was not canceled due to cancel restrictions.")
