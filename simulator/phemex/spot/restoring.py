"""The spot book from the journal: the same desks and waiting orders as before the end."""

from simulator.journal import Journal, NoJournal
from simulator.phemex.spot.book import Book
from simulator.phemex.spot.records import Fill, Order
from simulator.wallet import Wallet


def restore(book: Book, journal: Journal | NoJournal) -> None:
    """The desks are there, empty; accounts were restored before."""
    desks = book.desks
    for wallet in journal.read("phemex-wallet", Wallet):
        desks[wallet.api_key].wallets[wallet.asset] = wallet
    for order in journal.read("phemex-spot-order", Order, by="number"):
        book.resume(order)
    for fill in journal.read("phemex-spot-fill", Fill, by="number"):
        desks[fill.api_key].fills.append(fill)
        book.last_fill = fill.number
