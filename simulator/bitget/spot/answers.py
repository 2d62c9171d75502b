"""Spot orders, plan orders, fills and wallets in the words of v2 (EXCHANGES 5.3, 5.5)."""

from decimal import Decimal
from typing import Any

import orjson

from simulator.bitget.desk import Desk
from simulator.bitget.spot.records import ZERO, Fill, Order, Plan
from simulator.bitget.spot.wallets import FEE
from simulator.bitget.symbols import SYMBOLS, Symbol
from simulator.wallet import Wallet


def placed(record: Order | Plan) -> dict[str, Any]:
    return {"orderId": str(record.id), "clientOid": record.client_id}


def queried(desk: Desk, order: Order) -> dict[str, Any]:
    """As orderInfo and history-orders tell it."""
    symbol = SYMBOLS[order.symbol]
    return {
        **_described(desk, order), "price": order.price, "priceAvg": _average(order), "feeDetail": _fee_detail(order),
        "cancelReason": "", "baseCoin": symbol.base, "quoteCoin": symbol.quote,
    }  # fmt: skip


def unfilled(desk: Desk, order: Order) -> dict[str, Any]:
    """Here priceAvg is the order's own price, and basePrice the average of what has filled."""
    return {
        **_described(desk, order), "priceAvg": order.price, "basePrice": _average(order), "triggerPrice": None,
        "tpslType": "normal",
    }  # fmt: skip


def _described(desk: Desk, order: Order) -> dict[str, Any]:
    return {
        "userId": desk.user_id, "symbol": order.symbol, "orderId": str(order.id), "clientOid": order.client_id,
        "size": order.size, "orderType": order.type, "side": order.side, "force": order.force, "status": order.state,
        "baseVolume": order.filled, "quoteVolume": order.quote_filled, "enterPointSource": "API",
        "orderSource": _source(order), "presetTakeProfitPrice": order.target or "",
        "presetStopLossPrice": order.stop or "", "cTime": str(order.accepted_ms), "uTime": str(order.updated_ms),
    }  # fmt: skip


def _average(order: Order) -> Decimal:
    return order.quote_filled / order.filled if order.filled else ZERO


def _source(order: Order) -> str:
    return f"tpsl_{order.type}" if order.plan_id else "normal" if order.type == "limit" else order.type


def _fee_detail(order: Order) -> str:
    """JSON inside of JSON: what was paid is negative."""
    if not order.fee:
        return ""
    symbol = SYMBOLS[order.symbol]
    asset = symbol.base if order.side == "buy" else symbol.quote
    paid = -float(order.fee)
    coin = {"deduction": False, "feeCoinCode": asset, "totalDeductionFee": 0, "totalFee": paid}
    return orjson.dumps(
        {asset: coin, "newFees": {"c": 0, "d": 0, "deduction": False, "r": paid, "t": paid, "totalDeductionFee": 0}}
    ).decode()


def planned(plan: Plan) -> dict[str, Any]:
    return {
        "orderId": str(plan.id), "clientOid": plan.client_id, "executeOrderId": str(plan.order_id or ""),
        "symbol": plan.symbol, "size": plan.size, "executePrice": plan.execute_price,
        "triggerPrice": plan.trigger_price, "status": plan.state, "orderType": plan.type, "side": plan.side,
        "planType": plan.plan_type, "triggerType": plan.trigger_type, "enterPointSource": "API",
        "cTime": str(plan.accepted_ms), "uTime": str(plan.updated_ms),
    }  # fmt: skip


def exit_waiting(desk: Desk, plan: Plan) -> dict[str, Any]:
    """A TPSL order among the unfilled ones (tpslType=tpsl)."""
    return {
        "userId": desk.user_id, "symbol": plan.symbol, "orderId": str(plan.id), "clientOid": plan.client_id,
        "priceAvg": plan.execute_price, "size": plan.size, "orderType": plan.type, "side": plan.side,
        "force": plan.force, "status": "live", "basePrice": ZERO, "baseVolume": ZERO, "quoteVolume": ZERO,
        "enterPointSource": "API", "orderSource": "tpsl_" + plan.type, "triggerPrice": plan.trigger_price,
        "tpslType": "tpsl", "cTime": str(plan.accepted_ms), "uTime": str(plan.updated_ms),
    }  # fmt: skip


def traded(desk: Desk, fill: Fill) -> dict[str, Any]:
    detail = {"deduction": "no", "feeCoin": fill.fee_asset, "totalDeductionFee": "", "totalFee": -fill.fee}
    return {
        "userId": desk.user_id, "symbol": fill.symbol, "orderId": str(fill.order_id), "tradeId": str(fill.id),
        "orderType": fill.type, "side": fill.side, "priceAvg": fill.price, "size": fill.quantity,
        "amount": fill.price * fill.quantity, "feeDetail": detail,
        "tradeScope": "maker" if fill.is_maker else "taker", "cTime": str(fill.at_ms), "uTime": str(fill.at_ms),
    }  # fmt: skip


def asset(wallet: Wallet) -> dict[str, Any]:
    return {
        "coin": wallet.asset, "available": wallet.free, "frozen": wallet.locked, "locked": ZERO,
        "limitAvailable": ZERO, "uTime": str(wallet.updated_ms),
    }  # fmt: skip


def described(symbol: Symbol) -> dict[str, Any]:
    rules = symbol.spot
    return {
        "symbol": symbol.name, "baseCoin": symbol.base, "quoteCoin": symbol.quote, "minTradeAmount": "0",
        "maxTradeAmount": "10000000000", "takerFeeRate": FEE, "makerFeeRate": FEE,
        "pricePrecision": str(rules.price_places), "quantityPrecision": str(rules.quantity_places),
        "quotePrecision": str(rules.quote_places), "status": "online", "minTradeUSDT": rules.least_value,
        "buyLimitPriceRatio": rules.band, "sellLimitPriceRatio": rules.band, "areaSymbol": "no",
        "orderQuantity": "200", "openTime": "1532454360000", "offTime": "",
    }  # fmt: skip


def ticker(symbol: Symbol, last: Decimal, now_ms: int) -> dict[str, Any]:
    """The day is measured from the symbol's first price: there is no other history."""
    first = symbol.start_price
    change = ((last - first) / first).quantize(Decimal("0.00001"))
    return {
        "symbol": symbol.name, "lastPr": last, "askPr": last, "bidPr": last, "askSz": "100", "bidSz": "100",
        "open": first, "openUtc": first, "high24h": max(first, last), "low24h": min(first, last), "change24h": change,
        "changeUtc24h": change, "baseVolume": "1000", "quoteVolume": last * 1000, "usdtVolume": last * 1000,
        "ts": str(now_ms),
    }  # fmt: skip
