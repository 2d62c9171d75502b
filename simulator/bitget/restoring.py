"""Bitget's books from the journal: the same wallets, positions and waiting orders as before the end."""

from typing import Any

from simulator.bitget.changes import VENUE
from simulator.bitget.mix import records as mix
from simulator.bitget.mix.book import Book as MixBook
from simulator.bitget.spot import records as spot
from simulator.bitget.spot.book import Book as SpotBook
from simulator.desk import Orders
from simulator.journal import Journal, NoJournal
from simulator.wallet import MarginWallet, Wallet


def restore_spot(book: SpotBook, journal: Journal | NoJournal) -> None:
    """The desks are there, empty; accounts were restored before."""
    desks = book.desks
    for wallet in journal.read("bitget-spot-wallet", Wallet):
        desks[wallet.api_key].wallets[wallet.asset] = wallet
    for order in journal.read("bitget-spot-order", spot.Order, by="id"):
        _resume(book, desks[order.api_key].orders, order, is_sent=not order.plan_id)
    for plan in journal.read("bitget-spot-plan", spot.Plan, by="id"):
        _resume(book, desks[plan.api_key].plans, plan, is_sent=not plan.attached)
    for fill in journal.read("bitget-spot-fill", spot.Fill, by="id"):
        desks[fill.api_key].fills.append(fill)
        book.numbers.seen(fill.id)


def restore_mix(book: MixBook, journal: Journal | NoJournal) -> None:
    _restore_accounts(book, journal)
    desks = book.desks
    for order in journal.read("bitget-mix-order", mix.Order, by="id"):
        _resume(book, desks[order.api_key].orders, order, is_sent=order.is_sent)
    for plan in journal.read("bitget-mix-plan", mix.Plan, by="id"):
        _resume(book, desks[plan.api_key].plans, plan, is_sent=not plan.attached)
    for fill in journal.read("bitget-mix-fill", mix.Fill, by="id"):
        desks[fill.api_key].fills.append(fill)
        book.numbers.seen(fill.id)


def _resume(book: SpotBook | MixBook, orders: Orders[int, Any], order: Any, is_sent: bool) -> None:
    """An order, or a plan order, takes its place again; `is_sent`: by a client, and not made by the venue."""
    orders.enter(order)
    book.numbers.seen(order.id + 1)
    if is_sent:
        book.shared.ledger.enter(VENUE, order)
    if order.is_open:
        book.watch(order)


def _restore_accounts(book: MixBook, journal: Journal | NoJournal) -> None:
    desks = book.desks
    for mode in journal.read("bitget-mix-mode", mix.Mode):
        desks[mode.api_key].modes[mode.product] = mode
    for wallet in journal.read("bitget-mix-wallet", MarginWallet):
        desks[wallet.api_key].wallets[wallet.asset] = wallet
    for setting in journal.read("bitget-mix-setting", mix.Setting):
        desks[setting.api_key].settings[setting.symbol] = setting
    for position in journal.read("bitget-mix-position", mix.MixPosition):
        desks[position.api_key].positions[position.symbol, position.side] = position
        if position.amount:
            book.holders[position.symbol][position.api_key] = desks[position.api_key]
