"""The spot calls of v1: each translates its parameters, and leaves the deed to v2's (EXCHANGES 4.3, 4.4)."""

from typing import Any

from simulator.bitget import account_calls
from simulator.bitget.desk import Desk
from simulator.bitget.parameters import Parameters, optional, whole_number
from simulator.bitget.spot.book import Book
from simulator.bitget.spot.order_calls import OrderCalls, newest
from simulator.bitget.spot.plan_calls import PlanCalls
from simulator.bitget.v1 import answers, names
from simulator.wire.exchanged import Request


class OldSpotCalls:
    def __init__(self, book: Book) -> None:
        self._orders, self._plans = OrderCalls(book), PlanCalls(book)

    # The account

    def info(self, desk: Desk, _: Parameters, __: Request) -> Any:
        return {
            "user_id": desk.user_id, "inviter_id": "0", "ips": "", "authorities": account_calls.authorities(desk),
            "parentId": 0, "trader": False,
        }  # fmt: skip

    def assets(self, desk: Desk, params: Parameters, _: Request) -> Any:
        found = account_calls.wallets(desk, optional(params, "coin"), held_only=False)
        return [answers.asset(wallet) for wallet in found]

    def held_assets(self, desk: Desk, params: Parameters, _: Request) -> Any:
        found = account_calls.wallets(desk, optional(params, "coin"), held_only=True)
        return [answers.asset(wallet) for wallet in found]

    # Orders

    def place(self, desk: Desk, params: Parameters, request: Request) -> Any:
        newer = {
            **params, "symbol": names.spot_symbol(params), "force": names.force(params, "force"),
            "size": params.get("quantity"), "clientOid": optional(params, "clientOrderId"),
        }  # fmt: skip
        return answers.spot_placed(self._orders.take_in(desk, newer, request))

    def cancel(self, desk: Desk, params: Parameters, _: Request) -> Any:
        """The order id alone is the data."""
        return str(self._orders.take_out(desk, _named(params)).id)

    def cancel_newer(self, desk: Desk, params: Parameters, _: Request) -> Any:
        return answers.spot_placed(self._orders.take_out(desk, _named(params)))

    def cancel_symbol(self, desk: Desk, params: Parameters, _: Request) -> Any:
        self._orders.take_all_out(desk, names.spot_symbol(params))
        return str(params["symbol"])

    def query(self, desk: Desk, params: Parameters, _: Request) -> Any:
        order = self._orders.find(desk, _named(params))
        return [] if order is None else [answers.spot_order(desk, order)]

    def open(self, desk: Desk, params: Parameters, _: Request) -> Any:
        name = names.spot_symbol(params) if optional(params, "symbol") else None
        found = [order for order in desk.spot.orders.open.values() if name in (None, order.symbol)]
        return [answers.spot_order(desk, order) for order in reversed(found)]

    def history(self, desk: Desk, params: Parameters, _: Request) -> Any:
        name = names.spot_symbol(params)
        found = [order for order in desk.spot.orders.values() if order.symbol == name and not order.is_open]
        return [answers.spot_order(desk, order) for order in newest(found, params, lambda order: order.id)]

    def fills(self, desk: Desk, params: Parameters, _: Request) -> Any:
        name, order_id = names.spot_symbol(params), whole_number(params, "orderId", 0)
        found = [fill for fill in desk.spot.fills if fill.symbol == name and order_id in (0, fill.order_id)]
        return [answers.spot_fill(desk, fill) for fill in newest(found, params, lambda fill: fill.id)]

    # Plan orders

    def place_plan(self, desk: Desk, params: Parameters, request: Request) -> Any:
        """A market buy is told its size in quote, as market orders are."""
        in_quote = optional(params, "orderType") == "market" and optional(params, "side") == "buy"
        newer = {**params, "symbol": names.spot_symbol(params), "planType": "total" if in_quote else "amount"}
        newer["force"] = names.force(params, "timeInForceValue")
        plan = self._plans.take_in(desk, newer, request)
        return {**answers.spot_placed(plan), "clientOid": plan.client_id}

    def cancel_plan(self, desk: Desk, params: Parameters, _: Request) -> Any:
        return str(self._plans.take_out(desk, params).id)

    def current_plans(self, desk: Desk, params: Parameters, _: Request) -> Any:
        return _paged([answers.spot_plan(plan) for plan in self._plans.waiting(desk, _of_page(params))])

    def plan_history(self, desk: Desk, params: Parameters, _: Request) -> Any:
        return _paged([answers.spot_plan(plan) for plan in self._plans.ended(desk, _of_page(params))])


def _named(params: Parameters) -> Parameters:
    """Which order: the symbol's name is checked, the client id goes by either name."""
    client_id = optional(params, "clientOrderId") or optional(params, "clientOid")
    return {"symbol": names.spot_symbol(params), "orderId": params.get("orderId"), "clientOid": client_id}


def _of_page(params: Parameters) -> Parameters:
    newer = {**params, "symbol": names.spot_symbol(params), "limit": params.get("pageSize")}
    return newer | {"idLessThan": params.get("lastEndId")}


def _paged(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"nextFlag": False, "endId": rows[-1]["orderId"] if rows else None, "orderList": rows}
