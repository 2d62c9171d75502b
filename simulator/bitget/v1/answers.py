"""Orders, plan orders, positions and accounts in the words of v1 (EXCHANGES 4.4)."""

from decimal import Decimal
from typing import Any

from simulator.bitget.desk import Desk
from simulator.bitget.mix import answers as newer
from simulator.bitget.mix import margin
from simulator.bitget.mix import records as mix
from simulator.bitget.mix.positions import MAKER, TAKER
from simulator.bitget.spot import records as spot
from simulator.bitget.spot.wallets import FEE
from simulator.bitget.symbols import SYMBOLS, Symbol
from simulator.bitget.v1 import names
from simulator.wallet import Wallet

# Spot


def spot_placed(record: spot.Order | spot.Plan) -> dict[str, Any]:
    return {"orderId": str(record.id), "clientOrderId": record.client_id}


def spot_order(desk: Desk, order: spot.Order) -> dict[str, Any]:
    return {
        "accountId": desk.user_id, "symbol": order.symbol + names.SPOT_SUFFIX, "orderId": str(order.id),
        "clientOrderId": order.client_id, "price": order.price, "quantity": order.size, "orderType": order.type,
        "side": order.side, "status": names.SPOT_STATES[order.state],
        "fillPrice": order.quote_filled / order.filled if order.filled else Decimal(0),
        "fillQuantity": order.filled, "fillTotalAmount": order.quote_filled, "enterPointSource": "API",
        "orderSource": "normal", "cTime": str(order.accepted_ms),
    }  # fmt: skip


def spot_plan(plan: spot.Plan) -> dict[str, Any]:
    return {
        "orderId": str(plan.id), "clientOid": plan.client_id, "symbol": plan.symbol + names.SPOT_SUFFIX,
        "size": plan.size, "executePrice": plan.execute_price, "triggerPrice": plan.trigger_price,
        "status": names.PLAN_STATES[plan.state], "orderType": plan.type, "side": plan.side,
        "triggerType": plan.trigger_type, "executeOrderId": str(plan.order_id or ""), "enterPointSource": "API",
        "cTime": str(plan.accepted_ms),
    }  # fmt: skip


def spot_fill(desk: Desk, fill: spot.Fill) -> dict[str, Any]:
    return {
        "accountId": desk.user_id, "symbol": fill.symbol + names.SPOT_SUFFIX, "orderId": str(fill.order_id),
        "fillId": str(fill.id), "orderType": fill.type, "side": fill.side, "fillPrice": fill.price,
        "fillQuantity": fill.quantity, "fillTotalAmount": fill.price * fill.quantity, "feeCcy": fill.fee_asset,
        "fees": -fill.fee, "cTime": str(fill.at_ms),
    }  # fmt: skip


def asset(wallet: Wallet) -> dict[str, Any]:
    """`lock` here, `locked` in v2."""
    numbers = {symbol.base: symbol.coin_id for symbol in SYMBOLS.values()} | {"USDT": 2}
    return {
        "coinId": numbers.get(wallet.asset, 0), "coinName": wallet.asset, "available": wallet.free,
        "frozen": wallet.locked, "lock": Decimal(0), "uTime": str(wallet.updated_ms),
    }  # fmt: skip


def product(symbol: Symbol) -> dict[str, Any]:
    rules = symbol.spot
    return {
        "symbol": symbol.name + names.SPOT_SUFFIX, "symbolName": symbol.name, "symbolDisplayName": symbol.name,
        "baseCoin": symbol.base, "quoteCoin": symbol.quote, "minTradeAmount": rules.step,
        "maxTradeAmount": "10000000000", "takerFeeRate": FEE, "makerFeeRate": FEE,
        "priceScale": str(rules.price_places), "quantityScale": str(rules.quantity_places),
        "quotePrecision": str(rules.quote_places), "status": "online", "minTradeUSDT": rules.least_value,
        "buyLimitPriceRatio": rules.band, "sellLimitPriceRatio": rules.band, "maxOrderNum": "500",
    }  # fmt: skip


def spot_ticker(symbol: Symbol, last: Decimal, now_ms: int) -> dict[str, Any]:
    first = symbol.start_price
    return {
        "symbol": symbol.name, "high24h": max(first, last), "low24h": min(first, last), "close": last,
        "quoteVol": last * 1000, "baseVol": "1000", "usdtVol": last * 1000, "ts": str(now_ms), "buyOne": last,
        "sellOne": last, "bidSz": "100", "askSz": "100", "openUtc0": first,
        "changeUtc": ((last - first) / first).quantize(Decimal("0.00001")),
        "change": ((last - first) / first).quantize(Decimal("0.00001")),
    }  # fmt: skip


# Mix


def mix_order(order: mix.Order) -> dict[str, Any]:
    """Numbers are JSON numbers here, and only here."""
    return {
        "symbol": order.symbol + names.MIX_SUFFIX, "size": float(order.quantity), "orderId": str(order.id),
        "clientOid": order.client_id, "filledQty": float(order.filled), "fee": -float(order.fee),
        "price": float(order.price) if order.price else None,
        "priceAvg": float(order.quote_filled / order.filled) if order.filled else None,
        "state": names.MIX_STATES[order.state], "side": names.old_side(order.side, order.trade_side),
        "timeInForce": names.OLD_FORCES[order.force], "totalProfits": float(order.realised),
        "posSide": order.position, "marginCoin": newer.COIN, "filledAmount": float(order.quote_filled),
        "orderType": order.type, "leverage": str(order.leverage),
        "marginMode": names.margin_mode(order.margin_mode == "isolated"),
        "reduceOnly": order.closes and not order.hedged, "enterPointSource": "API",
        "tradeSide": names.old_side(order.side, order.trade_side), "holdMode": names.hold_mode(order.hedged),
        "presetTakeProfitPrice": float(order.target) if order.target else None,
        "presetStopLossPrice": float(order.stop) if order.stop else None, "orderSource": order.source,
        "cTime": str(order.accepted_ms), "uTime": str(order.updated_ms),
    }  # fmt: skip


def mix_plan(plan: mix.Plan) -> dict[str, Any]:
    return {
        "orderId": str(plan.id), "clientOid": plan.client_id, "symbol": plan.symbol + names.MIX_SUFFIX,
        "marginCoin": newer.COIN, "size": plan.quantity, "executePrice": plan.execute_price,
        "triggerPrice": plan.trigger_price, "status": names.PLAN_STATES[plan.state], "orderType": plan.type,
        "planType": plan.plan_type, "side": names.old_side(plan.side, plan.trade_side),
        "triggerType": plan.trigger_type, "presetTakeProfitPrice": plan.target, "presetTakeLossPrice": plan.stop,
        "rangeRate": plan.callback or "", "executeOrderId": str(plan.order_id or ""), "enterPointSource": "API",
        "cTime": str(plan.accepted_ms), "uTime": str(plan.updated_ms),
    }  # fmt: skip


def mix_fill(fill: mix.Fill) -> dict[str, Any]:
    return {
        "tradeId": str(fill.id), "symbol": fill.symbol + names.MIX_SUFFIX, "orderId": str(fill.order_id),
        "price": fill.price, "sizeQty": fill.quantity, "fee": -fill.fee,
        "side": names.old_side(fill.side, fill.trade_side), "fillAmount": fill.price * fill.quantity,
        "profit": fill.realised, "enterPointSource": "API", "tradeSide": names.old_side(fill.side, fill.trade_side),
        "holdMode": names.hold_mode(fill.position != mix.NET), "takerMakerFlag": "maker" if fill.is_maker else "taker",
        "cTime": str(fill.at_ms),
    }  # fmt: skip


def position(desk: mix.MixDesk, held: mix.MixPosition, marks: margin.Marks) -> dict[str, Any]:
    told, setting = newer.position(desk, held, marks), desk.setting(held.symbol)
    kept = ("marginCoin", "holdSide", "available", "locked", "total", "achievedProfits", "unrealizedPL", "cTime")
    return {
        **{name: told[name] for name in (*kept, "liquidationPrice", "keepMarginRate", "uTime")},
        "symbol": held.symbol + names.MIX_SUFFIX, "openDelegateCount": told["openDelegateSize"],
        "margin": told["marginSize"], "leverage": setting.leverage(held.hold),
        "averageOpenPrice": told["openPriceAvg"], "marginMode": names.margin_mode(setting.isolated),
        "holdMode": names.hold_mode(held.side != mix.NET), "marketPrice": told["markPrice"],
        "marginRatio": told["marginRatio"], "autoMargin": "off",
    }  # fmt: skip


def account(desk: mix.MixDesk, symbol: str | None, marks: margin.Marks) -> dict[str, Any]:
    told = newer.account(desk, symbol, marks)
    answer = {
        "marginCoin": newer.COIN, "locked": told["locked"], "available": told["available"],
        "crossMaxAvailable": told["crossedMaxAvailable"], "fixedMaxAvailable": told["isolatedMaxAvailable"],
        "maxTransferOut": told["maxTransferOut"], "equity": told["accountEquity"], "usdtEquity": told["usdtEquity"],
        "btcEquity": told["btcEquity"], "crossRiskRate": told["crossedRiskRate"],
        "unrealizedPL": told["unrealizedPL"] if desk.held() else None, "bonus": "0",
        "crossedUnrealizedPL": told["crossedUnrealizedPL"] if desk.held() else None,
        "isolatedUnrealizedPL": told["isolatedUnrealizedPL"] if desk.held() else None,
    }  # fmt: skip
    if symbol is not None:
        setting = desk.setting(symbol)
        answer.update(
            crossMarginLeverage=setting.crossed_leverage, fixedLongLeverage=setting.long_leverage,
            fixedShortLeverage=setting.short_leverage, marginMode=names.margin_mode(setting.isolated),
            holdMode=names.hold_mode(desk.hedged),
        )  # fmt: skip
    return answer


def contract(symbol: Symbol) -> dict[str, Any]:
    rules = symbol.mix
    return {
        "symbol": symbol.name + names.MIX_SUFFIX, "symbolName": symbol.name, "symbolDisplayName": symbol.name,
        "baseCoin": symbol.base, "baseCoinDisplayName": symbol.base, "quoteCoin": symbol.quote,
        "quoteCoinDisplayName": symbol.quote, "buyLimitPriceRatio": "0.05", "sellLimitPriceRatio": "0.05",
        "feeRateUpRatio": "0.005", "makerFeeRate": MAKER, "takerFeeRate": TAKER, "openCostUpRatio": "0.01",
        "supportMarginCoins": [newer.COIN], "minTradeNum": rules.step, "priceEndStep": str(rules.price_end_step),
        "volumePlace": str(rules.volume_place), "pricePlace": str(rules.price_place), "sizeMultiplier": rules.step,
        "symbolType": "perpetual", "symbolStatus": "normal", "offTime": "-1", "limitOpenTime": "-1",
        "maintainTime": "", "maxSymbolOrderNum": "200", "maxProductOrderNum": "400", "maxPositionNum": "150",
        "minTradeUSDT": rules.least_value,
    }  # fmt: skip


def mix_ticker(symbol: Symbol, last: Decimal, now_ms: int) -> dict[str, Any]:
    first = symbol.start_price
    change = ((last - first) / first).quantize(Decimal("0.00001"))
    return {
        "symbol": symbol.name + names.MIX_SUFFIX, "last": last, "bestAsk": last, "bestBid": last, "bidSz": "100",
        "askSz": "100", "high24h": max(first, last), "low24h": min(first, last), "timestamp": str(now_ms),
        "priceChangePercent": change, "baseVolume": "1000", "quoteVolume": last * 1000, "usdtVolume": last * 1000,
        "openUtc": first, "chgUtc": change, "indexPrice": last, "fundingRate": "0.0001", "holdingAmount": "10000",
    }  # fmt: skip
