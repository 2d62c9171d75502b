"""The plan and TP/SL calls of v1's mix, translated (EXCHANGES 4.3, 4.4)."""

from typing import Any

from simulator.bitget.desk import Desk
from simulator.bitget.mix import answers as newer
from simulator.bitget.mix.book import Book
from simulator.bitget.mix.plan_calls import UNKNOWN, PlanCalls
from simulator.bitget.mix.records import MixDesk, Plan
from simulator.bitget.parameters import Parameters, choice, optional, text, whole_number
from simulator.bitget.products import read_filter
from simulator.bitget.refusal import wrong
from simulator.bitget.symbols import LISTED
from simulator.bitget.v1 import answers, names
from simulator.bitget.v1.mix_order_calls import modern_order, of_symbol
from simulator.wire.exchanged import Request


class OldMixPlanCalls:
    def __init__(self, book: Book) -> None:
        self._plans = PlanCalls(book)

    def place_plan(self, desk: Desk, params: Parameters, request: Request) -> Any:
        whole = modern_order(desk.mix, params)
        whole |= {
            "planType": "normal_plan", "price": params.get("executePrice"),
            "stopSurplusTriggerPrice": params.get("presetTakeProfitPrice"),
            "stopLossTriggerPrice": params.get("presetStopLossPrice"),
        }  # fmt: skip
        return newer.placed(self._plans.take_entry(desk, whole, request))

    def place_exit(self, desk: Desk, params: Parameters, request: Request) -> Any:
        """placeTPSL: of a part, which is named."""
        kind = choice(params, "planType", ("profit_plan", "loss_plan"))
        return self._exit(desk, params, kind, _hold(desk.mix, text(params, "holdSide")), request)

    def place_whole_exit(self, desk: Desk, params: Parameters, request: Request) -> Any:
        """placePositionsTPSL: of the whole position."""
        kind = choice(params, "planType", ("pos_profit", "pos_loss"))
        return self._exit(desk, params, kind, _hold(desk.mix, text(params, "holdSide")), request)

    def place_trailing(self, desk: Desk, params: Parameters, request: Request) -> Any:
        """placeTrailStop: its side is the one of the order that closes."""
        side = text(params, "side").lower()
        if side not in ("close_long", "close_short", "buy_single", "sell_single"):
            raise wrong("side")
        hold = "long" if side in ("close_long", "sell_single") else "short"
        return self._exit(desk, params, "moving_plan", _hold(desk.mix, hold), request)

    def _exit(self, desk: Desk, params: Parameters, kind: str, hold: str, request: Request) -> Any:
        whole = {
            **params, "symbol": names.mix_symbol(params), "productType": LISTED, "planType": kind, "holdSide": hold,
        }  # fmt: skip
        return newer.placed(self._plans.take_exit(desk, whole, request))

    def change_exit(self, desk: Desk, params: Parameters, request: Request) -> Any:
        return self._plans.change_exit(desk, of_symbol(params), request)

    def cancel(self, desk: Desk, params: Parameters, _: Request) -> Any:
        """The plan type is needed, and must be the order's."""
        names.mix_symbol(params)
        kind = text(params, "planType")
        plan = self._plans.waiting(desk, params)
        if plan.plan_type != kind:
            raise UNKNOWN
        return newer.placed(self._plans.take_out(desk, params))

    def current(self, desk: Desk, params: Parameters, _: Request) -> Any:
        return [answers.mix_plan(plan) for plan in self._some(desk, params, is_open=True)]

    def history(self, desk: Desk, params: Parameters, _: Request) -> Any:
        rows = [answers.mix_plan(plan) for plan in self._some(desk, params, is_open=False)]
        return {"nextFlag": False, "endId": rows[-1]["orderId"] if rows else None, "orderList": rows, "list": rows}

    @staticmethod
    def _some(desk: Desk, params: Parameters, is_open: bool) -> list[Plan]:
        """`isPlan`: plan, the default, or profit_loss. Of a symbol, or of a product type."""
        if optional(params, "symbol"):
            name: str | None = names.mix_symbol(params)
        else:
            name = read_filter({"productType": names.product(params)})
        exits = choice(params, "isPlan", ("plan", "profit_loss"), "plan") == "profit_loss"
        start, end = whole_number(params, "startTime", 0), whole_number(params, "endTime", 1 << 62)
        held = desk.mix.plans.open if is_open else desk.mix.plans
        return [
            plan
            for plan in reversed(held.values())
            if plan.is_open == is_open
            and plan.is_exit == exits
            and name in (None, plan.symbol)
            and start <= plan.accepted_ms <= end
        ]


def _hold(desk: MixDesk, value: str) -> str:
    """v1 says long or short in either mode; buy and sell are understood in one-way mode."""
    if desk.hedged:
        return value
    return {"long": "buy", "short": "sell"}.get(value.lower(), value)
