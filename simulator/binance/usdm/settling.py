"""What a new price does: fills resting orders, triggers algo orders, liquidates who has no margin left."""

from simulator.binance.usdm import algos, margin
from simulator.binance.usdm.book import Book
from simulator.binance.usdm.records import ZERO, AlgoOrder, Desk, Order
from simulator.position import Position
from simulator.prices import crosses


def settle(book: Book, symbol: str) -> None:
    price = book.prices.last[symbol]
    for watcher in book.watches[symbol].reached(price):
        desk = book.desks.get(watcher.api_key)
        if desk is None or not watcher.is_open:
            continue
        if isinstance(watcher, AlgoOrder):
            algos.trigger(book, desk, watcher)
        elif crosses(watcher.side == "BUY", watcher.price, price):  # else it was changed since it asked to be woken
            book.fill(desk, watcher, watcher.remaining, watcher.price, is_maker=True)
    for desk in list(book.holders[symbol].values()):
        for position in desk.held(symbol):
            if position.amount and margin.is_liquid(desk, position, book.prices.last):
                _liquidate(book, desk, position)


def _liquidate(book: Book, desk: Desk, position: Position) -> None:
    """Isolated: this position. Cross: every cross position, since they share their margin.

    The insurance fund pays what a wallet cannot.
    """
    isolated = desk.setting(position.symbol).isolated
    fallen = [position] if isolated else [p for p in desk.held() if not desk.setting(p.symbol).isolated]
    symbols = {each.symbol for each in fallen}
    for order in list(desk.orders.open.values()):
        if order.symbol in symbols:
            book.finish(desk, order, "CANCELED")
    for each in fallen:
        _close(book, desk, each)
    wallet = desk.wallet()
    wallet.balance = max(wallet.balance, ZERO)
    book.shared.journal.note("usdm-wallet", f"{desk.api_key}/USDT", wallet)


def _close(book: Book, desk: Desk, position: Position) -> None:
    """With an order of the venue's own, which no client sent and the ledger leaves out."""
    now_ms = book.shared.clock.now_ms()
    book.last_order += 1
    order = Order(
        book.last_order, desk.api_key, f"autoclose-{book.last_order}", position.symbol,
        "SELL" if position.amount > 0 else "BUY", position.side, "LIQUIDATION", "IOC", abs(position.amount), ZERO,
        position.side == "BOTH", now_ms, now_ms, now_ms, orig_type="LIQUIDATION", algo_id=-1,
    )  # fmt: skip
    desk.orders.enter(order)
    book.fill(desk, order, order.quantity, book.prices.last[position.symbol], is_maker=False)
