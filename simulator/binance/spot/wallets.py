"""Money of a spot desk: what an order locks, and what a fill moves."""

from decimal import ROUND_DOWN, Decimal

from simulator.binance.refusal import rejected
from simulator.binance.spot.records import Desk, Draft, Order
from simulator.binance.symbols import Symbol

FEE = Decimal("0.001")  # of what is received, taker and maker alike
SMALLEST = Decimal("1E-8")
INSUFFICIENT = "Account has insufficient balance for requested action."


def paid_asset(side: str, symbol: Symbol) -> str:
    return symbol.quote if side == "BUY" else symbol.base


def needed(order: Order | Draft, quantity: Decimal, last: Decimal) -> Decimal:
    """What must be there for this quantity, in the asset the order pays with."""
    if order.side == "SELL":
        return quantity
    return quantity * (order.price or order.stop_price or last)


def lock(desk: Desk, asset: str, amount: Decimal) -> None:
    wallet = desk.wallet(asset)
    if wallet.free < amount:
        raise rejected(INSUFFICIENT)
    wallet.free -= amount
    wallet.locked += amount


def unlock(desk: Desk, asset: str, amount: Decimal) -> None:
    wallet = desk.wallet(asset)
    wallet.free += amount
    wallet.locked -= amount


def exchange(desk: Desk, symbol: Symbol, side: str, quantity: Decimal, price: Decimal) -> tuple[Decimal, str]:
    """Moves free money for a fill; returns the commission and its asset, taken from what was received."""
    quote = quantity * price
    base_wallet, quote_wallet = desk.wallet(symbol.base), desk.wallet(symbol.quote)
    if side == "BUY":
        commission = (quantity * FEE).quantize(SMALLEST, rounding=ROUND_DOWN)
        quote_wallet.free -= quote
        base_wallet.free += quantity - commission
        return commission, symbol.base
    commission = (quote * FEE).quantize(SMALLEST, rounding=ROUND_DOWN)
    base_wallet.free -= quantity
    quote_wallet.free += quote - commission
    return commission, symbol.quote
