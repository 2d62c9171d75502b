"""What binds the orders of a list: one cancels the other, and an entry brings its exits (EXCHANGES 2.6).

When an entry has filled, its commission is gone from the bought asset. If the pending quantity is then more
than what is there, the exits cannot be placed: they end as EXPIRED and the list is ALL_DONE, with the bought
amount unprotected. An account that had spare base, or a smaller pendingQuantity, is fine.
"""

from typing import TYPE_CHECKING

from simulator.binance.spot import wallets
from simulator.binance.spot.records import ZERO, Desk, Order, OrderList
from simulator.binance.spot.rules import triggers_above

if TYPE_CHECKING:
    from simulator.binance.spot.book import Book


def lock_exits(book: "Book", desk: Desk, orders: OrderList) -> None:
    """Once for all exit legs, since only one can fill. Raises -2010 when the money is not there."""
    legs = [desk.orders[order_id] for order_id in orders.exit_ids]
    last = book.prices.last[orders.symbol]
    need = max(wallets.needed(leg, leg.remaining, last) for leg in legs)
    wallets.lock(desk, wallets.paid_asset(legs[0].side, book.symbols[orders.symbol]), need)
    orders.locked = need
    book.save_list(orders)


def claim_for(book: "Book", desk: Desk, order: Order) -> None:
    """An exit leg that fills or triggers ends its sibling, and takes over what the list had locked."""
    orders = desk.lists.get(order.list_id)
    if orders is None or order.id == orders.working_id or not orders.locked:
        return
    asset = wallets.paid_asset(order.side, book.symbols[order.symbol])
    need = wallets.needed(order, order.remaining, book.prices.last[order.symbol])
    wallets.unlock(desk, asset, orders.locked)
    orders.locked = ZERO
    order.locked = min(need, desk.wallet(asset).free)
    wallets.lock(desk, asset, order.locked)
    for order_id in orders.exit_ids:
        sibling = desk.orders[order_id]
        if sibling is not order and sibling.is_open:
            book.finish(desk, sibling, "EXPIRED")
    book.save_list(orders)


def leg_ended(book: "Book", desk: Desk, order: Order) -> None:
    orders = desk.lists[order.list_id]
    if order.id == orders.working_id:
        if order.state == "FILLED":
            _place_exits(book, desk, orders)
        else:
            _end_exits(book, desk, orders, "CANCELED" if order.state == "CANCELED" else "EXPIRED")
    if not any(desk.orders[order_id].is_open for order_id in orders.order_ids):
        orders.state = "ALL_DONE"
        if orders.locked:
            wallets.unlock(desk, wallets.paid_asset(order.side, book.symbols[orders.symbol]), orders.locked)
            orders.locked = ZERO
        book.save(desk, order)
        book.save_list(orders)
        book.report_list(orders)


def cancel_list(book: "Book", desk: Desk, orders: OrderList) -> list[Order]:
    legs = [desk.orders[order_id] for order_id in orders.order_ids]
    ended = [leg for leg in legs if leg.is_open]
    for leg in ended:
        if leg.is_open:  # the entry takes its exits with it
            book.finish(desk, leg, "CANCELED")
    return ended


def _place_exits(book: "Book", desk: Desk, orders: OrderList) -> None:
    legs = [desk.orders[order_id] for order_id in orders.exit_ids]
    asset = wallets.paid_asset(legs[0].side, book.symbols[orders.symbol])
    last = book.prices.last[orders.symbol]
    if desk.wallet(asset).free < max(wallets.needed(leg, leg.remaining, last) for leg in legs):
        _end_exits(book, desk, orders, "EXPIRED")
        return
    lock_exits(book, desk, orders)
    for leg in legs:
        if leg.state == "PENDING_NEW":  # a sibling that filled at once has ended this one
            leg.state = "NEW"
            start_exit(book, desk, leg)


def start_exit(book: "Book", desk: Desk, leg: Order) -> None:
    """A stop whose price was passed while the entry was filling triggers at once."""
    last = book.prices.last[leg.symbol]
    if leg.waits_for_trigger:
        above = triggers_above(leg.type, leg.side)
        if (last >= leg.stop_price) if above else (last <= leg.stop_price):
            book.report(leg)
            book.trigger(desk, leg)
            return
    book.start(desk, leg)
    book.save(desk, leg)


def _end_exits(book: "Book", desk: Desk, orders: OrderList, state: str) -> None:
    for order_id in orders.exit_ids:
        leg = desk.orders[order_id]
        if leg.is_open:
            book.finish(desk, leg, state)
