"""What an order of a spot desk must have, and has locked until it fills or ends; and the fee."""

from decimal import Decimal

from simulator.binance.refusal import rejected
from simulator.binance.spot.records import Desk, Draft, Order
from simulator.binance.symbols import Symbol

FEE = Decimal("0.001")  # of what is received, taker and maker alike
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
    wallet.lock(amount)


def unlock(desk: Desk, asset: str, amount: Decimal) -> None:
    desk.wallet(asset).unlock(amount)
