"""What a fill does to a position and to the wallet."""

from decimal import Decimal

from simulator.binance.usdm.records import Desk
from simulator.position import Position
from simulator.wallet import fee_of

TAKER, MAKER = Decimal("0.0005"), Decimal("0.0002")  # of the notional


def commission(quantity: Decimal, price: Decimal, is_maker: bool) -> Decimal:
    return fee_of(quantity * price, MAKER if is_maker else TAKER)


def apply_fill(desk: Desk, position: Position, change: Decimal, price: Decimal) -> Decimal:
    """`change` in base, signed. Returns the profit realised; the wallet already has it."""
    realised, opened = position.fill(change, price)
    setting = desk.setting(position.symbol)
    if opened and setting.isolated:
        position.isolated += abs(opened) * price / setting.leverage
    desk.wallet().balance += realised
    return realised
