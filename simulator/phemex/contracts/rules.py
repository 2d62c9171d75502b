"""What the market and the account have to say to a well-formed order, before it is taken in (EXCHANGES 6.9)."""

from decimal import Decimal

from simulator.phemex.contracts import margin, worth
from simulator.phemex.contracts.records import Desk, Order
from simulator.phemex.refusal import Refusal

MOST_ACTIVE, MOST_CONDITIONAL = 500, 200  # open at once, an account


def check_order(desk: Desk, order: Order, marks: margin.Marks) -> None:
    """May cut the quantity of an order that only reduces to what is open. Raises Refusal."""
    if order.client_id and order.client_id in desk.orders.by_client_id:
        raise Refusal(11085)
    _check_room(desk, order)
    last = marks[order.symbol]
    if order.is_conditional:
        check_trigger(order, last)
        _check_whole(desk, order)
    _check_exits(desk, order, last)
    if order.is_conditional:  # margin and position are looked at when it is triggered
        return
    check_account(desk, order, marks)


def check_account(desk: Desk, order: Order, marks: margin.Marks) -> None:
    """For an order that begins to work now."""
    if order.closes:
        order.quantity = min(order.quantity, reducible(desk, order))
        return
    check_opening(desk, order, order.price or marks[order.symbol], marks)


def reducible(desk: Desk, order: Order) -> Decimal:
    """How much of the position an order that only reduces could take. Raises where it is nothing."""
    held = desk.position(order.symbol, order.position_side).amount
    if not held:
        raise Refusal(11057)
    if (held > 0) == (order.direction > 0):
        raise Refusal(11011)
    return abs(held)


def check_opening(desk: Desk, order: Order, price: Decimal, marks: margin.Marks) -> None:
    """Large enough, and what it opens covered, its fee included; what it closes first gives its margin back."""
    if not order.closes and worth.value(order.contract, order.quantity, price) < order.contract.min_value:
        raise Refusal(11115)
    position = desk.position(order.symbol, order.position_side)
    opening = margin.opening_part(position, order)
    if not opening:
        return
    cost = worth.value(order.contract, opening, price) / position.effective_leverage
    cost += worth.fee(order.contract, order.remaining, price, is_maker=False)
    if opening < order.remaining:
        cost -= margin.position_margin(position)
    if cost > margin.available(desk, order.contract.settle, marks):
        raise Refusal(11001)


def check_exit_prices(order: Order, base: Decimal) -> None:
    """The take-profit of a buy is above what it pays, its stop below; mirrored for a sale."""
    profit, loss = order.take_profit, order.stop_loss
    if order.side == "Buy":
        if profit and profit <= base:
            raise Refusal(11047)
        if loss and loss >= base:
            raise Refusal(11048)
        return
    if profit and profit >= base:
        raise Refusal(11050)
    if loss and loss <= base:
        raise Refusal(11052)


def _check_room(desk: Desk, order: Order) -> None:
    many = len(desk.orders.open)
    if many < MOST_CONDITIONAL:
        return
    conditional = sum(each.waits for each in desk.orders.open.values())
    if order.is_conditional and conditional >= MOST_CONDITIONAL:
        raise Refusal(11031)
    if not order.is_conditional and many - conditional >= MOST_ACTIVE:
        raise Refusal(11032)


def check_trigger(order: Order, last: Decimal) -> None:
    if order.triggers_above and order.stop_price <= last:
        raise Refusal(11043)
    if not order.triggers_above and order.stop_price >= last:
        raise Refusal(11044)


def _check_whole(desk: Desk, order: Order) -> None:
    """An order without a quantity of its own needs a position to take it from."""
    if not order.closes_all:
        return
    held = desk.position(order.symbol, order.position_side).amount
    if not held:
        raise Refusal(11013)
    if (held > 0) == (order.direction > 0):
        raise Refusal(11014)
    order.quantity = abs(held)


def _check_exits(desk: Desk, order: Order, last: Decimal) -> None:
    if not (order.take_profit or order.stop_loss):
        return
    if order.closes:
        raise Refusal(11096)
    if desk.position(order.symbol, order.position_side).amount:
        raise Refusal(11074)
    check_exit_prices(order, order.price or order.stop_price or last)
