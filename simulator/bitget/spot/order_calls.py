"""The v2 calls about spot orders: place, cancel, query, what is open, what was (EXCHANGES 5.3, 5.5)."""

from collections.abc import Callable
from typing import Any, TypeVar

from simulator.bitget.desk import Desk
from simulator.bitget.parameters import Parameters, choice, listed, optional, whole_number
from simulator.bitget.refusal import Refusal, empty
from simulator.bitget.spot import answers
from simulator.bitget.spot.book import Book
from simulator.bitget.spot.drafts import read_exit, read_order, read_symbol
from simulator.bitget.spot.plans import attach_exits, finish_plan, place_plan
from simulator.bitget.spot.records import Order
from simulator.wire.exchanged import Request

MISSING, DONE = Refusal("43001", "The order does not exist"), Refusal("43004", "There is no order to cancel")
KNOWN_BY_CLIENT_ID_MS = 7_200_000  # after its end an order is found by clientOid for two hours (EXCHANGES 1.2)
MOST_IN_A_BATCH = 50

Listed = TypeVar("Listed")


class OrderCalls:
    def __init__(self, book: Book) -> None:
        self._book = book

    def place(self, desk: Desk, params: Parameters, request: Request) -> Any:
        if optional(params, "tpslType") == "tpsl":
            now_ms = self._book.shared.clock.now_ms()
            plan = read_exit(params, desk.api_key, request.received_ms, now_ms)
            return answers.placed(place_plan(self._book, desk.spot, plan))
        return answers.placed(self.take_in(desk, params, request))

    def take_in(self, desk: Desk, params: Parameters, request: Request) -> Order:
        order = self._book.place(desk.spot, read_order(params), request.received_ms, request.fraction)
        if self._book.ended:
            attach_exits(self._book)
        return order

    def place_batch(self, desk: Desk, params: Parameters, request: Request) -> Any:
        return in_batch(
            listed(params, "orderList"),
            lambda each: self.place(desk, {"symbol": params.get("symbol"), **each}, request),
        )

    def cancel(self, desk: Desk, params: Parameters, _: Request) -> Any:
        if optional(params, "tpslType") == "tpsl":
            return self._cancel_exit(desk, params)
        read_symbol(params)
        return answers.placed(self.take_out(desk, params))

    def take_out(self, desk: Desk, params: Parameters) -> Order:
        order = self.find(desk, params)
        if order is None:
            raise MISSING
        if not order.is_open:
            raise DONE
        self._book.finish(desk.spot, order, "cancelled")
        attach_exits(self._book)
        return order

    def cancel_batch(self, desk: Desk, params: Parameters, request: Request) -> Any:
        return in_batch(
            listed(params, "orderList"),
            lambda each: self.cancel(desk, {"symbol": params.get("symbol"), **each}, request),
        )

    def cancel_symbol(self, desk: Desk, params: Parameters, _: Request) -> Any:
        """Plan orders stay."""
        name = read_symbol(params).name
        self.take_all_out(desk, name)
        return {"symbol": name}

    def take_all_out(self, desk: Desk, name: str) -> None:
        for order in list(desk.spot.orders.open.values()):
            if order.symbol == name:
                self._book.finish(desk.spot, order, "cancelled")
        attach_exits(self._book)

    def query(self, desk: Desk, params: Parameters, _: Request) -> Any:
        """A list, and an empty one where there is no such order."""
        order = self.find(desk, params)
        return [] if order is None else [answers.queried(desk, order)]

    def unfilled(self, desk: Desk, params: Parameters, _: Request) -> Any:
        name = read_symbol(params).name if optional(params, "symbol") else None
        if choice(params, "tpslType", ("normal", "tpsl"), "normal") == "tpsl":
            exits = [plan for plan in desk.spot.plans.open.values() if plan.plan_type == "tpsl"]
            return [answers.exit_waiting(desk, plan) for plan in exits if name in (None, plan.symbol)]
        found = [order for order in desk.spot.orders.open.values() if name in (None, order.symbol)]
        return [answers.unfilled(desk, order) for order in newest(found, params, lambda order: order.id)]

    def history(self, desk: Desk, params: Parameters, _: Request) -> Any:
        """What has ended, newest first."""
        name = read_symbol(params).name if optional(params, "symbol") else None
        start, end = whole_number(params, "startTime", 0), whole_number(params, "endTime", 1 << 62)
        found = [
            order
            for order in desk.spot.orders.values()
            if not order.is_open and name in (None, order.symbol) and start <= order.accepted_ms <= end
        ]
        if optional(params, "orderId"):
            found = [order for order in found if order.id == whole_number(params, "orderId", 0)]
        return [answers.queried(desk, order) for order in newest(found, params, lambda order: order.id)]

    def fills(self, desk: Desk, params: Parameters, _: Request) -> Any:
        name, order_id = read_symbol(params).name, whole_number(params, "orderId", 0)
        found = [fill for fill in desk.spot.fills if fill.symbol == name and order_id in (0, fill.order_id)]
        return [answers.traded(desk, fill) for fill in newest(found, params, lambda fill: fill.id)]

    def find(self, desk: Desk, params: Parameters) -> Order | None:
        """By orderId, else by clientOid: the newest order that had it."""
        if optional(params, "orderId"):
            return desk.spot.orders.get(whole_number(params, "orderId", 0))
        if not optional(params, "clientOid"):
            raise empty("orderId")
        order = desk.spot.orders.by_client_id.get(optional(params, "clientOid"))
        if order is None or order.is_open:
            return order
        forgotten_ms = self._book.shared.clock.now_ms() - KNOWN_BY_CLIENT_ID_MS
        return order if order.updated_ms >= forgotten_ms else None

    def _cancel_exit(self, desk: Desk, params: Parameters) -> Any:
        plan = desk.spot.plans.get(whole_number(params, "orderId", 0))
        if plan is None:
            raise MISSING
        if not plan.is_open:
            raise DONE
        finish_plan(self._book, desk.spot, plan, "cancelled")
        return answers.placed(plan)


def newest(found: list[Listed], params: Parameters, number: Callable[[Listed], int]) -> list[Listed]:
    """A page, newest first: those before `idLessThan`, a hundred unless `limit` says less."""
    before = whole_number(params, "idLessThan", 1 << 62)
    limit = min(whole_number(params, "limit", 100), 100)
    return [each for each in reversed(found) if number(each) < before][:limit]


def in_batch(wanted: list[Parameters], deed: Callable[[Parameters], Any]) -> dict[str, Any]:
    """Each on its own: the answer is a success even where all have failed."""
    if not 0 < len(wanted) <= MOST_IN_A_BATCH:
        raise Refusal("40306", f"Batch processing orders can only process up to {MOST_IN_A_BATCH}")
    done, failed = [], []
    for each in wanted:
        try:
            done.append(deed(each))
        except Refusal as refusal:
            refusal.forget_frames()
            failed.append(failure(each, refusal))
    return {"successList": done, "failureList": failed}


def failure(each: Parameters, refusal: Refusal) -> dict[str, Any]:
    return {
        "orderId": optional(each, "orderId"), "clientOid": optional(each, "clientOid"),
        "errorMsg": refusal.message, "errorCode": refusal.code,
    }  # fmt: skip
