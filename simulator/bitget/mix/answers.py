"""Mix orders, plan orders, fills, positions and accounts in the words of v2 (EXCHANGES 5.3-5.6)."""

from decimal import Decimal
from typing import Any

from simulator.bitget.mix import margin
from simulator.bitget.mix.positions import MAKER, TAKER
from simulator.bitget.mix.records import ZERO, Fill, MixDesk, MixPosition, Order, Plan
from simulator.bitget.symbols import Symbol

COIN = "USDT"
MODES = {False: "one_way_mode", True: "hedge_mode"}
SMALL = Decimal("1E-8")


def placed(record: Order | Plan) -> dict[str, Any]:
    return {"orderId": str(record.id), "clientOid": record.client_id}


def detail(order: Order) -> dict[str, Any]:
    """The key is `state` here, and `status` in lists."""
    average = order.quote_filled / order.filled if order.filled else ""
    return {
        "symbol": order.symbol, "size": order.quantity, "orderId": str(order.id), "clientOid": order.client_id,
        "baseVolume": order.filled, "quoteVolume": order.quote_filled, "priceAvg": average, "price": order.price or "",
        "fee": -order.fee, "state": order.state, "side": order.side, "force": order.force,
        "totalProfits": order.realised, "posSide": order.position, "marginCoin": COIN,
        "presetStopSurplusPrice": order.target or "", "presetStopLossPrice": order.stop or "",
        "presetStopSurplusExecutePrice": order.target_price or "",
        "presetStopLossExecutePrice": order.stop_price or "", "leverage": str(order.leverage),
        "marginMode": order.margin_mode, "reduceOnly": "YES" if order.closes else "NO",
        "enterPointSource": "API", "tradeSide": order.trade_side, "posMode": MODES[order.hedged],
        "orderType": order.type, "orderSource": order.source, "cancelReason": order.cancel_reason,
        "cTime": str(order.accepted_ms), "uTime": str(order.updated_ms),
    }  # fmt: skip


def listed(order: Order) -> dict[str, Any]:
    answer = detail(order)
    answer["status"] = answer.pop("state")
    return answer


def planned(plan: Plan) -> dict[str, Any]:
    return {
        "planType": plan.plan_type, "symbol": plan.symbol, "size": plan.quantity or "", "orderId": str(plan.id),
        "executeOrderId": str(plan.order_id or ""), "clientOid": plan.client_id, "planStatus": plan.state,
        "price": plan.execute_price, "executePrice": plan.execute_price, "priceType": plan.trigger_type,
        "callbackRatio": plan.callback or "", "triggerPrice": plan.trigger_price, "triggerType": plan.trigger_type,
        "side": plan.side, "posSide": plan.hold or plan.position, "marginCoin": COIN, "marginMode": plan.margin_mode,
        "enterPointSource": "API", "tradeSide": plan.trade_side, "posMode": MODES[plan.hedged],
        "orderType": plan.type, "orderSource": plan.plan_type,
        "stopSurplusTriggerPrice": plan.target or "", "stopSurplusExecutePrice": plan.target_price or "",
        "stopSurplusTriggerType": "", "stopLossTriggerPrice": plan.stop or "",
        "stopLossExecutePrice": plan.stop_price or "", "stopLossTriggerType": "",
        "cTime": str(plan.accepted_ms), "uTime": str(plan.updated_ms),
    }  # fmt: skip


def traded(fill: Fill) -> dict[str, Any]:
    fee = {"deduction": "no", "feeCoin": COIN, "totalDeductionFee": "0", "totalFee": -fill.fee}
    return {
        "tradeId": str(fill.id), "symbol": fill.symbol, "orderId": str(fill.order_id), "price": fill.price,
        "baseVolume": fill.quantity, "feeDetail": [fee], "side": fill.side,
        "quoteVolume": fill.price * fill.quantity, "profit": fill.realised, "enterPointSource": "API",
        "tradeSide": fill.trade_side, "posMode": MODES[fill.position != "net"],
        "tradeScope": "maker" if fill.is_maker else "taker", "cTime": str(fill.at_ms),
    }  # fmt: skip


def position(desk: MixDesk, held: MixPosition, marks: margin.Marks) -> dict[str, Any]:
    setting, mark, total = desk.setting(held.symbol), marks[held.symbol], abs(held.amount)
    own = [order for order in desk.orders.open.values() if (order.symbol, order.position) == (held.symbol, held.side)]
    locked = sum((order.remaining for order in own if order.closes), ZERO)
    opening = sum((order.remaining for order in own if not order.closes), ZERO)
    fees = (held.fees / held.amount).quantize(SMALL)
    return {
        "symbol": held.symbol, "marginCoin": COIN, "holdSide": held.hold, "openDelegateSize": opening,
        "marginSize": margin.initial(desk, held, mark).quantize(SMALL), "available": total - locked,
        "locked": locked, "total": total, "leverage": str(setting.leverage(held.hold)),
        "achievedProfits": held.realised, "openPriceAvg": _price(held.entry_price),
        "marginMode": setting.margin_mode, "posMode": MODES[held.side != "net"],
        "unrealizedPL": held.unrealised(mark).quantize(SMALL),
        "liquidationPrice": _price(margin.liquidation_price(desk, held, marks)), "keepMarginRate": margin.KEPT,
        "markPrice": mark, "marginRatio": _ratio(desk, held, marks), "breakEvenPrice": _price(held.entry_price + fees),
        "totalFee": "", "deductedFee": held.fees, "grant": "", "assetMode": "single", "autoMargin": "off",
        "takeProfit": "", "stopLoss": "", "takeProfitId": "", "stopLossId": "",
        "cTime": str(held.opened_ms), "uTime": str(held.updated_ms),
    }  # fmt: skip


def _price(price: Decimal) -> Decimal:
    return price.quantize(SMALL)


def _ratio(desk: MixDesk, held: MixPosition, marks: margin.Marks) -> Decimal:
    """Maintenance margin as a share of what stands for it."""
    mark = marks[held.symbol]
    if desk.setting(held.symbol).isolated:
        equity, kept = held.isolated + held.unrealised(mark), margin.maintenance(held, mark)
    else:
        whole = margin.totals(desk, marks)
        equity, kept = whole.cross_wallet + whole.cross_unrealised, whole.maintenance
    return (kept / equity).quantize(SMALL) if equity > 0 else Decimal(1)


def account(desk: MixDesk, symbol: str | None, marks: margin.Marks) -> dict[str, Any]:
    """The settings shown are the symbol's; without one they are left out, as in the list of all accounts."""
    whole = margin.totals(desk, marks)
    equity, free = (whole.wallet + whole.unrealised).quantize(SMALL), whole.available.quantize(SMALL)
    crossed = whole.cross_wallet + whole.cross_unrealised
    answer: dict[str, Any] = {
        "marginCoin": COIN, "locked": whole.ordered.quantize(SMALL), "available": free, "crossedMaxAvailable": free,
        "isolatedMaxAvailable": free, "maxTransferOut": min(free, max(whole.wallet, ZERO)), "accountEquity": equity,
        "usdtEquity": equity, "btcEquity": (equity / marks["BTCUSDT"]).quantize(SMALL),
        "crossedRiskRate": (whole.maintenance / crossed).quantize(SMALL) if crossed > 0 else ZERO,
        "unrealizedPL": whole.unrealised.quantize(SMALL), "coupon": "0",
        "crossedUnrealizedPL": whole.cross_unrealised.quantize(SMALL),
        "isolatedUnrealizedPL": whole.isolated_unrealised.quantize(SMALL), "assetMode": "single", "grant": "",
    }  # fmt: skip
    if symbol is not None:
        setting = desk.setting(symbol)
        answer.update(
            crossedMarginLeverage=setting.crossed_leverage, isolatedLongLever=setting.long_leverage,
            isolatedShortLever=setting.short_leverage, marginMode=setting.margin_mode,
            posMode=MODES[desk.hedged],
        )  # fmt: skip
    return answer


def described(symbol: Symbol) -> dict[str, Any]:
    rules = symbol.mix
    return {
        "symbol": symbol.name, "baseCoin": symbol.base, "quoteCoin": symbol.quote, "buyLimitPriceRatio": "0.05",
        "sellLimitPriceRatio": "0.05", "feeRateUpRatio": "0.005", "makerFeeRate": MAKER, "takerFeeRate": TAKER,
        "openCostUpRatio": "0.01", "supportMarginCoins": [COIN], "minTradeNum": rules.step,
        "priceEndStep": str(rules.price_end_step), "volumePlace": str(rules.volume_place),
        "pricePlace": str(rules.price_place), "sizeMultiplier": rules.step, "symbolType": "perpetual",
        "minTradeUSDT": rules.least_value, "maxSymbolOrderNum": "200", "maxProductOrderNum": "400",
        "maxPositionNum": "150", "symbolStatus": "normal", "offTime": "-1", "limitOpenTime": "-1",
        "deliveryTime": "", "deliveryStartTime": "", "deliveryPeriod": "", "launchTime": "", "fundInterval": "8",
        "minLever": "1", "maxLever": str(rules.max_leverage), "posLimit": "0.05", "maintainTime": "",
        "maxMarketOrderQty": rules.most_at_market, "maxOrderQty": rules.most, "isRwa": "NO",
    }  # fmt: skip


def ticker(symbol: Symbol, last: Decimal, now_ms: int) -> dict[str, Any]:
    first = symbol.start_price
    change = ((last - first) / first).quantize(Decimal("0.00001"))
    return {
        "symbol": symbol.name, "lastPr": last, "askPr": last, "bidPr": last, "askSz": "100", "bidSz": "100",
        "high24h": max(first, last), "low24h": min(first, last), "ts": str(now_ms), "change24h": change,
        "baseVolume": "1000", "quoteVolume": last * 1000, "usdtVolume": last * 1000, "openUtc": first,
        "changeUtc24h": change, "indexPrice": last, "fundingRate": "0.0001", "holdingAmount": "10000",
        "deliveryStartTime": None, "deliveryTime": None, "deliveryStatus": "", "open24h": first, "markPrice": last,
    }  # fmt: skip
