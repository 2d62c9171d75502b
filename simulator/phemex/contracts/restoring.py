"""Contract books from the journal: the same desks, positions and waiting orders as before the end."""

from simulator.journal import Journal, NoJournal
from simulator.phemex.contracts.book import Book
from simulator.phemex.contracts.records import Fill, Mode, Order, Position
from simulator.wallet import MarginWallet


def restore(book: Book, journal: Journal | NoJournal) -> None:
    """The desks are there, empty; accounts were restored before."""
    desks = book.desks
    for wallet in journal.read("phemex-account", MarginWallet):
        desks[wallet.api_key].wallets[wallet.asset] = wallet
    for mode in journal.read("phemex-mode", Mode):
        desks[mode.api_key].modes[mode.symbol] = mode
    for position in journal.read("phemex-position", Position):
        desks[position.api_key].positions[position.symbol, position.side] = position
        if position.amount:
            book.holders[position.symbol][position.api_key] = desks[position.api_key]
    for order in journal.read("phemex-order", Order, by="number"):
        book.resume(order)
    for fill in journal.read("phemex-fill", Fill, by="number"):
        desks[fill.api_key].fills.append(fill)
        book.last_fill = fill.number
