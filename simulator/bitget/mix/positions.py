"""What a fill does to a position and to the wallet."""

from decimal import Decimal

from simulator.bitget.mix.records import ZERO, MixDesk, Position
from simulator.wallet import fee_of

TAKER, MAKER = Decimal("0.0006"), Decimal("0.0002")  # of the notional


def commission(quantity: Decimal, price: Decimal, is_maker: bool) -> Decimal:
    return fee_of(quantity * price, MAKER if is_maker else TAKER)


def apply_fill(desk: MixDesk, position: Position, change: Decimal, price: Decimal) -> Decimal:
    """`change` in base, signed. Returns the profit realised; the wallet already has it."""
    before, realised = position.amount, ZERO
    if before and (before > 0) != (change > 0):
        closed = min(abs(change), abs(before)).copy_sign(before)
        realised = (price - position.entry_price) * closed
        position.isolated *= 1 - closed / before
        position.amount -= closed
        change += closed
        position.realised += realised
    if change:
        _increase(desk, position, change, price)
    if not position.amount:
        position.entry_price = position.isolated = ZERO
    desk.wallet().balance += realised
    return realised


def _increase(desk: MixDesk, position: Position, change: Decimal, price: Decimal) -> None:
    if not position.amount:
        position.realised = position.fees = ZERO
        position.opened_ms = 0
    after = position.amount + change
    position.entry_price = (position.entry_price * position.amount + price * change) / after
    position.amount = after
    setting = desk.setting(position.symbol)
    if setting.isolated:
        position.isolated += abs(change) * price / setting.leverage(position.hold)
