"""The v2 calls about spot plan orders (EXCHANGES 5.3)."""

from typing import Any

from simulator.bitget.desk import Desk
from simulator.bitget.parameters import Parameters, optional, whole_number
from simulator.bitget.refusal import Refusal, empty
from simulator.bitget.spot import answers
from simulator.bitget.spot.book import Book
from simulator.bitget.spot.drafts import read_plan, read_symbol
from simulator.bitget.spot.order_calls import newest
from simulator.bitget.spot.plans import finish_plan, place_plan
from simulator.bitget.spot.records import Plan
from simulator.wire.exchanged import Request

MISSING, DONE = Refusal("43025", "Plan order does not exist"), Refusal("43004", "There is no order to cancel")


class PlanCalls:
    def __init__(self, book: Book) -> None:
        self._book = book

    def place(self, desk: Desk, params: Parameters, request: Request) -> Any:
        return answers.placed(self.take_in(desk, params, request))

    def take_in(self, desk: Desk, params: Parameters, request: Request) -> Plan:
        plan = read_plan(params, desk.api_key, request.received_ms, self._book.shared.clock.now_ms())
        return place_plan(self._book, desk.spot, plan)

    def cancel(self, desk: Desk, params: Parameters, _: Request) -> Any:
        self.take_out(desk, params)
        return {"result": "success"}

    def take_out(self, desk: Desk, params: Parameters) -> Plan:
        plan = self.find(desk, params)
        if plan is None:
            raise MISSING
        if not plan.is_open:
            raise DONE
        finish_plan(self._book, desk.spot, plan, "cancelled")
        return plan

    def cancel_batch(self, desk: Desk, params: Parameters, _: Request) -> Any:
        """All of the named symbols, or all."""
        names = params.get("symbolList") or []
        done = [plan for plan in desk.spot.plans.open.values() if not names or plan.symbol in names]
        for plan in done:
            finish_plan(self._book, desk.spot, plan, "cancelled")
        return {"successList": [answers.placed(plan) for plan in done], "failureList": []}

    def current(self, desk: Desk, params: Parameters, _: Request) -> Any:
        return paged([answers.planned(plan) for plan in self.waiting(desk, params)])

    def waiting(self, desk: Desk, params: Parameters) -> list[Plan]:
        name = read_symbol(params).name if optional(params, "symbol") else None
        found = [plan for plan in desk.spot.plans.open.values() if name in (None, plan.symbol)]
        return newest([plan for plan in found if plan.plan_type != "tpsl"], params, lambda plan: plan.id)

    def history(self, desk: Desk, params: Parameters, _: Request) -> Any:
        return paged([answers.planned(plan) for plan in self.ended(desk, params)])

    def ended(self, desk: Desk, params: Parameters) -> list[Plan]:
        name = read_symbol(params).name
        start, end = whole_number(params, "startTime", 0), whole_number(params, "endTime", 1 << 62)
        found = [
            plan
            for plan in desk.spot.plans.values()
            if not plan.is_open and plan.symbol == name and start <= plan.accepted_ms <= end
        ]
        return newest(found, params, lambda plan: plan.id)

    @staticmethod
    def find(desk: Desk, params: Parameters) -> Plan | None:
        if optional(params, "orderId"):
            return desk.spot.plans.get(whole_number(params, "orderId", 0))
        if not optional(params, "clientOid"):
            raise empty("orderId")
        return desk.spot.plans.by_client_id.get(optional(params, "clientOid"))


def paged(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"nextFlag": False, "idLessThan": rows[-1]["orderId"] if rows else None, "orderList": rows}
