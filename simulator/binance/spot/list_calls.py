"""The calls about order lists: place, query, cancel (EXCHANGES 2.6)."""

from typing import Any

from simulator.binance.parameters import Parameters, whole_number
from simulator.binance.refusal import Refusal, missing
from simulator.binance.spot import answers, exits
from simulator.binance.spot.book import Book
from simulator.binance.spot.lists import Lists
from simulator.binance.spot.records import Desk, OrderList
from simulator.binance.symbols import read_symbol
from simulator.wire.exchanged import Request


class ListCalls:
    def __init__(self, book: Book) -> None:
        self._book, self._lists = book, Lists(book)

    def oco(self, desk: Desk, params: Parameters, request: Request) -> Any:
        return self._placed(desk, self._lists.place_oco(desk, params, request.received_ms))

    def oto(self, desk: Desk, params: Parameters, request: Request) -> Any:
        return self._entered(desk, self._lists.place_oto(desk, params, request.received_ms, request.fraction))

    def otoco(self, desk: Desk, params: Parameters, request: Request) -> Any:
        return self._entered(desk, self._lists.place_otoco(desk, params, request.received_ms, request.fraction))

    def query(self, desk: Desk, params: Parameters, _: Request) -> Any:
        """By orderListId, or by origClientOrderId which here means the list's own client id."""
        orders = self._find(desk, params, "origClientOrderId")
        if orders is None:
            raise Refusal(-2018, "Order list does not exist.")
        return answers.listed(desk, orders, orders.created_ms)

    def open(self, desk: Desk, _: Parameters, __: Request) -> Any:
        return [
            answers.listed(desk, orders, orders.created_ms)
            for orders in desk.lists.values()
            if orders.state == "EXECUTING"
        ]

    def cancel(self, desk: Desk, params: Parameters, _: Request) -> Any:
        """The other name of the same id: listClientOrderId; symbol is mandatory."""
        symbol = read_symbol(self._book.symbols, params)
        orders = self._find(desk, params, "listClientOrderId")
        if orders is None or orders.symbol != symbol.name or orders.state != "EXECUTING":
            raise Refusal(-2011, "Unknown order list sent.")
        ended = exits.cancel_list(self._book, desk, orders)
        reports = [answers.cancelled(leg, f"simcancel{leg.id:012d}") for leg in ended]
        return answers.listed_with_reports(desk, orders, reports, self._book.shared.clock.now_ms())

    def _find(self, desk: Desk, params: Parameters, id_name: str) -> OrderList | None:
        if params.get("orderListId"):
            return desk.lists.get(whole_number(params, "orderListId"))
        if not params.get(id_name):
            raise missing("orderListId")
        newest_first = reversed(list(desk.lists.values()))
        return next((orders for orders in newest_first if orders.client_id == params[id_name]), None)

    def _placed(self, desk: Desk, orders: OrderList) -> Any:
        reports = [answers.resulted(desk.orders[order_id]) for order_id in orders.order_ids]
        return answers.listed_with_reports(desk, orders, reports, orders.created_ms)

    def _entered(self, desk: Desk, orders: OrderList) -> Any:
        """The answer shows exits as PENDING_NEW even when the entry filled at once and they are working."""
        answer = self._placed(desk, orders)
        answer.update(listStatusType="EXEC_STARTED", listOrderStatus="EXECUTING")
        for report in answer["orderReports"][1:]:
            report.update(status="PENDING_NEW", executedQty="0.00000000", cummulativeQuoteQty="0.00000000")
            report["workingTime"] = -1
        return answer
