"""Bitget's books from the journal: the same wallets, positions and waiting orders as before the end."""

from simulator.bitget.changes import VENUE
from simulator.bitget.mix import records as mix
from simulator.bitget.mix.book import Book as MixBook
from simulator.bitget.spot import records as spot
from simulator.bitget.spot.book import Book as SpotBook
from simulator.journal import Journal, NoJournal


def restore_spot(book: SpotBook, journal: Journal | NoJournal) -> None:
    """The desks are there, empty; accounts were restored before."""
    for wallet in journal.read("bitget-spot-wallet", spot.Wallet):
        book.desks[wallet.api_key].wallets[wallet.asset] = wallet
    for order in journal.read("bitget-spot-order", spot.Order, by="id"):
        desk = book.desks[order.api_key]
        desk.orders[order.id] = desk.by_client_id[order.client_id] = order
        book.numbers.seen(order.id + 1)
        if not order.plan_id:
            book.shared.ledger.enter(VENUE, order)
        if order.is_open:
            desk.open[order.id] = order
            book.watch(order)
    for plan in journal.read("bitget-spot-plan", spot.Plan, by="id"):
        desk = book.desks[plan.api_key]
        desk.plans[plan.id] = desk.plan_by_client_id[plan.client_id] = plan
        book.numbers.seen(plan.id + 1)
        if not plan.attached:
            book.shared.ledger.enter(VENUE, plan)
        if plan.is_open:
            desk.open_plans[plan.id] = plan
            book.watch(plan)
    for fill in journal.read("bitget-spot-fill", spot.Fill, by="id"):
        book.desks[fill.api_key].fills.append(fill)
        book.numbers.seen(fill.id)


def restore_mix(book: MixBook, journal: Journal | NoJournal) -> None:
    _restore_accounts(book, journal)
    for order in journal.read("bitget-mix-order", mix.Order, by="id"):
        desk = book.desks[order.api_key]
        desk.orders[order.id] = desk.by_client_id[order.client_id] = order
        book.numbers.seen(order.id + 1)
        if order.is_sent:
            book.shared.ledger.enter(VENUE, order)
        if order.is_open:
            desk.open[order.id] = order
            book.watch(order)
    for plan in journal.read("bitget-mix-plan", mix.Plan, by="id"):
        desk = book.desks[plan.api_key]
        desk.plans[plan.id] = desk.plan_by_client_id[plan.client_id] = plan
        book.numbers.seen(plan.id + 1)
        if not plan.attached:
            book.shared.ledger.enter(VENUE, plan)
        if plan.is_open:
            desk.open_plans[plan.id] = plan
            book.watch(plan)
    for fill in journal.read("bitget-mix-fill", mix.Fill, by="id"):
        book.desks[fill.api_key].fills.append(fill)
        book.numbers.seen(fill.id)


def _restore_accounts(book: MixBook, journal: Journal | NoJournal) -> None:
    desks = book.desks
    for mode in journal.read("bitget-mix-mode", mix.Mode):
        desks[mode.api_key].modes[mode.product] = mode
    for wallet in journal.read("bitget-mix-wallet", mix.Wallet):
        desks[wallet.api_key].wallets[wallet.asset] = wallet
    for setting in journal.read("bitget-mix-setting", mix.Setting):
        desks[setting.api_key].settings[setting.symbol] = setting
    for position in journal.read("bitget-mix-position", mix.Position):
        desks[position.api_key].positions[position.symbol, position.side] = position
        if position.amount:
            book.holders[position.symbol][position.api_key] = desks[position.api_key]
