"""What a key has of one asset: in a spot wallet, where orders hold money back, or as the balance behind margins."""

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

ZERO = Decimal(0)
SMALLEST = Decimal("1E-8")


@dataclass(slots=True)
class Wallet:
    """`locked` is what waiting orders hold back. Who locks looks first whether that much is free."""

    api_key: str
    asset: str
    free: Decimal = ZERO
    locked: Decimal = ZERO
    updated_ms: int = 0

    @property
    def balance(self) -> Decimal:
        return self.free + self.locked

    def lock(self, amount: Decimal) -> None:
        self.free -= amount
        self.locked += amount

    def unlock(self, amount: Decimal) -> None:
        self.free += amount
        self.locked -= amount


@dataclass(slots=True)
class MarginWallet:
    """Deposits, realised profit and fees; not the unrealised.

    Clients of Binance take an `updated_ms` of 0 to mean that the asset was never touched, and skip it.
    """

    api_key: str
    asset: str
    balance: Decimal = ZERO
    updated_ms: int = 0


def exchange(
    base: Wallet, quote: Wallet, buys: bool, quantity: Decimal, price: Decimal, rate: Decimal
) -> tuple[Decimal, str]:
    """Moves free money for a fill. Returns the fee and its asset: it is taken from what was received."""
    value = quantity * price
    if buys:
        fee = fee_of(quantity, rate)
        quote.free -= value
        base.free += quantity - fee
        return fee, base.asset
    fee = fee_of(value, rate)
    base.free -= quantity
    quote.free += value - fee
    return fee, quote.asset


def fee_of(amount: Decimal, rate: Decimal) -> Decimal:
    return (amount * rate).quantize(SMALLEST, rounding=ROUND_DOWN)
