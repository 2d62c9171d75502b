"""Margin, profit and liquidation price, as Binance's formulas have them. All in USDT unless said."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from simulator.binance.usdm.records import ZERO, Desk, Order
from simulator.binance.usdm.symbols import bracket_of
from simulator.position import Position

Marks = Mapping[str, Decimal]


def maintenance(position: Position, mark: Decimal) -> Decimal:
    notional = abs(position.amount) * mark
    bracket = bracket_of(position.symbol, notional)
    return notional * bracket.maintenance - bracket.deduction


def initial(desk: Desk, position: Position, mark: Decimal) -> Decimal:
    return abs(position.amount) * mark / desk.setting(position.symbol).leverage


def order_margin(desk: Desk, order: Order) -> Decimal:
    """What a resting order may cost when it fills: nothing where it only reduces."""
    if order.reduce_only or reduces(order):
        return ZERO
    return order.remaining * order.price / desk.setting(order.symbol).leverage


def reduces(order: Order) -> bool:
    """In hedge mode the sides themselves say that an order closes."""
    return (order.position_side, order.side) in (("LONG", "SELL"), ("SHORT", "BUY"))


@dataclass(slots=True, frozen=True)
class Totals:
    """The account as a whole."""

    wallet: Decimal
    cross_wallet: Decimal
    unrealised: Decimal
    cross_unrealised: Decimal
    position_margin: Decimal
    order_margin: Decimal
    maintenance: Decimal
    available: Decimal


def totals(desk: Desk, marks: Marks) -> Totals:
    wallet = desk.wallet().balance
    profit = cross_profit = isolated = cross_margin = kept = ZERO
    for position in desk.held():
        mark = marks[position.symbol]
        own = position.unrealised(mark)
        profit += own
        kept += maintenance(position, mark)
        if desk.setting(position.symbol).isolated:
            isolated += position.isolated
        else:
            cross_profit += own
            cross_margin += initial(desk, position, mark)
    ordered = sum((order_margin(desk, order) for order in desk.orders.open.values()), ZERO)
    cross_wallet = wallet - isolated
    available = max(cross_wallet + cross_profit - cross_margin - ordered, ZERO)
    return Totals(wallet, cross_wallet, profit, cross_profit, cross_margin + isolated, ordered, kept, available)


def liquidation_price(desk: Desk, position: Position, marks: Marks) -> Decimal:
    """0 where no price would liquidate. Isolated: by its own margin; cross: by all that the wallet has.

    (margin + cum - side * qty * entry) / (qty * (rate - side)), the other cross positions at their marks.
    """
    quantity, side = abs(position.amount), 1 if position.amount > 0 else -1
    if desk.setting(position.symbol).isolated:
        margin = position.isolated
    else:
        margin = totals(desk, marks).cross_wallet
        for other in desk.held():
            if other is not position and not desk.setting(other.symbol).isolated:
                margin += other.unrealised(marks[other.symbol]) - maintenance(other, marks[other.symbol])
    bracket = bracket_of(position.symbol, quantity * marks[position.symbol])
    divisor = quantity * (bracket.maintenance - side)
    return max((margin + bracket.deduction - side * quantity * position.entry_price) / divisor, ZERO)


def is_liquid(desk: Desk, position: Position, marks: Marks) -> bool:
    """Whether its margin has fallen to the maintenance margin."""
    mark = marks[position.symbol]
    if desk.setting(position.symbol).isolated:
        return position.isolated + position.unrealised(mark) <= maintenance(position, mark)
    cross = [each for each in desk.held() if not desk.setting(each.symbol).isolated]
    equity = totals(desk, marks).cross_wallet + sum((each.unrealised(marks[each.symbol]) for each in cross), ZERO)
    return equity <= sum((maintenance(each, marks[each.symbol]) for each in cross), ZERO)
