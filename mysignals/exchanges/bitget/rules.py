"""The rules of Bitget's symbols (EXCHANGES 4.3, 5.3)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from mysignals.domain.market import Market, SymbolRules
from mysignals.domain.outcomes import RulesRead
from mysignals.exchanges.reading import Unreadable, items, text, whole

from .fields import ZERO, number_or_zero
from .markets import our_symbol
from .spelling import Spelling

QUOTE = "USDT"
MOST_PLACES = 18
MAX_LEVERAGE = 125
"""The most that any contract allows; v1 tells it a symbol at another address."""


def rules(data: Any, names: Spelling) -> RulesRead:
    """Symbols quoted in USDT; of futures only perpetuals. A symbol that cannot be read is left out."""
    read = _spot if names.market is Market.SPOT else _mix
    return RulesRead(tuple(found for told in items(data) if (found := _symbol(told, names, read)) is not None))


def _symbol(told: Any, names: Spelling, read: Callable[[dict[str, Any], Spelling], SymbolRules]) -> SymbolRules | None:
    if not isinstance(told, dict) or told.get("quoteCoin") != QUOTE:
        return None
    if told.get("symbolType", "perpetual") != "perpetual":
        return None
    try:
        return read(told, names)
    except Unreadable:
        return None


def _spot(told: dict[str, Any], names: Spelling) -> SymbolRules:
    step = _places(told, names.step_places)
    return SymbolRules(
        symbol=our_symbol(text(told, "symbol")),
        market=Market.SPOT,
        base=text(told, "baseCoin"),
        quote=QUOTE,
        tick=_places(told, names.tick_places),
        step=step,
        min_quantity=max(step, _at_least_zero(told, "minTradeAmount")),
        max_quantity=_at_least_zero(told, "maxTradeAmount"),
        min_notional=_at_least_zero(told, "minTradeUSDT"),
        max_leverage=1,
        trading=told.get("status") == "online",
    )


def _mix(told: dict[str, Any], names: Spelling) -> SymbolRules:
    """A price moves in steps of priceEndStep units of its last place: 5 and one place make 0.5, not 0.1."""
    tick = _at_least_zero(told, "priceEndStep") * _places(told, names.tick_places)
    step = _at_least_zero(told, "sizeMultiplier")
    if not tick or not step:
        raise Unreadable("no tick or no step")
    bounds = (_at_least_zero(told, "maxMarketOrderQty"), _at_least_zero(told, "maxOrderQty"))
    return SymbolRules(
        symbol=our_symbol(text(told, "symbol")),
        market=Market.FUTURES,
        base=text(told, "baseCoin"),
        quote=QUOTE,
        tick=tick,
        step=step,
        min_quantity=_at_least_zero(told, "minTradeNum"),
        max_quantity=min((bound for bound in bounds if bound), default=ZERO),
        min_notional=_at_least_zero(told, "minTradeUSDT"),
        max_leverage=whole(told, "maxLever") if told.get("maxLever") else MAX_LEVERAGE,
        trading=told.get("symbolStatus") == "normal",
    )


def _places(told: dict[str, Any], key: str) -> Decimal:
    """The smallest number with so many decimals."""
    places = whole(told, key)
    if not 0 <= places <= MOST_PLACES:
        raise Unreadable(f"an absurd number of decimals in {key}")
    return Decimal(1).scaleb(-places)


def _at_least_zero(told: dict[str, Any], key: str) -> Decimal:
    found = number_or_zero(told, key)
    if found < 0:
        raise Unreadable(f"{key} is negative")
    return found
