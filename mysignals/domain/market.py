"""What is traded: markets, sides, and the rules an exchange sets for a symbol."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Market(StrEnum):
    SPOT = "spot"
    FUTURES = "futures"


class Side(StrEnum):
    BUY = "BUY"
    SELL = "SELL"

    @property
    def opposite(self) -> Side:
        return Side.SELL if self is Side.BUY else Side.BUY


class EntryType(StrEnum):
    LIMIT = "LIMIT"
    MARKET = "MARKET"


class PositionMode(StrEnum):
    ONE_WAY = "one_way"
    HEDGE = "hedge"


class MarginMode(StrEnum):
    ISOLATED = "isolated"
    CROSS = "cross"


@dataclass(frozen=True, slots=True)
class SymbolRules:
    """One symbol's rules. Quantities are in base, prices and `min_notional` in quote."""

    symbol: str
    market: Market
    base: str
    quote: str
    tick: Decimal
    step: Decimal
    min_quantity: Decimal
    max_quantity: Decimal
    """0 where the exchange names none."""
    min_notional: Decimal
    max_leverage: int
    trading: bool
