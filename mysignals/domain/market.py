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
    """One symbol's rules. Quantities are in base, prices and `min_notional` in quote.

    An inverse contract is worth a fixed amount of quote and settled in base: there quantities are in contracts.
    """

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
    contract_value: Decimal = Decimal(0)
    """What one inverse contract is worth in quote; 0 where quantities are in base."""

    @property
    def is_inverse(self) -> bool:
        return self.contract_value > 0

    @property
    def settle(self) -> str:
        """The asset in which margin is paid."""
        return self.base if self.is_inverse else self.quote

    @property
    def unit(self) -> str:
        """What an order's quantity counts."""
        return f"contracts of {self.contract_value.normalize():f} {self.quote}" if self.is_inverse else self.base

    def base_of(self, quantity: Decimal, price: Decimal) -> Decimal:
        """An order's quantity in base, at `price`."""
        return quantity * self.contract_value / price if self.is_inverse else quantity

    def quantity_of(self, base: Decimal, price: Decimal) -> Decimal:
        """So much base as an order's quantity, before rounding."""
        return base * price / self.contract_value if self.is_inverse else base

    def notional(self, quantity: Decimal, price: Decimal) -> Decimal:
        """An order's worth in quote."""
        return quantity * (self.contract_value if self.is_inverse else price)
