"""Rows of the v1 streams (EXCHANGES 4.4): the same records in the shorter names of v1."""

from decimal import Decimal
from typing import Any

from simulator.bitget.mix import answers as mix_answers
from simulator.bitget.mix import margin
from simulator.bitget.mix import records as mix
from simulator.bitget.spot import records as spot
from simulator.bitget.streams import rows
from simulator.bitget.symbols import SYMBOLS
from simulator.bitget.v1 import answers, names
from simulator.wallet import Wallet

ORDER_STATES = {"live": "new", "partially_filled": "partial-fill", "filled": "full-fill"}  # else cancelled


def mix_order(order: mix.Order, fill: mix.Fill | None) -> dict[str, Any]:
    average = order.quote_filled / order.filled if order.filled else "0"
    return {
        "instId": order.symbol + names.MIX_SUFFIX, "ordId": str(order.id), "clOrdId": order.client_id,
        "px": order.price, "sz": order.quantity, "ordType": order.type, "force": names.OLD_FORCES[order.force],
        "side": order.direction, "posSide": order.position, "tS": names.old_side(order.side, order.trade_side),
        "tdMode": "isolated" if order.margin_mode == "isolated" else "cross", "tgtCcy": mix_answers.COIN,
        "status": ORDER_STATES.get(order.state, "cancelled"), "lever": str(order.leverage),
        "accFillSz": order.filled, "avgPx": average, "pnl": order.realised, "enterPointSource": "API",
        "hM": names.hold_mode(order.hedged), "low": order.closes and not order.hedged,
        "feeDetail": [{"feeCcy": mix_answers.COIN, "fee": -order.fee}], "cTime": order.accepted_ms,
        "uTime": order.updated_ms, **_filled(fill, mix_answers.COIN),
    }  # fmt: skip


def spot_order(order: spot.Order, fill: spot.Fill | None) -> dict[str, Any]:
    symbol = SYMBOLS[order.symbol]
    coin_name = symbol.base if order.side == "buy" else symbol.quote
    return {
        "instId": order.symbol + names.SPOT_SUFFIX, "ordId": str(order.id), "clOrdId": order.client_id,
        "px": order.price, "sz": order.size, "notional": order.size * (order.price or 1), "ordType": order.type,
        "force": names.OLD_FORCES[order.force], "side": order.side,
        "status": ORDER_STATES.get(order.state, "cancelled"), "accFillSz": order.filled,
        "avgPx": order.quote_filled / order.filled if order.filled else "0", "enterPointSource": "API",
        "feeDetail": [{"feeCcy": coin_name, "fee": -order.fee}], "cTime": order.accepted_ms,
        "uTime": order.updated_ms, **_filled(fill, coin_name),
    }  # fmt: skip


def _filled(fill: mix.Fill | spot.Fill | None, coin_name: str) -> dict[str, Any]:
    if fill is None:
        return {}
    return {
        "tradeId": str(fill.id), "fillPx": fill.price, "fillSz": fill.quantity, "fillTime": str(fill.at_ms),
        "fillFee": -fill.fee, "fillFeeCcy": coin_name, "execType": "M" if fill.is_maker else "T",
    }  # fmt: skip


def mix_plan(plan: mix.Plan) -> dict[str, Any]:
    return {
        "id": str(plan.id), "instId": plan.symbol + names.MIX_SUFFIX, "cOid": plan.client_id,
        "ordId": str(plan.order_id or ""), "triggerPx": plan.trigger_price, "triggerPxType": plan.trigger_type,
        "planType": rows.PLAN_TYPES[plan.plan_type], "ordPx": plan.execute_price, "sz": plan.quantity,
        "actualSz": plan.quantity if plan.order_id else "0", "ordType": plan.type, "side": plan.direction,
        "posSide": plan.hold or plan.position, "tgtCcy": mix_answers.COIN,
        "state": names.PLAN_STATES[plan.state], "enterPointSource": "API", "hM": names.hold_mode(plan.hedged),
        "cTime": plan.accepted_ms, "uTime": plan.updated_ms,
    }  # fmt: skip


def spot_plan(plan: spot.Plan) -> dict[str, Any]:
    return {
        "id": str(plan.id), "instId": plan.symbol + names.SPOT_SUFFIX, "cOid": plan.client_id,
        "ordId": str(plan.order_id or ""), "triggerPx": plan.trigger_price, "triggerPxType": plan.trigger_type,
        "ordPx": plan.execute_price, "sz": plan.size, "ordType": plan.type, "side": plan.side,
        "state": names.PLAN_STATES[plan.state], "enterPointSource": "API", "cTime": plan.accepted_ms,
        "uTime": plan.updated_ms,
    }  # fmt: skip


def position(desk: mix.MixDesk, held: mix.MixPosition, marks: margin.Marks) -> dict[str, Any]:
    told = rows.position(desk, held, marks)
    return {
        "posId": told["posId"], "instId": held.symbol + names.MIX_SUFFIX, "instName": held.symbol,
        "marginCoin": told["marginCoin"], "margin": told["marginSize"],
        "marginMode": names.margin_mode(told["marginMode"] == "isolated"), "holdSide": told["holdSide"],
        "holdMode": names.hold_mode(held.side != mix.NET), "total": told["total"], "available": told["available"],
        "locked": told["frozen"], "averageOpenPrice": told["openPriceAvg"], "leverage": told["leverage"],
        "achievedProfits": told["achievedProfits"], "upl": told["unrealizedPL"], "uplRate": told["unrealizedPLR"],
        "liqPx": told["liquidationPrice"], "keepMarginRate": told["keepMarginRate"],
        "marginRate": told["marginRate"], "markPrice": told["markPrice"], "cTime": told["cTime"],
        "uTime": told["uTime"],
    }  # fmt: skip


def account(desk: mix.MixDesk, marks: margin.Marks) -> dict[str, Any]:
    told = rows.account(desk, marks)
    same = ("marginCoin", "available", "maxOpenPosAvailable", "maxTransferOut", "equity", "usdtEquity")
    return {"locked": told["frozen"], **{name: told[name] for name in same}}


def coin(wallet: Wallet) -> dict[str, Any]:
    told: dict[str, Any] = answers.asset(wallet)
    return {**told, "coinId": str(told["coinId"])} | {"frozen": wallet.locked or Decimal(0)}
