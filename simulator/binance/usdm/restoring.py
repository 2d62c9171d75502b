"""Futures books from the journal: the same desks, positions and waiting orders as before the end."""

from simulator.binance.usdm.book import Book
from simulator.binance.usdm.records import AlgoOrder, Fill, Mode, Order, Setting
from simulator.journal import Journal, NoJournal
from simulator.position import Position
from simulator.wallet import MarginWallet


def restore(book: Book, journal: Journal | NoJournal) -> None:
    """The desks are there, empty; accounts were restored before."""
    desks = book.desks
    for mode in journal.read("usdm-mode", Mode):
        desks[mode.api_key].mode = mode
    for wallet in journal.read("usdm-wallet", MarginWallet):
        desks[wallet.api_key].wallets[wallet.asset] = wallet
    for setting in journal.read("usdm-setting", Setting):
        desks[setting.api_key].settings[setting.symbol] = setting
    for position in journal.read("usdm-position", Position):
        desks[position.api_key].positions[position.symbol, position.side] = position
        if position.amount:
            book.holders[position.symbol][position.api_key] = desks[position.api_key]
    _restore_orders(book, journal)
    _restore_algos(book, journal)
    for fill in journal.read("usdm-fill", Fill, by="id"):
        desks[fill.api_key].fills.append(fill)
        book.last_fill = fill.id


def _restore_orders(book: Book, journal: Journal | NoJournal) -> None:
    for order in journal.read("usdm-order", Order, by="id"):
        book.desks[order.api_key].orders.enter(order)
        book.last_order = order.id
        if not order.algo_id:
            book.shared.ledger.enter("binance-futures", order)
        if order.is_open:
            book.watch(order)


def _restore_algos(book: Book, journal: Journal | NoJournal) -> None:
    for algo in journal.read("usdm-algo", AlgoOrder, by="id"):
        book.desks[algo.api_key].algos.enter(algo)
        book.last_algo = algo.id
        book.shared.ledger.enter("binance-futures", algo)
        if algo.is_open:
            book.watch(algo)
