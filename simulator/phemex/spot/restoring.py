"""The spot book from the journal: the same desks and waiting orders as before the end."""

from simulator.journal import Journal, NoJournal
from simulator.phemex.spot.book import VENUE, Book
from simulator.phemex.spot.records import Fill, Order, Wallet
from simulator.records import thaw


def restore_desks(book: Book, journal: Journal | NoJournal) -> None:
    """The desks are there, empty; accounts were restored before."""
    desks = book.desks
    for wallet in (thaw(Wallet, row) for row in journal.read("phemex-wallet")):
        desks[wallet.api_key].wallets[wallet.currency] = wallet
    rows = (thaw(Order, row) for row in journal.read("phemex-spot-order"))
    for order in sorted(rows, key=lambda order: order.number):
        desk = desks[order.api_key]
        desk.orders[order.id] = order
        book.last_order = order.number
        if order.client_id:
            desk.by_client_id[order.client_id] = order
        book.shared.ledger.enter(VENUE, order)
        if order.is_open:
            desk.open[order.id] = order
            book.watch(order)
    for fill in sorted((thaw(Fill, row) for row in journal.read("phemex-spot-fill")), key=lambda fill: fill.number):
        desks[fill.api_key].fills.append(fill)
        book.last_fill = fill.number
