"""The events of a spot account's stream in Binance's own words (user data streams; EXCHANGES 2.9)."""

from collections.abc import Iterable
from typing import Any

from simulator.binance.spot.records import Desk, Fill, Order, OrderList
from simulator.wallet import Wallet

EXECUTIONS = {"PENDING_NEW": "NEW", "PARTIALLY_FILLED": "TRADE", "FILLED": "TRADE"}
NOTHING_FILLED = {"l": "0.00000000", "L": "0.00000000", "n": "0", "N": None, "t": -1, "m": False, "Y": "0.00000000"}


def execution_report(desk: Desk, order: Order, now_ms: int, number: int) -> dict[str, Any]:
    """`c` is the client id, except on a cancellation, where it is the cancel's own and `C` the order's."""
    execution = EXECUTIONS.get(order.state, order.state)
    own, original = order.client_id, ""
    if execution == "CANCELED":
        own, original = order.cancel_id or f"simcancel{order.id:012d}", order.client_id
    report = {
        "e": "executionReport", "E": now_ms, "s": order.symbol, "c": own, "S": order.side, "o": order.type,
        "f": order.time_in_force, "q": f"{order.quantity:.8f}", "p": f"{order.price:.8f}",
        "P": f"{order.stop_price:.8f}", "F": "0.00000000", "g": order.list_id, "C": original, "x": execution,
        "X": order.state, "r": "NONE", "i": order.id, "z": f"{order.filled:.8f}",
        **(_filled(desk.fills[-1]) if execution == "TRADE" else NOTHING_FILLED),
        "T": order.updated_ms, "I": number, "w": order.is_open and order.working_ms > 0, "M": False,
        "O": order.accepted_ms, "Z": f"{order.quote_filled:.8f}", "Q": f"{order.quote_quantity:.8f}",
        "V": "EXPIRE_MAKER",
    }  # fmt: skip
    if order.working_ms > 0:
        report["W"] = order.working_ms
    if execution == "EXPIRED":
        report["eR"] = _expiry_reason(order)
    return report


def _filled(fill: Fill) -> dict[str, Any]:
    return {
        "l": f"{fill.quantity:.8f}", "L": f"{fill.price:.8f}", "n": f"{fill.commission:.8f}",
        "N": fill.commission_asset, "t": fill.id, "m": fill.is_maker, "Y": f"{fill.quantity * fill.price:.8f}",
    }  # fmt: skip


def _expiry_reason(order: Order) -> str:
    if order.time_in_force == "FOK":
        return "UNFILLED_FOK_ORDER_EXPIRED"
    if order.time_in_force == "IOC":
        return "UNFILLED_IOC_QUANTITY_EXPIRED"
    return "OCO_TRIGGER" if order.list_id > 0 else "INSUFFICIENT_LIQUIDITY"


def list_status(desk: Desk, orders: OrderList, now_ms: int) -> dict[str, Any]:
    return {
        "e": "listStatus", "E": now_ms, "s": orders.symbol, "g": orders.id, "c": orders.contingency,
        "l": "EXEC_STARTED" if orders.state == "EXECUTING" else "ALL_DONE", "L": orders.state, "r": "NONE",
        "C": orders.client_id, "T": now_ms,
        "O": [
            {"s": orders.symbol, "i": order_id, "c": desk.orders[order_id].client_id} for order_id in orders.order_ids
        ],
    }  # fmt: skip


def account_position(wallets: Iterable[Wallet], now_ms: int) -> dict[str, Any]:
    return {
        "e": "outboundAccountPosition", "E": now_ms, "u": now_ms,
        "B": [{"a": each.asset, "f": f"{each.free:.8f}", "l": f"{each.locked:.8f}"} for each in wallets],
    }  # fmt: skip


def balance_update(asset: str, change: object, now_ms: int) -> dict[str, Any]:
    """A deposit or a withdrawal: nothing that trading did."""
    return {"e": "balanceUpdate", "E": now_ms, "a": asset, "d": f"{change:.8f}", "T": now_ms}
