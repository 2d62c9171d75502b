"""What is traded and by which rules, as Phemex describes it (EXCHANGES 6.5)."""

from decimal import Decimal
from typing import Any

from simulator.phemex.contracts.drafts import MOST_PRICE
from simulator.phemex.contracts.spelling import PRICE_SCALE, RATIO_SCALE, plain, scaled
from simulator.phemex.contracts.symbols import MAINTENANCE, MOST_LEVERAGE, Contract, contracts_of
from simulator.phemex.parameters import Parameters
from simulator.phemex.spot.symbols import FEE, MAX_VALUE, MIN_VALUE, PAIRS, SCALE, Pair

LEVERAGES = [1, 2, 3, 5, 10, 25, 50, 100]
INITIAL = 1 / Decimal(MOST_LEVERAGE)
RISK_LIMIT = 1_000_000_000  # one tier: how large a position may be does not depend on its leverage here
LISTED_MS = 1_574_650_800_000


def products(_: Parameters) -> Any:
    """`/public/products` and `/public/products-plus`."""
    inverse, linear = contracts_of(inverse=True), contracts_of(inverse=False)
    return {
        "code": 0, "msg": "",
        "data": {
            "currencies": _currencies(),
            "products": [*map(_perpetual, inverse), *map(_spot, PAIRS.values())],
            "perpProductsV2": [_perpetual_v2(contract) for contract in linear],
            "riskLimits": [{"symbol": each.name, "steps": "1", "riskLimits": [_risk_limit()]} for each in inverse],
            "leverages": [{
                "initialMargin": "1.0%", "initialMarginEr": scaled(INITIAL, RATIO_SCALE), "options": LEVERAGES,
            }],
            "riskLimitsV2": [_risk_limits_v2(each) for each in linear],
            "leveragesV2": [{"options": [float(each) for each in LEVERAGES], "initialMarginRr": plain(INITIAL)}],
            "leverageMargins": [{"index_id": 1, "items": [_leverage_margin()]}],
            "ratioScale": 8, "md5Checksum": "5c6604814d3c1bafbe602c3d11a7e8bf",
        },
    }  # fmt: skip


def older_products(_: Parameters) -> Any:
    """`/v1/exchange/public/products`: contracts only, with their fees and currencies."""
    described = [_older(each) for each in (*contracts_of(inverse=True), *contracts_of(inverse=False))]
    return {"code": 0, "msg": "OK", "data": described}


def _currencies() -> list[dict[str, Any]]:
    names = ["BTC", "USD", "USDT", *(pair.base for pair in PAIRS.values() if pair.base != "BTC")]
    return [
        {
            "currency": name, "name": name, "code": code, "valueScale": 4 if name == "USD" else 8, "minValueEv": 1,
            "maxValueEv": 5_000_000_000_000_000_000, "needAddrTag": 0, "status": "Listed", "displayCurrency": name,
            "assetsPrecision": 2 if name == "USD" else 8,
        }
        for code, name in enumerate(names, 1)
    ]  # fmt: skip


def _perpetual(contract: Contract) -> dict[str, Any]:
    return {
        "symbol": contract.name, "code": contract.code, "type": "Perpetual",
        "displaySymbol": f"{contract.base} / USD", "indexSymbol": f".{contract.base}",
        "markSymbol": f".M{contract.base}", "contractUnderlyingAssets": "USD", "settleCurrency": contract.settle,
        "quoteCurrency": "USD", "contractSize": 1.0, "lotSize": int(contract.step), "tickSize": float(contract.tick),
        "priceScale": 4, "ratioScale": 8, "pricePrecision": _places(contract.tick),
        "minPriceEp": scaled(contract.tick, PRICE_SCALE), "maxPriceEp": scaled(MOST_PRICE, PRICE_SCALE),
        "maxOrderQty": int(contract.max_quantity), "tipOrderQty": int(contract.max_quantity),
        "description": f"{contract.name} is settled in {contract.settle}; each contract is worth 1 USD.",
        "status": "Listed", "listTime": LISTED_MS, "majorSymbol": True, "defaultLeverage": "-10",
        "fundingInterval": 28800, "maxLeverage": MOST_LEVERAGE,
    }  # fmt: skip


def _perpetual_v2(contract: Contract) -> dict[str, Any]:
    return {
        "symbol": contract.name, "code": contract.code, "type": "PerpetualV2",
        "displaySymbol": f"{contract.base} / USDT", "indexSymbol": f".{contract.name}",
        "markSymbol": f".M{contract.name}", "contractUnderlyingAssets": contract.base, "settleCurrency": "USDT",
        "quoteCurrency": "USDT", "baseCurrency": contract.base, "tickSize": plain(contract.tick), "priceScale": 0,
        "ratioScale": 0, "pricePrecision": _places(contract.tick), "qtyPrecision": _places(contract.step),
        "qtyStepSize": plain(contract.step), "minOrderValueRv": plain(contract.min_value),
        "maxOrderQtyRq": plain(contract.max_quantity), "tipOrderQtyRq": plain(contract.max_quantity),
        "minPriceRp": plain(contract.tick), "maxPriceRp": plain(MOST_PRICE),
        "description": f"{contract.name} is settled in USDT; each contract is worth 1 {contract.base}.",
        "status": "Listed", "listTime": LISTED_MS, "majorSymbol": True, "defaultLeverage": "-10",
        "fundingInterval": 28800, "maxLeverage": MOST_LEVERAGE, "leverageMargin": 1,
        "maxOpenPosLeverage": float(MOST_LEVERAGE),
    }  # fmt: skip


def _spot(pair: Pair) -> dict[str, Any]:
    return {
        "symbol": pair.name, "code": pair.code, "type": "Spot", "displaySymbol": f"{pair.base} / {pair.quote}",
        "quoteCurrency": pair.quote, "priceScale": 8, "ratioScale": 8, "pricePrecision": _places(pair.tick),
        "baseCurrency": pair.base, "baseTickSize": f"{pair.step:f} {pair.base}",
        "baseTickSizeEv": scaled(pair.step, SCALE), "quoteTickSize": f"{pair.tick:f} {pair.quote}",
        "quoteTickSizeEv": scaled(pair.tick, SCALE), "baseQtyPrecision": _places(pair.step),
        "quoteQtyPrecision": _places(pair.tick), "minOrderValue": f"{MIN_VALUE} {pair.quote}",
        "minOrderValueEv": scaled(MIN_VALUE, SCALE), "maxBaseOrderSize": f"{pair.max_quantity} {pair.base}",
        "maxBaseOrderSizeEv": scaled(pair.max_quantity, SCALE), "maxOrderValue": f"{MAX_VALUE:,} {pair.quote}",
        "maxOrderValueEv": scaled(MAX_VALUE, SCALE), "defaultTakerFee": plain(FEE),
        "defaultTakerFeeEr": scaled(FEE, RATIO_SCALE), "defaultMakerFee": plain(FEE),
        "defaultMakerFeeEr": scaled(FEE, RATIO_SCALE),
        "description": f"{pair.name} is a {pair.base}/{pair.quote} spot trading pair.", "status": "Listed",
        "tipOrderQty": 2, "listTime": LISTED_MS, "leverage": 1,
    }  # fmt: skip


def _older(contract: Contract) -> dict[str, Any]:
    scales = {"ratioScale": 8, "priceScale": 4, "valueScale": 8} if contract.inverse else {"ratioScale": 8}
    return {
        "symbol": contract.name, "underlyingSymbol": f".{contract.base}", "quoteCurrency": contract.quote,
        "baseCurrency": contract.base, "settlementCurrency": contract.settle,
        "maxOrderQty": int(contract.max_quantity), "maxPriceEp": scaled(MOST_PRICE, PRICE_SCALE),
        "lotSize": float(contract.step), "tickSize": plain(contract.tick),
        "contractSize": "1 USD" if contract.inverse else f"1 {contract.base}", **scales, "defaultLeverage": 0,
        "maxLeverage": MOST_LEVERAGE, "initMarginEr": str(scaled(INITIAL, RATIO_SCALE)),
        "maintMarginEr": str(scaled(MAINTENANCE, RATIO_SCALE)),
        "makerFeeRateEr": scaled(contract.maker, RATIO_SCALE), "takerFeeRateEr": scaled(contract.taker, RATIO_SCALE),
        "fundingInterval": 8, "deleverage": True, "description": contract.name,
        "type": "Perpetual" if contract.inverse else "PerpetualV2",
    }  # fmt: skip


def _risk_limit() -> dict[str, Any]:
    return {
        "limit": RISK_LIMIT, "initialMargin": "1.0%", "initialMarginEr": scaled(INITIAL, RATIO_SCALE),
        "maintenanceMargin": "0.5%", "maintenanceMarginEr": scaled(MAINTENANCE, RATIO_SCALE),
    }  # fmt: skip


def _risk_limits_v2(contract: Contract) -> dict[str, Any]:
    tier = {"limit": RISK_LIMIT, "initialMarginRr": plain(INITIAL), "maintenanceMarginRr": plain(MAINTENANCE)}
    return {"symbol": contract.name, "steps": "1", "riskLimits": [tier]}


def _leverage_margin() -> dict[str, Any]:
    return {
        "notionalValueRv": RISK_LIMIT, "maxLeverage": float(MOST_LEVERAGE),
        "maintenanceMarginRateRr": plain(MAINTENANCE), "maintenanceAmountRv": "0",
    }  # fmt: skip


def _places(step: Decimal) -> int:
    return max(0, -int(step.normalize().as_tuple().exponent))
