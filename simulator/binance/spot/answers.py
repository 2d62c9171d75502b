"""Spot orders, lists, fills and wallets in Binance's own words (EXCHANGES 2.5, 2.6)."""

from typing import Any

from simulator.binance.spot.records import Desk, Fill, Order, OrderList


def acknowledged(order: Order) -> dict[str, Any]:
    return {
        "symbol": order.symbol, "orderId": order.id, "orderListId": order.list_id, "clientOrderId": order.client_id,
        "transactTime": order.updated_ms,
    }  # fmt: skip


def resulted(order: Order) -> dict[str, Any]:
    answer = {
        "symbol": order.symbol, "orderId": order.id, "orderListId": order.list_id, "clientOrderId": order.client_id,
        "transactTime": order.updated_ms, "price": f"{order.price:.8f}", "origQty": f"{order.quantity:.8f}",
        "executedQty": f"{order.filled:.8f}", "origQuoteOrderQty": f"{order.quote_quantity:.8f}",
        "cummulativeQuoteQty": f"{order.quote_filled:.8f}", "status": order.state, "timeInForce": order.time_in_force,
        "type": order.type, "side": order.side, "workingTime": order.working_ms,
        "selfTradePreventionMode": "EXPIRE_MAKER",
    }  # fmt: skip
    if order.stop_price:
        answer["stopPrice"] = f"{order.stop_price:.8f}"
    return answer


def full(desk: Desk, order: Order) -> dict[str, Any]:
    """RESULT with the fills: the order has just been made, so they are the newest ones of the desk."""
    fills = []
    for fill in reversed(desk.fills):
        if fill.order_id < order.id:
            break
        if fill.order_id == order.id:
            fills.append({
                "price": f"{fill.price:.8f}", "qty": f"{fill.quantity:.8f}", "commission": f"{fill.commission:.8f}",
                "commissionAsset": fill.commission_asset, "tradeId": fill.id,
            })  # fmt: skip
    return {**resulted(order), "fills": fills[::-1]}


def queried(order: Order) -> dict[str, Any]:
    return {
        "symbol": order.symbol, "orderId": order.id, "orderListId": order.list_id, "clientOrderId": order.client_id,
        "price": f"{order.price:.8f}", "origQty": f"{order.quantity:.8f}", "executedQty": f"{order.filled:.8f}",
        "cummulativeQuoteQty": f"{order.quote_filled:.8f}", "status": order.state, "timeInForce": order.time_in_force,
        "type": order.type, "side": order.side, "stopPrice": f"{order.stop_price:.8f}", "icebergQty": "0.00000000",
        "time": order.accepted_ms, "updateTime": order.updated_ms, "isWorking": order.working_ms > 0,
        "workingTime": order.working_ms, "origQuoteOrderQty": f"{order.quote_quantity:.8f}",
        "selfTradePreventionMode": "EXPIRE_MAKER",
    }  # fmt: skip


def cancelled(order: Order, cancel_id: str) -> dict[str, Any]:
    """`clientOrderId` is the cancel's own id, `origClientOrderId` that of the order."""
    return {**resulted(order), "origClientOrderId": order.client_id, "clientOrderId": cancel_id}


def listed(desk: Desk, orders: OrderList, now_ms: int) -> dict[str, Any]:
    """As queried; `listed_with_reports` is the answer to placing and cancelling."""
    return {
        "orderListId": orders.id, "contingencyType": orders.contingency,
        "listStatusType": "EXEC_STARTED" if orders.state == "EXECUTING" else "ALL_DONE",
        "listOrderStatus": orders.state, "listClientOrderId": orders.client_id, "transactionTime": now_ms,
        "symbol": orders.symbol,
        "orders": [
            {"symbol": orders.symbol, "orderId": order_id, "clientOrderId": desk.orders[order_id].client_id}
            for order_id in orders.order_ids
        ],
    }  # fmt: skip


def listed_with_reports(desk: Desk, orders: OrderList, reports: list[dict[str, Any]], now_ms: int) -> dict[str, Any]:
    return {**listed(desk, orders, now_ms), "orderReports": reports}


def traded(fill: Fill) -> dict[str, Any]:
    return {
        "symbol": fill.symbol, "id": fill.id, "orderId": fill.order_id, "orderListId": fill.list_id,
        "price": f"{fill.price:.8f}", "qty": f"{fill.quantity:.8f}", "quoteQty": f"{fill.price * fill.quantity:.8f}",
        "commission": f"{fill.commission:.8f}", "commissionAsset": fill.commission_asset, "time": fill.at_ms,
        "isBuyer": fill.is_buyer, "isMaker": fill.is_maker, "isBestMatch": True,
    }  # fmt: skip


def account(desk: Desk, now_ms: int, omit_zero: bool) -> dict[str, Any]:
    balances = [
        {"asset": wallet.asset, "free": f"{wallet.free:.8f}", "locked": f"{wallet.locked:.8f}"}
        for wallet in desk.wallets.values()
        if wallet.free or wallet.locked or not omit_zero
    ]
    rates = {"maker": "0.00100000", "taker": "0.00100000", "buyer": "0.00000000", "seller": "0.00000000"}
    return {
        "makerCommission": 10, "takerCommission": 10, "buyerCommission": 0, "sellerCommission": 0,
        "commissionRates": rates, "canTrade": desk.can_trade, "canWithdraw": "withdraw" in desk.permissions,
        "canDeposit": True, "brokered": False, "requireSelfTradePrevention": False, "preventSor": False,
        "updateTime": now_ms, "accountType": "SPOT", "balances": balances, "permissions": ["SPOT"], "uid": 1,
    }  # fmt: skip


def restrictions(desk: Desk) -> dict[str, Any]:
    """What the key may do, as its owner set it in the account's API management."""
    trades = "trade" in desk.permissions
    return {
        "ipRestrict": False, "createTime": desk.created_ms, "enableReading": "read" in desk.permissions,
        "enableWithdrawals": "withdraw" in desk.permissions, "enableInternalTransfer": False, "enableMargin": False,
        "enableFutures": trades, "permitsUniversalTransfer": False, "enableVanillaOptions": False,
        "enableFixApiTrade": False, "enableFixReadOnly": False, "enablePortfolioMarginTrading": False,
        "enableSpotAndMarginTrading": trades,
    }  # fmt: skip
