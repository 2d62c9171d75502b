"""Money of a spot desk: what an order freezes, and what a fill moves."""

from decimal import ROUND_DOWN, Decimal

from simulator.bitget.refusal import Refusal
from simulator.bitget.spot.records import SpotDesk
from simulator.bitget.symbols import Symbol

FEE = Decimal("0.001")  # of what is received, taker and maker alike
SMALLEST = Decimal("1E-8")


def paid_asset(side: str, symbol: Symbol) -> str:
    return symbol.quote if side == "buy" else symbol.base


def freeze(desk: SpotDesk, asset: str, amount: Decimal) -> None:
    wallet = desk.wallet(asset)
    if wallet.available < amount:
        raise Refusal("43012", "Insufficient balance")
    wallet.available -= amount
    wallet.frozen += amount


def thaw(desk: SpotDesk, asset: str, amount: Decimal) -> None:
    wallet = desk.wallet(asset)
    wallet.available += amount
    wallet.frozen -= amount


def exchange(desk: SpotDesk, symbol: Symbol, side: str, quantity: Decimal, price: Decimal) -> tuple[Decimal, str]:
    """Moves available money for a fill; returns the fee and its asset, taken from what was received."""
    value = quantity * price
    base, quote = desk.wallet(symbol.base), desk.wallet(symbol.quote)
    if side == "buy":
        fee = (quantity * FEE).quantize(SMALLEST, rounding=ROUND_DOWN)
        quote.available -= value
        base.available += quantity - fee
        return fee, symbol.base
    fee = (value * FEE).quantize(SMALLEST, rounding=ROUND_DOWN)
    base.available -= quantity
    quote.available += value - fee
    return fee, symbol.quote
