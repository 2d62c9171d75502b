"""The rules of Binance's symbols, out of exchangeInfo (Binance documentation, EXCHANGES 2.4 and 3.3)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from mysignals.domain.market import Market, SymbolRules
from mysignals.domain.outcomes import RulesRead
from mysignals.exchanges.reading import Unreadable, items, mapping, number, number_or_zero, text

QUOTE = "USDT"
MAX_LEVERAGE = {Market.SPOT: 1, Market.FUTURES: 125}
"""exchangeInfo does not tell it; 125 is the most that any USDT-M symbol allows."""

ZERO = Decimal(0)
Filters = dict[str, dict[str, Any]]


def rules(answer: Any, market: Market) -> RulesRead:
    """Symbols quoted in USDT; of futures only perpetuals. A symbol that cannot be read is left out."""
    symbols = items(mapping(answer).get("symbols"))
    return RulesRead(tuple(found for told in symbols if (found := _symbol(told, market)) is not None))


def _symbol(told: Any, market: Market) -> SymbolRules | None:
    if not isinstance(told, dict) or told.get("quoteAsset") != QUOTE:
        return None
    if market is Market.FUTURES and told.get("contractType") != "PERPETUAL":
        return None
    try:
        return _rules(told, market)
    except Unreadable:
        return None


def _rules(told: dict[str, Any], market: Market) -> SymbolRules:
    filters: Filters = {text(entry, "filterType"): entry for entry in map(mapping, items(told.get("filters")))}
    lots = [filters[name] for name in ("LOT_SIZE", "MARKET_LOT_SIZE") if name in filters]
    if "LOT_SIZE" not in filters or "PRICE_FILTER" not in filters:
        raise Unreadable("no lot size or no tick size")
    return SymbolRules(
        symbol=text(told, "symbol"),
        market=market,
        base=text(told, "baseAsset"),
        quote=QUOTE,
        tick=_at_least_zero(filters["PRICE_FILTER"], "tickSize"),
        step=max(_at_least_zero(lot, "stepSize") for lot in lots),
        min_quantity=max(_at_least_zero(lot, "minQty") for lot in lots),
        max_quantity=_least(_at_least_zero(lot, "maxQty") for lot in lots),
        min_notional=_min_notional(filters),
        max_leverage=MAX_LEVERAGE[market],
        trading=told.get("status") == "TRADING" and told.get("isSpotTradingAllowed", True) is True,
    )


def _at_least_zero(entry: dict[str, Any], key: str) -> Decimal:
    found = number(entry, key)
    if found < 0:
        raise Unreadable(f"{key} is negative")
    return found


def _least(bounds: Iterable[Decimal]) -> Decimal:
    """0 switches a check off, so it is not the least of two bounds."""
    return min((bound for bound in bounds if bound), default=ZERO)


def _min_notional(filters: Filters) -> Decimal:
    """NOTIONAL is the newer form of MIN_NOTIONAL; futures say `notional`, spot `minNotional`. In quote."""
    entries = [filters[name] for name in ("NOTIONAL", "MIN_NOTIONAL") if name in filters]
    told = (number_or_zero(entry, key) for entry in entries for key in ("minNotional", "notional"))
    return max(told, default=ZERO)
