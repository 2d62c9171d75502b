"""What a new price does: fills resting orders, triggers conditional ones, liquidates who has no margin left."""

from simulator.phemex.contracts import margin, rules
from simulator.phemex.contracts.book import Book
from simulator.phemex.contracts.records import ZERO, Desk, Order, Position
from simulator.phemex.refusal import Refusal


def settle(book: Book, symbol: str) -> None:
    price = book.prices.last[symbol]
    for order in book.watches[symbol].reached(price):
        desk = book.desks.get(order.api_key)
        if desk is None or not order.is_open:
            continue
        if order.waits:
            if order.is_triggered_by(price):  # else its trigger was changed since it asked to be woken
                trigger(book, desk, order)
        elif order.crosses(price):
            book.fill(desk, order, order.remaining, order.price, is_maker=True)
    for desk in list(book.holders[symbol].values()):
        for side in desk.sides(symbol):
            position = desk.position(symbol, side)
            if position.amount and margin.is_liquid(desk, position, book.prices.last):
                _liquidate(book, desk, position)


def trigger(book: Book, desk: Desk, order: Order) -> None:
    """It becomes an order of the book under its own id. With nothing to close it ends as Canceled; an entry that
    the account cannot pay for ends as Rejected.
    """
    order.state = "Triggered"
    book.save(order)
    if order.closes:
        held = -desk.position(order.symbol, order.position_side).amount * order.direction
        if held <= 0:
            book.finish(desk, order, "Canceled")
            return
        order.quantity = held if order.closes_all else min(order.quantity, held)
    else:
        try:
            rules.check_account(desk, order, book.prices.last)
        except Refusal as refusal:
            order.biz_error = refusal.code
            book.finish(desk, order, "Rejected")
            return
    order.state = "New"
    book.match(desk, order)


def _liquidate(book: Book, desk: Desk, position: Position) -> None:
    """Isolated: this position, and no more than its margin is lost. Cross: every cross position of the account,
    and no more than there is. The insurance fund pays what is missing.
    """
    wallet = desk.wallet(position.contract.settle)
    fallen, least = [position], wallet.balance - position.isolated
    if not position.is_isolated:
        held = desk.held(position.contract.settle)
        fallen = [each for each in held if not each.is_isolated]
        least = sum((each.isolated for each in held), ZERO)
    for each in fallen:
        for order in list(desk.orders.open.values()):
            if (order.symbol, order.position_side) == (each.symbol, each.side):
                book.finish(desk, order, "Canceled")
        if each.amount:
            _close(book, desk, each)
    wallet.balance = max(wallet.balance, least)
    book.save_wallet(desk, wallet.asset)


def _close(book: Book, desk: Desk, position: Position) -> None:
    """With an order of the venue's own, which no client sent and the ledger leaves out."""
    order = Order(
        desk.api_key, "", position.symbol, "Sell" if position.amount > 0 else "Buy", position.side, "Market",
        "ImmediateOrCancel", abs(position.amount), reduce_only=True, by_venue=True,
    )  # fmt: skip
    book.admit(desk, order, book.shared.clock.now_ms())
    book.fill(desk, order, order.quantity, book.prices.last[position.symbol], is_maker=False)
