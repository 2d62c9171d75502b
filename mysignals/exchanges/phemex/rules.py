"""The rules of Phemex's symbols, out of one list of all products (Phemex documentation, EXCHANGES 6.5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from mysignals.domain.market import Market, SymbolRules
from mysignals.domain.outcomes import RulesRead
from mysignals.exchanges.reading import Unreadable, items, mapping, number, number_or_zero, text, whole

from .apis import INVERSE_QUOTE, QUOTE, Api, spelled_back
from .scales import CONTRACT_PRICE, CONTRACT_VALUE, RATIO, SPOT, VALUE, fits, told

ZERO = Decimal(0)
Row = dict[str, Any]
Scales = dict[str, int]


def rules(data: Any, market: Market) -> RulesRead:
    """Spot symbols quoted in USDT; of futures those settled in USDT or in their own base.

    A symbol that cannot be read, or whose scales are not those of scales.py, is left out: an order of it would be
    wrong by powers of ten.
    """
    listed = mapping(data)
    scales = dict(_value_scales(listed))
    products = items(listed.get("products"))
    if market is Market.SPOT:
        found = [_rules(row, "Spot", _spot, scales) for row in products]
    else:
        found = [_rules(row, "Perpetual", _inverse, scales) for row in products]
        found += [_rules(row, "PerpetualV2", _linear, scales) for row in items(listed.get("perpProductsV2"))]
    return RulesRead(tuple(rule for rule in found if rule is not None))


def _value_scales(listed: Row) -> Iterator[tuple[str, int]]:
    for row in map(mapping, items(listed.get("currencies"))):
        yield text(row, "currency"), whole(row, "valueScale")


def _rules(
    told_row: Any, kind: str, read: Callable[[Row, Scales], SymbolRules | None], scales: Scales
) -> SymbolRules | None:
    if not isinstance(told_row, dict) or told_row.get("type") != kind:
        return None
    try:
        found = read(told_row, scales)
    except Unreadable:
        return None
    return found if found is not None and _is_sound(found) else None


def _is_sound(found: SymbolRules) -> bool:
    return found.symbol.isascii() and found.symbol.isalnum() and min(found.tick, found.step) > 0


def _is_listed(row: Row) -> bool:
    return row.get("status") == "Listed"


def _inverse(row: Row, scales: Scales) -> SymbolRules | None:
    """Settled in its base. Others of this kind are settled in USD, and no API of ours trades them."""
    symbol, base = text(row, "symbol"), text(row, "settleCurrency")
    told_scales = (whole(row, "priceScale"), whole(row, "ratioScale"), scales.get(base))
    value, tick, lot = number(row, "contractSize"), number(row, "tickSize"), number(row, "lotSize")
    if symbol != base + INVERSE_QUOTE or told_scales != (CONTRACT_PRICE, RATIO, VALUE):
        return None
    if value != CONTRACT_VALUE or not fits(tick, CONTRACT_PRICE) or not fits(lot, 0):
        return None
    return SymbolRules(
        symbol=symbol, market=Market.FUTURES, base=base, quote=INVERSE_QUOTE, tick=tick, step=lot, min_quantity=lot,
        max_quantity=number_or_zero(row, "maxOrderQty"), min_notional=ZERO, max_leverage=whole(row, "maxLeverage"),
        trading=_is_listed(row), contract_value=value,
    )  # fmt: skip


def _linear(row: Row, _: Scales) -> SymbolRules | None:
    symbol = text(row, "symbol")
    if row.get("settleCurrency") != QUOTE or not symbol.endswith(QUOTE):
        return None
    step = number(row, "qtyStepSize")
    return SymbolRules(
        symbol=symbol, market=Market.FUTURES, base=symbol.removesuffix(QUOTE), quote=QUOTE,
        tick=number(row, "tickSize"), step=step, min_quantity=step, max_quantity=number_or_zero(row, "maxOrderQtyRq"),
        min_notional=number_or_zero(row, "minOrderValueRv"), max_leverage=whole(row, "maxLeverage"),
        trading=_is_listed(row),
    )  # fmt: skip


def _spot(row: Row, scales: Scales) -> SymbolRules | None:
    base, quote = text(row, "baseCurrency"), text(row, "quoteCurrency")
    as_assumed = (whole(row, "priceScale"), scales.get(base), scales.get(quote)) == (SPOT, SPOT, SPOT)
    if quote != QUOTE or not as_assumed:
        return None
    step = told(row, "baseTickSizeEv", SPOT)
    return SymbolRules(
        symbol=spelled_back(text(row, "symbol"), Api.SPOT), market=Market.SPOT, base=base, quote=quote,
        tick=told(row, "quoteTickSizeEv", SPOT), step=step, min_quantity=step,
        max_quantity=told(row, "maxBaseOrderSizeEv", SPOT) if "maxBaseOrderSizeEv" in row else ZERO,
        min_notional=told(row, "minOrderValueEv", SPOT), max_leverage=1, trading=_is_listed(row),
    )  # fmt: skip
