"""The v2 calls about plan orders and exits of mix (EXCHANGES 5.6)."""

from typing import Any

from simulator.bitget.desk import Desk
from simulator.bitget.mix import answers
from simulator.bitget.mix.book import Book
from simulator.bitget.mix.drafts import new_exit, read_entry, read_exit, read_hold, read_trigger
from simulator.bitget.mix.order_calls import entrusted
from simulator.bitget.mix.plans import check_exit_prices, place_entry, place_exit
from simulator.bitget.mix.records import WHOLE, ZERO, Plan
from simulator.bitget.mix.rules import check_quantity
from simulator.bitget.parameters import Parameters, choice, client_id, listed, number, optional, whole_number
from simulator.bitget.products import check_coin, read_contract, read_filter
from simulator.bitget.refusal import Refusal, empty
from simulator.bitget.spot.order_calls import in_batch, newest
from simulator.bitget.symbols import SYMBOLS
from simulator.wire.exchanged import Request

UNKNOWN, DONE = Refusal("43025", "Plan order does not exist"), Refusal("22001", "No order to cancel")
PLAN_TYPES = (
    "profit_loss", "normal_plan", "track_plan", "profit_plan", "loss_plan", "moving_plan", "pos_profit", "pos_loss",
)  # fmt: skip


class PlanCalls:
    def __init__(self, book: Book) -> None:
        self._book = book

    def place_entry(self, desk: Desk, params: Parameters, request: Request) -> Any:
        return answers.placed(self.take_entry(desk, params, request))

    def take_entry(self, desk: Desk, params: Parameters, request: Request) -> Plan:
        plan = read_entry(desk.mix, params, request.received_ms, self._book.shared.clock.now_ms())
        return place_entry(self._book, desk.mix, plan)

    def place_exit(self, desk: Desk, params: Parameters, request: Request) -> Any:
        return answers.placed(self.take_exit(desk, params, request))

    def take_exit(self, desk: Desk, params: Parameters, request: Request) -> Plan:
        plan = read_exit(desk.mix, params, request.received_ms, self._book.shared.clock.now_ms())
        return place_exit(self._book, desk.mix, plan)

    def place_both(self, desk: Desk, params: Parameters, request: Request) -> Any:
        """place-pos-tpsl: stop and target of the whole position; both are checked before either is taken in."""
        symbol, hold = read_contract(params), read_hold(desk.mix, params)
        check_coin(params)
        now_ms, plans = self._book.shared.clock.now_ms(), []
        for prefix, plan_type in (("stopSurplus", "pos_profit"), ("stopLoss", "pos_loss")):
            if not optional(params, f"{prefix}TriggerPrice"):
                continue
            plan = new_exit(desk.mix, symbol.name, plan_type, hold, ZERO, request.received_ms, now_ms)
            plan.client_id = client_id(params, f"{prefix}ClientOid")
            names = ("triggerPrice", "triggerType", "executePrice")
            read_trigger({name: params.get(prefix + name[0].upper() + name[1:]) for name in names}, plan)
            check_exit_prices(self._book, plan)
            plans.append(plan)
        if not plans:
            raise empty("stopSurplusTriggerPrice")
        return [answers.placed(place_exit(self._book, desk.mix, plan)) for plan in plans]

    def change_exit(self, desk: Desk, params: Parameters, _: Request) -> Any:
        """The old watch stays behind and is harmless: who is woken asks again whether its price is reached."""
        read_contract(params)
        plan = self.waiting(desk, params)
        if not plan.is_exit:
            raise UNKNOWN
        changed = Plan(**{name: getattr(plan, name) for name in Plan.__slots__})
        read_trigger(params, changed)
        check_exit_prices(self._book, changed)
        if plan.plan_type not in WHOLE and optional(params, "size"):
            changed.quantity = number(params, "size")
            check_quantity(changed.quantity, SYMBOLS[plan.symbol], at_market=False)
        for name in ("trigger_price", "trigger_type", "execute_price", "type", "quantity"):
            setattr(plan, name, getattr(changed, name))
        plan.updated_ms = self._book.shared.clock.now_ms()
        self._book.watch(plan)
        self._book.save_plan(plan)
        return answers.placed(plan)

    def cancel(self, desk: Desk, params: Parameters, _: Request) -> Any:
        """Those of the list, or the one named; else all of the symbol and plan type."""
        name, wanted = read_filter(params), listed(params, "orderIdList")
        if not wanted and (optional(params, "orderId") or optional(params, "clientOid")):
            wanted = [params]
        if wanted:
            return in_batch(wanted, lambda each: answers.placed(self.take_out(desk, each)))
        kind = choice(params, "planType", PLAN_TYPES, "normal_plan")
        found = [plan for plan in desk.mix.plans.open.values() if name in (None, plan.symbol) and _is_a(plan, kind)]
        for plan in found:
            self._book.finish_plan(desk.mix, plan, "cancelled")
        return {"successList": [answers.placed(plan) for plan in found], "failureList": []}

    def take_out(self, desk: Desk, params: Parameters) -> Plan:
        plan = self.waiting(desk, params)
        self._book.finish_plan(desk.mix, plan, "cancelled")
        return plan

    def pending(self, desk: Desk, params: Parameters, _: Request) -> Any:
        return entrusted([answers.planned(plan) for plan in self.some(desk, params, is_open=True)])

    def history(self, desk: Desk, params: Parameters, _: Request) -> Any:
        return entrusted([answers.planned(plan) for plan in self.some(desk, params, is_open=False)])

    def some(self, desk: Desk, params: Parameters, is_open: bool) -> list[Plan]:
        """A page of the waiting or of the ended ones, newest first."""
        name, kind = read_filter(params), choice(params, "planType", PLAN_TYPES)
        number, wanted_id = whole_number(params, "orderId", 0), optional(params, "clientOid")
        start, end = whole_number(params, "startTime", 0), whole_number(params, "endTime", 1 << 62)
        held = desk.mix.plans.open if is_open else desk.mix.plans
        found = [
            plan
            for plan in held.values()
            if plan.is_open == is_open
            and name in (None, plan.symbol)
            and number in (0, plan.id)
            and wanted_id in ("", plan.client_id)
            and _is_a(plan, kind)
            and start <= plan.accepted_ms <= end
        ]
        return newest(found, params, lambda plan: plan.id)

    @staticmethod
    def waiting(desk: Desk, params: Parameters) -> Plan:
        """By orderId, else by clientOid: the newest plan that had it."""
        if optional(params, "orderId"):
            plan = desk.mix.plans.get(whole_number(params, "orderId", 0))
        elif optional(params, "clientOid"):
            plan = desk.mix.plans.by_client_id.get(optional(params, "clientOid"))
        else:
            raise empty("orderId")
        if plan is None:
            raise UNKNOWN
        if not plan.is_open:
            raise DONE
        return plan


def _is_a(plan: Plan, kind: str) -> bool:
    return plan.is_exit if kind == "profit_loss" else plan.plan_type == kind
