"""The spot book from the journal: the same desks, lists and waiting orders as before the end."""

from simulator.binance.spot.book import Book
from simulator.binance.spot.records import Fill, Order, OrderList
from simulator.journal import Journal, NoJournal
from simulator.wallet import Wallet


def restore(book: Book, journal: Journal | NoJournal) -> None:
    """The desks are there, empty; accounts were restored before."""
    desks = book.desks
    for wallet in journal.read("spot-wallet", Wallet):
        desks[wallet.api_key].wallets[wallet.asset] = wallet
    for order in journal.read("spot-order", Order, by="id"):
        desks[order.api_key].orders.enter(order)
        book.shared.ledger.enter("binance", order)
        book.last_order = order.id
        if order.is_open and order.state != "PENDING_NEW" and (order.working_ms > 0 or order.waits_for_trigger):
            book.watch(order)
    for orders in journal.read("spot-list", OrderList, by="id"):
        desks[orders.api_key].lists[orders.id] = orders
        book.last_list = orders.id
    for fill in journal.read("spot-fill", Fill, by="id"):
        desks[fill.api_key].fills.append(fill)
        book.last_fill = fill.id
