"""Attached exits: the conditional orders that the venue makes for an entry that brought takeProfit or stopLoss.

They come into being with the entry's first fill and close whatever the position has when they are triggered. A
cancelled entry that never filled gets none; with the position they end. Their size is shown as the position's.
"""

from decimal import Decimal
from typing import TYPE_CHECKING

from simulator.phemex.contracts.records import Desk, Order, Position

if TYPE_CHECKING:
    from simulator.phemex.contracts.book import Book


def follow(book: "Book", desk: Desk, order: Order, position: Position) -> None:
    """After a fill: the exits that there are take the position's new size, those that are missing are made."""
    if not position.amount:
        return
    present = own_exits(desk, position)
    for exit_order in list(present):
        if (exit_order.direction > 0) == (position.amount > 0):  # the position has changed its direction
            present.remove(exit_order)
            book.finish(desk, exit_order, "Canceled")
        elif exit_order.quantity != abs(position.amount):
            exit_order.quantity = abs(position.amount)
            book.save(exit_order)
    if order.closes or not (order.take_profit or order.stop_loss):
        return
    closing = "Sell" if position.amount > 0 else "Buy"
    for kind, stop, limit, trigger in _wanted(order):
        known = next((each for each in present if each.type.startswith("Stop") == kind.startswith("Stop")), None)
        if known is not None:
            if known.stop_price == stop:
                continue
            book.finish(desk, known, "Canceled")
        made = Order(
            desk.api_key, "", order.symbol, closing, order.position_side, kind,
            "GoodTillCancel" if limit else "ImmediateOrCancel", abs(position.amount), limit, stop, trigger,
            close_on_trigger=True, closes_all=True, by_venue=True,
        )  # fmt: skip
        book.admit(desk, made, book.shared.clock.now_ms())
        book.match_or_wait(desk, made, None)


def own_exits(desk: Desk, position: Position) -> list[Order]:
    return [
        order
        for order in desk.orders.open.values()
        if order.by_venue
        and order.waits
        and (order.symbol, order.position_side) == (position.symbol, position.side)
    ]  # fmt: skip


def level(desk: Desk, position: Position, of_stop: bool) -> Decimal:
    """The trigger price of the position's own take-profit or stop-loss, 0 where it has none."""
    if not position.amount:
        return Decimal(0)
    found = [each.stop_price for each in own_exits(desk, position) if each.type.startswith("Stop") == of_stop]
    return found[0] if found else Decimal(0)


def _wanted(order: Order) -> list[tuple[str, Decimal, Decimal, str]]:
    wanted = []
    if order.take_profit:
        kind = "LimitIfTouched" if order.take_profit_limit else "MarketIfTouched"
        wanted.append((kind, order.take_profit, order.take_profit_limit, order.take_profit_trigger))
    if order.stop_loss:
        kind = "StopLimit" if order.stop_loss_limit else "Stop"
        wanted.append((kind, order.stop_loss, order.stop_loss_limit, order.stop_loss_trigger))
    return wanted
