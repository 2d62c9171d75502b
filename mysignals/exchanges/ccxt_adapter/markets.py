"""Our symbols and ccxt's: what is traded, by which rules, and in which unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from mysignals.domain.market import Market, SymbolRules
from mysignals.exchanges.reading import Unreadable, number, text

QUOTE = "USDT"
TICK_SIZE, DECIMAL_PLACES = 4, 2
"""ccxt's two ways to tell a precision that we understand: a step, or a number of decimals."""

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Listed:
    """One symbol. `theirs` is ccxt's name of it; orders there count in units of `unit` base."""

    rules: SymbolRules
    theirs: str
    unit: Decimal

    def amount(self, quantity: Decimal) -> float:
        """Ours in base, theirs in contracts. ccxt takes floats, and writes them as we would."""
        return float(quantity / self.unit)


Book = dict[Market, dict[str, Listed]]
"""By market and our symbol."""


def book(descriptions: Iterable[dict[str, Any]], precision_mode: int) -> Book:
    """Spot and linear perpetuals in USDT. What cannot be read is left out, and so not traded."""
    found: Book = {}
    for told in descriptions:
        market = market_of(told)
        if market is None:
            continue
        try:
            listed = _listed(told, market, precision_mode)
        except Unreadable:
            continue
        found.setdefault(market, {})[listed.rules.symbol] = listed
    return found


def market_of(told: dict[str, Any]) -> Market | None:
    """None for what we do not trade: inverse and dated contracts, options, other quotes."""
    base = told.get("base")
    if told.get("quote") != QUOTE or not isinstance(base, str) or not (base.isascii() and base.isalnum()):
        return None
    if told.get("spot") is True:
        return Market.SPOT
    is_ours = told.get("swap") is True and told.get("linear") is True and told.get("settle") == QUOTE
    return Market.FUTURES if is_ours else None


def _listed(told: dict[str, Any], market: Market, precision_mode: int) -> Listed:
    unit = number(told, "contractSize") if market is Market.FUTURES else Decimal(1)
    if unit <= 0:
        raise Unreadable("a contract of nothing")
    precision, limits = _part(told, "precision"), _part(told, "limits")
    base = text(told, "base")
    amounts = _part(limits, "amount")
    rules = SymbolRules(
        symbol=base + QUOTE,
        market=market,
        base=base,
        quote=QUOTE,
        tick=_step(precision, "price", precision_mode),
        step=_step(precision, "amount", precision_mode) * unit,
        min_quantity=_or_zero(amounts, "min") * unit,
        max_quantity=_or_zero(amounts, "max") * unit,
        min_notional=_or_zero(_part(limits, "cost"), "min"),
        max_leverage=_max_leverage(limits) if market is Market.FUTURES else 1,
        trading=told.get("active") is True,
    )
    return Listed(rules, text(told, "symbol"), unit)


def _part(told: dict[str, Any], key: str) -> dict[str, Any]:
    found = told.get(key)
    return found if isinstance(found, dict) else {}


def _step(precision: dict[str, Any], key: str, mode: int) -> Decimal:
    told = number(precision, key)
    if mode == DECIMAL_PLACES and told == told.to_integral_value() and 0 <= told <= 30:
        return Decimal(1).scaleb(-int(told))
    if mode == TICK_SIZE and told > 0:
        return told
    raise Unreadable(f"no step in {key}")


def _or_zero(told: dict[str, Any], key: str) -> Decimal:
    """What is not limited is None there, 0 with us."""
    return ZERO if told.get(key) is None else max(number(told, key), ZERO)


def _max_leverage(limits: dict[str, Any]) -> int:
    """1 where nobody tells: then nothing is borrowed."""
    return max(int(_or_zero(_part(limits, "leverage"), "max")), 1)
