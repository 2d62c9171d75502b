"""The mix order calls of v1: each translates its parameters, and leaves the deed to v2's (EXCHANGES 4.3, 4.4)."""

from typing import Any

from simulator.bitget.desk import Desk
from simulator.bitget.mix import answers as newer
from simulator.bitget.mix.book import Book
from simulator.bitget.mix.drafts import read_order
from simulator.bitget.mix.order_calls import OrderCalls
from simulator.bitget.mix.records import MixDesk
from simulator.bitget.parameters import Parameters, optional, text
from simulator.bitget.products import read_filter
from simulator.bitget.refusal import wrong
from simulator.bitget.symbols import LISTED
from simulator.bitget.v1 import answers, names
from simulator.wire.exchanged import Request


class OldMixOrderCalls:
    def __init__(self, book: Book) -> None:
        self._orders = OrderCalls(book)

    def place(self, desk: Desk, params: Parameters, request: Request) -> Any:
        draft = read_order(desk.mix, modern_order(desk.mix, params))
        return newer.placed(self._orders.take_in(desk.mix, draft, request))

    def cancel(self, desk: Desk, params: Parameters, _: Request) -> Any:
        names.mix_symbol(params)
        return newer.placed(self._orders.take_out(desk, params))

    def cancel_symbol(self, desk: Desk, params: Parameters, request: Request) -> Any:
        whole = {"productType": LISTED, "symbol": names.mix_symbol(params)}
        return _done(self._orders.cancel_all(desk, whole, request)["successList"])

    def cancel_all(self, desk: Desk, params: Parameters, request: Request) -> Any:
        whole = {"productType": names.product(params)}
        return _done(self._orders.cancel_all(desk, whole, request)["successList"])

    def close_all(self, desk: Desk, params: Parameters, request: Request) -> Any:
        name = read_filter({"productType": names.product(params)})
        closed = self._orders.close(desk.mix, name, "all", request)
        return {"result": True, "order_info": [newer.placed(order) for order in closed], "fail_infos": []}

    def query(self, desk: Desk, params: Parameters, _: Request) -> Any:
        return answers.mix_order(self._orders.known(desk, of_symbol(params)))

    def current(self, desk: Desk, params: Parameters, _: Request) -> Any:
        return [answers.mix_order(order) for order in self._orders.some(desk, of_symbol(params), is_open=True)]

    def current_of_coin(self, desk: Desk, params: Parameters, _: Request) -> Any:
        whole = {"productType": names.product(params)}
        return [answers.mix_order(order) for order in self._orders.some(desk, whole, is_open=True)]

    def history(self, desk: Desk, params: Parameters, _: Request) -> Any:
        rows = [answers.mix_order(order) for order in self._orders.some(desk, of_symbol(params), is_open=False)]
        return {"nextFlag": False, "endId": rows[-1]["orderId"] if rows else None, "orderList": rows}

    def fills(self, desk: Desk, params: Parameters, _: Request) -> Any:
        name, order_id = names.mix_symbol(params), optional(params, "orderId")
        found = [fill for fill in desk.mix.fills if fill.symbol == name and order_id in ("", str(fill.order_id))]
        return [answers.mix_fill(fill) for fill in reversed(found)]


def modern_order(desk: MixDesk, params: Parameters) -> Parameters:
    """In v2's words. v1 names no margin mode: it is the account's."""
    name, old_side = names.mix_symbol(params), text(params, "side").lower()
    if old_side not in names.SIDES:
        raise wrong("side")
    side, trade_side = names.SIDES[old_side]
    return {
        **params, "symbol": name, "productType": LISTED, "marginMode": desk.setting(name).margin_mode, "side": side,
        "tradeSide": trade_side, "reduceOnly": "yes" if optional(params, "reduceOnly").lower() == "true" else "no",
        "force": names.force(params, "timeInForceValue"),
        "presetStopSurplusPrice": params.get("presetTakeProfitPrice"),
    }  # fmt: skip


def of_symbol(params: Parameters) -> Parameters:
    return {
        **params, "symbol": names.mix_symbol(params), "productType": LISTED, "limit": params.get("pageSize"),
        "idLessThan": params.get("lastEndId"),
    }  # fmt: skip


def _done(cancelled: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "result": True, "order_ids": [order["orderId"] for order in cancelled],
        "client_order_ids": [order["clientOid"] for order in cancelled], "fail_infos": [],
    }  # fmt: skip
