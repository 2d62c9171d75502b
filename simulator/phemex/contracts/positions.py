"""What a fill does to a position and to the account of its currency."""

from decimal import Decimal

from simulator.phemex.contracts import margin, worth
from simulator.phemex.contracts.records import ZERO, Desk, Position


def apply_fill(desk: Desk, position: Position, change: Decimal, price: Decimal) -> tuple[Decimal, Decimal]:
    """`change` is signed. Returns the profit realised, which the account then has, and how much was closed."""
    before, realised, closed = position.amount, ZERO, ZERO
    if before and (before > 0) != (change > 0):
        reduced = min(abs(change), abs(before)).copy_sign(before)
        realised = worth.in_smallest(worth.profit(position.contract, reduced, position.entry_price, price))
        position.isolated = worth.in_smallest(position.isolated * (1 - reduced / before))
        position.amount -= reduced
        change += reduced
        closed = abs(reduced)
    if change:
        _increase(position, change, price)
    if not position.amount:
        position.entry_price = position.isolated = ZERO
        position.term += 1
    position.realised += realised
    desk.wallet(position.contract.settle).balance += realised
    return realised, closed


def _increase(position: Position, change: Decimal, price: Decimal) -> None:
    contract = position.contract
    position.entry_price = worth.average(contract, position.amount, position.entry_price, change, price)
    position.amount += change
    if position.is_isolated:
        added = worth.value(contract, abs(change), price) / position.leverage
        position.isolated += worth.in_smallest(added)


def set_leverage(position: Position, leverage: Decimal) -> None:
    """The margin of an open position follows the leverage; a cross one has none of its own."""
    position.leverage = leverage
    position.isolated = ZERO
    if position.is_isolated and position.amount:
        position.isolated = worth.in_smallest(margin.entry_value(position) / leverage)
