"""Rows of the v2 streams (EXCHANGES 5.9)."""

from decimal import Decimal
from typing import Any

from simulator.bitget.mix import answers as mix_answers
from simulator.bitget.mix import margin
from simulator.bitget.mix import records as mix
from simulator.bitget.spot import answers as spot_answers
from simulator.bitget.spot import records as spot
from simulator.bitget.symbols import SYMBOLS
from simulator.wallet import Wallet

NUMBER = Decimal("1E-8")
# What the plan types of REST are called in the channel; an entry's plan is "pl".
PLAN_TYPES = {
    "normal_plan": "pl", "profit_plan": "tp", "loss_plan": "sl", "pos_profit": "ptp", "pos_loss": "psl",
    "track_plan": "track", "moving_plan": "mtpsl",
}  # fmt: skip


def mix_order(order: mix.Order, fill: mix.Fill | None) -> dict[str, Any]:
    average = order.quote_filled / order.filled if order.filled else Decimal(0)
    return {
        "instId": order.symbol, "orderId": str(order.id), "clientOid": order.client_id, "price": order.price,
        "size": order.quantity, "notionalUsd": order.quantity * (order.price or average),
        "orderType": order.type, "force": order.force, "side": order.side, "posSide": order.position,
        "tradeSide": order.trade_side, "posMode": mix_answers.MODES[order.hedged], "marginMode": order.margin_mode,
        "marginCoin": mix_answers.COIN, "leverage": str(order.leverage),
        "reduceOnly": "yes" if order.closes else "no", "status": order.state, "accBaseVolume": order.filled,
        "priceAvg": average or "", "pnl": order.realised, "enterPointSource": "API", "stpMode": "none",
        "orderSource": order.source, "cancelReason": order.cancel_reason,
        "presetStopSurplusPrice": order.target or "", "presetStopLossPrice": order.stop or "",
        "feeDetail": [{"feeCoin": mix_answers.COIN, "fee": -order.fee}] if order.fee else [],
        "cTime": str(order.accepted_ms), "uTime": str(order.updated_ms), **_filled(fill, mix_answers.COIN),
    }  # fmt: skip


def spot_order(order: spot.Order, fill: spot.Fill | None) -> dict[str, Any]:
    """`newSize` is what was sent (quote for a market buy), `size` its worth; a market order has no price."""
    symbol = SYMBOLS[order.symbol]
    coin = symbol.base if order.side == "buy" else symbol.quote
    average = order.quote_filled / order.filled if order.filled else Decimal(0)
    worth = order.size * (order.price or 1)
    return {
        "instId": order.symbol, "orderId": str(order.id), "clientOid": order.client_id, "size": worth,
        "newSize": order.size, "notional": worth, "orderType": order.type, "force": order.force, "side": order.side,
        "status": order.state, "accBaseVolume": order.filled, "priceAvg": average, "enterPointSource": "API",
        "stpMode": "none", "feeDetail": [{"feeCoin": coin, "fee": -order.fee}] if order.fee else [],
        "cTime": str(order.accepted_ms), "uTime": str(order.updated_ms),
        **({"price": order.price} if order.price else {}), **_filled(fill, coin),
    }  # fmt: skip


def _filled(fill: mix.Fill | spot.Fill | None, coin: str) -> dict[str, Any]:
    """Of the fill that is told; without one the keys are missing, as they are there."""
    if fill is None:
        return {}
    return {
        "tradeId": str(fill.id), "fillPrice": fill.price, "baseVolume": fill.quantity, "fillTime": str(fill.at_ms),
        "fillFee": -fill.fee, "fillFeeCoin": coin, "fillNotionalUsd": fill.price * fill.quantity,
        "tradeScope": "M" if fill.is_maker else "T",
    }  # fmt: skip


def mix_fill(fill: mix.Fill, order: mix.Order) -> dict[str, Any]:
    told = mix_answers.traded(fill)
    return {**told, "orderType": order.type, "uTime": told["cTime"]}


def mix_plan(plan: mix.Plan) -> dict[str, Any]:
    return {
        "instId": plan.symbol, "orderId": str(plan.id), "clientOid": plan.client_id,
        "executeOrderId": str(plan.order_id or ""), "triggerPrice": plan.trigger_price,
        "triggerType": plan.trigger_type, "triggerTime": str(plan.updated_ms if plan.order_id else ""),
        "planType": PLAN_TYPES[plan.plan_type], "price": plan.trigger_price, "executePrice": plan.execute_price,
        "size": plan.quantity or "", "actualSize": plan.quantity if plan.order_id else "0", "orderType": plan.type,
        "side": plan.side, "tradeSide": plan.trade_side, "posSide": plan.hold or plan.position,
        "posMode": mix_answers.MODES[plan.hedged], "marginCoin": mix_answers.COIN, "marginMode": plan.margin_mode,
        "status": plan.state, "enterPointSource": "API", "stpMode": "none",
        "stopSurplusTriggerPrice": plan.target or "", "stopSurplusTriggerType": "fill_price",
        "stopLossTriggerPrice": plan.stop or "", "stopLossTriggerType": "fill_price",
        "cTime": str(plan.accepted_ms), "uTime": str(plan.updated_ms),
    }  # fmt: skip


def spot_plan(plan: spot.Plan) -> dict[str, Any]:
    return {
        "instId": plan.symbol, "orderId": str(plan.id), "clientOid": plan.client_id,
        "executeOrderId": str(plan.order_id or ""), "triggerPrice": plan.trigger_price,
        "triggerType": plan.trigger_type, "planType": plan.plan_type, "price": plan.trigger_price,
        "executePrice": plan.execute_price, "size": plan.size, "actualSize": plan.size if plan.order_id else "0",
        "orderType": plan.type, "side": plan.side, "status": plan.state, "enterPointSource": "API",
        "stpMode": "none", "cTime": str(plan.accepted_ms), "uTime": str(plan.updated_ms),
    }  # fmt: skip


def position(desk: mix.MixDesk, held: mix.MixPosition, marks: margin.Marks) -> dict[str, Any]:
    """`frozen` here is `locked` of REST."""
    told = mix_answers.position(desk, held, marks)
    same = (
        "marginCoin", "marginSize", "marginMode", "holdSide", "posMode", "total", "available", "openPriceAvg",
        "leverage", "achievedProfits", "unrealizedPL", "liquidationPrice", "keepMarginRate", "breakEvenPrice",
        "totalFee", "deductedFee", "markPrice", "assetMode", "autoMargin", "cTime", "uTime",
    )  # fmt: skip
    margin_size = told["marginSize"]
    return {
        "posId": f"{held.opened_ms}{SYMBOLS[held.symbol].coin_id}", "instId": held.symbol,
        "frozen": told["locked"], "marginRate": told["marginRatio"],
        "unrealizedPLR": (told["unrealizedPL"] / margin_size).quantize(NUMBER) if margin_size else Decimal(0),
        **{name: told[name] for name in same},
    }  # fmt: skip


def account(desk: mix.MixDesk, marks: margin.Marks) -> dict[str, Any]:
    told = mix_answers.account(desk, None, marks)
    return {
        "marginCoin": told["marginCoin"], "frozen": told["locked"], "available": told["available"],
        "maxOpenPosAvailable": told["crossedMaxAvailable"], "maxTransferOut": told["maxTransferOut"],
        "equity": told["accountEquity"], "usdtEquity": told["usdtEquity"], "crossedRiskRate": told["crossedRiskRate"],
        "unrealizedPL": told["unrealizedPL"], "assetMode": told["assetMode"],
    }  # fmt: skip


def coin(wallet: Wallet) -> dict[str, Any]:
    return spot_answers.asset(wallet)
