"""What a fill does to a position and to the wallet."""

from decimal import Decimal

from simulator.bitget.mix.records import ZERO, MixDesk, MixPosition
from simulator.wallet import fee_of

TAKER, MAKER = Decimal("0.0006"), Decimal("0.0002")  # of the notional


def commission(quantity: Decimal, price: Decimal, is_maker: bool) -> Decimal:
    return fee_of(quantity * price, MAKER if is_maker else TAKER)


def apply_fill(desk: MixDesk, position: MixPosition, change: Decimal, price: Decimal) -> Decimal:
    """`change` in base, signed. Returns the profit realised; the wallet already has it."""
    realised, opened = position.fill(change, price)
    if opened and opened == position.amount:  # a new position, with a history of its own
        position.realised = position.fees = ZERO
        position.opened_ms = 0
    setting = desk.setting(position.symbol)
    if opened and setting.isolated:
        position.isolated += abs(opened) * price / setting.leverage(position.hold)
    desk.wallet().balance += realised
    return realised
