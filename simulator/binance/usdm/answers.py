"""Futures orders, algo orders, fills, positions and accounts in Binance's own words (EXCHANGES 3.3-3.5)."""

from decimal import Decimal
from typing import Any

from simulator.binance.usdm import margin
from simulator.binance.usdm.records import AlgoOrder, Desk, Fill, Order
from simulator.binance.usdm.symbols import SYMBOLS, most_notional
from simulator.position import Position


def price_text(symbol: str, price: Decimal) -> str:
    return f"{price:.{SYMBOLS[symbol].price_places}f}"


def quantity_text(symbol: str, quantity: Decimal) -> str:
    return f"{quantity:.{SYMBOLS[symbol].quantity_places}f}"


def placed(order: Order, acknowledged: bool = False) -> dict[str, Any]:
    """ACK, the default, says that the order was received: NEW and nothing executed, whatever has happened since."""
    state, filled = ("NEW", Decimal(0)) if acknowledged else (order.state, order.filled)
    return {
        "orderId": order.id, "symbol": order.symbol, "status": state, "clientOrderId": order.client_id,
        "price": price_text(order.symbol, order.price), "origQty": quantity_text(order.symbol, order.quantity),
        "executedQty": quantity_text(order.symbol, filled), "cumQty": quantity_text(order.symbol, filled),
        "timeInForce": order.time_in_force, "type": order.type, "reduceOnly": order.reduce_only,
        "closePosition": order.close_position, "side": order.side, "positionSide": order.position_side,
        "stopPrice": "0", "workingType": "CONTRACT_PRICE", "priceProtect": False, "origType": order.orig_type,
        "priceMatch": "NONE", "selfTradePreventionMode": "EXPIRE_MAKER", "goodTillDate": order.good_till_ms,
        "updateTime": order.updated_ms,
    }  # fmt: skip


def queried(order: Order) -> dict[str, Any]:
    average = order.quote_filled / order.filled if order.filled else Decimal(0)
    answer = placed(order)
    del answer["cumQty"]
    return {**answer, "avgPrice": f"{average:.5f}", "cumQuote": f"{order.quote_filled:.5f}", "time": order.accepted_ms}


def algo_placed(algo: AlgoOrder) -> dict[str, Any]:
    return {
        "algoId": algo.id, "clientAlgoId": algo.client_id, "algoType": "CONDITIONAL", "orderType": algo.type,
        "symbol": algo.symbol, "side": algo.side, "positionSide": algo.position_side,
        "timeInForce": algo.time_in_force, "quantity": quantity_text(algo.symbol, algo.quantity),
        "algoStatus": algo.state, "triggerPrice": price_text(algo.symbol, algo.trigger_price),
        "price": price_text(algo.symbol, algo.price), "icebergQuantity": None,
        "selfTradePreventionMode": "EXPIRE_MAKER", "workingType": algo.working_type, "priceMatch": "NONE",
        "closePosition": algo.close_position, "priceProtect": algo.price_protect, "reduceOnly": algo.reduce_only,
        "activatePrice": "", "callbackRate": "", "createTime": algo.accepted_ms, "updateTime": algo.updated_ms,
        "triggerTime": algo.triggered_ms, "goodTillDate": algo.good_till_ms,
    }  # fmt: skip


def algo_queried(desk: Desk, algo: AlgoOrder) -> dict[str, Any]:
    order = desk.orders.get(algo.order_id)
    average = order.quote_filled / order.filled if order is not None and order.filled else Decimal(0)
    return {
        **algo_placed(algo), "actualOrderId": str(algo.order_id or ""),
        "actualPrice": f"{average:.5f}",
        "actualQty": quantity_text(algo.symbol, order.filled) if order else "0",
        "actualType": order.type if order else "", "tpTriggerPrice": "0.000", "tpPrice": "0.000",
        "slTriggerPrice": "0.000", "slPrice": "0.000", "tpOrderType": "", "failReason": algo.failure,
    }  # fmt: skip


def traded(fill: Fill) -> dict[str, Any]:
    return {
        "symbol": fill.symbol, "id": fill.id, "orderId": fill.order_id, "side": fill.side,
        "positionSide": fill.position_side, "price": price_text(fill.symbol, fill.price),
        "qty": quantity_text(fill.symbol, fill.quantity), "quoteQty": f"{fill.price * fill.quantity:.8f}",
        "realizedPnl": f"{fill.realised:.8f}", "commission": f"{fill.commission:.8f}", "commissionAsset": "USDT",
        "marginAsset": "USDT", "time": fill.at_ms, "buyer": fill.side == "BUY", "maker": fill.is_maker,
    }  # fmt: skip


def position_risk(desk: Desk, position: Position, marks: margin.Marks) -> dict[str, Any]:
    """v3: without leverage and margin type."""
    mark, setting = marks[position.symbol], desk.setting(position.symbol)
    initial = margin.initial(desk, position, mark) if position.amount else Decimal(0)
    waiting = [order for order in desk.orders.open.values() if order.symbol == position.symbol]
    ordered = sum((margin.order_margin(desk, order) for order in waiting), Decimal(0))
    fees = position.fees / position.amount if position.amount else Decimal(0)
    liquidation = margin.liquidation_price(desk, position, marks) if position.amount else Decimal(0)
    profit = position.unrealised(mark)
    return {
        "symbol": position.symbol, "positionSide": position.side,
        "positionAmt": quantity_text(position.symbol, position.amount), "entryPrice": f"{position.entry_price:f}",
        "breakEvenPrice": f"{position.entry_price + fees:.8f}", "markPrice": f"{mark:.8f}",
        "unRealizedProfit": f"{profit:.8f}", "liquidationPrice": f"{liquidation:.8f}" if liquidation else "0",
        "isolatedMargin": f"{position.isolated + profit:.8f}" if setting.isolated and position.amount else "0",
        "notional": f"{position.amount * mark:.8f}", "marginAsset": "USDT",
        "isolatedWallet": f"{position.isolated:.8f}" if setting.isolated else "0",
        "initialMargin": f"{initial + ordered:.8f}",
        "maintMargin": f"{margin.maintenance(position, mark):.8f}" if position.amount else "0",
        "positionInitialMargin": f"{initial:.8f}", "openOrderInitialMargin": f"{ordered:.8f}", "adl": 0,
        "bidNotional": "0", "askNotional": "0", "updateTime": position.updated_ms,
    }  # fmt: skip


def older_position_risk(desk: Desk, position: Position, marks: margin.Marks) -> dict[str, Any]:
    """v2: with the symbol's settings."""
    setting = desk.setting(position.symbol)
    return {
        **position_risk(desk, position, marks), "leverage": str(setting.leverage),
        "marginType": "isolated" if setting.isolated else "cross", "isAutoAddMargin": "false",
        "maxNotionalValue": str(most_notional(position.symbol, setting.leverage)),
        "isolated": setting.isolated,
    }  # fmt: skip


def balances(desk: Desk, marks: margin.Marks) -> list[dict[str, Any]]:
    totals = margin.totals(desk, marks)
    answer = []
    for wallet in desk.wallets.values():
        is_margin = wallet.asset == "USDT"
        available = totals.available if is_margin else wallet.balance
        answer.append({
            "accountAlias": "SgsR", "asset": wallet.asset, "balance": f"{wallet.balance:.8f}",
            "crossWalletBalance": f"{totals.cross_wallet if is_margin else wallet.balance:.8f}",
            "crossUnPnl": f"{totals.cross_unrealised if is_margin else 0:.8f}",
            "availableBalance": f"{available:.8f}", "maxWithdrawAmount": f"{min(available, wallet.balance):.8f}",
            "marginAvailable": True, "updateTime": wallet.updated_ms,
        })  # fmt: skip
    return answer


def account(desk: Desk, marks: margin.Marks, older: bool) -> dict[str, Any]:
    """v3 lists symbols with a position only; v2 all, with leverage, and the account's rights."""
    totals = margin.totals(desk, marks)
    summary = {
        "totalInitialMargin": f"{totals.position_margin + totals.order_margin:.8f}",
        "totalMaintMargin": f"{totals.maintenance:.8f}", "totalWalletBalance": f"{totals.wallet:.8f}",
        "totalUnrealizedProfit": f"{totals.unrealised:.8f}",
        "totalMarginBalance": f"{totals.wallet + totals.unrealised:.8f}",
        "totalPositionInitialMargin": f"{totals.position_margin:.8f}",
        "totalOpenOrderInitialMargin": f"{totals.order_margin:.8f}",
        "totalCrossWalletBalance": f"{totals.cross_wallet:.8f}",
        "totalCrossUnPnl": f"{totals.cross_unrealised:.8f}", "availableBalance": f"{totals.available:.8f}",
        "maxWithdrawAmount": f"{min(totals.available, max(totals.wallet, Decimal(0))):.8f}",
    }  # fmt: skip
    assets = [_asset(desk, wallet.asset, totals) for wallet in desk.wallets.values()]
    positions = [_account_position(desk, position, marks, older) for position in desk.held()]
    rights = {"feeTier": 0, "canTrade": desk.can_trade, "canDeposit": True, "canWithdraw": False, "updateTime": 0}
    return {**(rights if older else {}), **summary, "assets": assets, "positions": positions}


def _asset(desk: Desk, asset: str, totals: margin.Totals) -> dict[str, Any]:
    wallet = desk.wallet(asset)
    balance = wallet.balance
    plain = asset != "USDT"
    own, profit = Decimal(0), Decimal(0) if plain else totals.unrealised
    margins = own if plain else totals.position_margin
    ordered = own if plain else totals.order_margin
    return {
        "asset": asset, "walletBalance": f"{balance:.8f}", "unrealizedProfit": f"{profit:.8f}",
        "marginBalance": f"{balance + profit:.8f}", "maintMargin": f"{own if plain else totals.maintenance:.8f}",
        "initialMargin": f"{margins + ordered:.8f}", "positionInitialMargin": f"{margins:.8f}",
        "openOrderInitialMargin": f"{ordered:.8f}",
        "crossWalletBalance": f"{balance if plain else totals.cross_wallet:.8f}",
        "crossUnPnl": f"{own if plain else totals.cross_unrealised:.8f}",
        "availableBalance": f"{balance if plain else totals.available:.8f}",
        "maxWithdrawAmount": f"{balance if plain else totals.available:.8f}", "marginAvailable": True,
        "updateTime": wallet.updated_ms,
    }  # fmt: skip


def _account_position(desk: Desk, position: Position, marks: margin.Marks, older: bool) -> dict[str, Any]:
    risk, setting = position_risk(desk, position, marks), desk.setting(position.symbol)
    answer = {
        "symbol": position.symbol, "positionSide": position.side, "positionAmt": risk["positionAmt"],
        "unrealizedProfit": risk["unRealizedProfit"], "isolatedMargin": risk["isolatedMargin"],
        "notional": risk["notional"], "isolatedWallet": risk["isolatedWallet"], "initialMargin": risk["initialMargin"],
        "maintMargin": risk["maintMargin"], "updateTime": position.updated_ms,
    }  # fmt: skip
    if older:
        answer.update(
            entryPrice=risk["entryPrice"], breakEvenPrice=risk["breakEvenPrice"], leverage=str(setting.leverage),
            isolated=setting.isolated, positionInitialMargin=risk["positionInitialMargin"],
            openOrderInitialMargin=risk["openOrderInitialMargin"],
            maxNotional=str(most_notional(position.symbol, setting.leverage)), bidNotional="0", askNotional="0",
        )  # fmt: skip
    return answer
