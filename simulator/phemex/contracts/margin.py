"""Margin, what is used of a balance, and liquidation prices. All in the currency of settlement.

A position's margin is its entry value divided by the leverage; a resting order's likewise, as far as it opens.
The used balance of a trading account also has the unrealised losses of its cross positions: what is left is what
may be spent.
"""

from collections.abc import Mapping
from decimal import Decimal

from simulator.phemex.contracts import worth
from simulator.phemex.contracts.records import ZERO, Desk, Order, Position
from simulator.phemex.contracts.symbols import MAINTENANCE

Marks = Mapping[str, Decimal]


def unrealised(position: Position, mark: Decimal) -> Decimal:
    if not position.amount:
        return ZERO
    return worth.profit(position.contract, position.amount, position.entry_price, mark)


def maintenance(position: Position, mark: Decimal) -> Decimal:
    return worth.value(position.contract, abs(position.amount), mark) * MAINTENANCE


def entry_value(position: Position) -> Decimal:
    if not position.amount:
        return ZERO
    return worth.value(position.contract, abs(position.amount), position.entry_price)


def position_margin(position: Position) -> Decimal:
    if position.is_isolated:
        return position.isolated
    return entry_value(position) / position.effective_leverage


def opening_part(position: Position, order: Order) -> Decimal:
    """How much of what remains of an order would add to the position rather than reduce it."""
    if order.closes:
        return ZERO
    if position.amount and (position.amount > 0) != (order.direction > 0):
        return max(order.remaining - abs(position.amount), ZERO)
    return order.remaining


def order_margin(desk: Desk, order: Order) -> Decimal:
    """Conditional orders use nothing before their trigger."""
    if order.waits:
        return ZERO
    position = desk.position(order.symbol, order.position_side)
    opening = opening_part(position, order)
    if not opening:
        return ZERO
    return worth.value(order.contract, opening, order.price) / position.effective_leverage


def used(desk: Desk, currency: str, marks: Marks) -> Decimal:
    total = ZERO
    for position in desk.held(currency):
        total += position_margin(position)
        if not position.is_isolated:
            total += max(-unrealised(position, marks[position.symbol]), ZERO)
    for order in desk.orders.open.values():
        if not order.waits and order.contract.settle == currency:
            total += order_margin(desk, order)
    return total


def available(desk: Desk, currency: str, marks: Marks) -> Decimal:
    return desk.wallet(currency).balance - used(desk, currency, marks)


def backing(desk: Desk, position: Position, marks: Marks) -> Decimal:
    """What stands behind a position: its own margin, or all that the account has for its cross positions."""
    if position.is_isolated:
        return position.isolated
    behind = desk.wallet(position.contract.settle).balance
    for other in desk.held(position.contract.settle):
        if other.is_isolated:
            behind -= other.isolated
        elif other is not position:
            mark = marks[other.symbol]
            behind += unrealised(other, mark) - maintenance(other, mark)
    return behind


def liquidation_price(desk: Desk, position: Position, marks: Marks) -> Decimal:
    """0 where no price would liquidate."""
    if not position.amount:
        return ZERO
    quantity, side = abs(position.amount), 1 if position.amount > 0 else -1
    behind = backing(desk, position, marks)
    if position.contract.inverse:
        divisor = behind + side * quantity / position.entry_price
        price = quantity * (side + MAINTENANCE) / divisor if divisor else ZERO
    else:
        price = (behind - side * quantity * position.entry_price) / (quantity * (MAINTENANCE - side))
    return max(price, ZERO)


def is_liquid(desk: Desk, position: Position, marks: Marks) -> bool:
    """Whether what stands behind it has fallen to the maintenance margin."""
    mark = marks[position.symbol]
    return backing(desk, position, marks) + unrealised(position, mark) <= maintenance(position, mark)
