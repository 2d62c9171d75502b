"""Bitget's books from the journal: the same wallets, positions and waiting orders as before the end."""

from simulator.bitget.changes import VENUE
from simulator.bitget.mix import records as mix
from simulator.bitget.mix.book import Book as MixBook
from simulator.bitget.spot import records as spot
from simulator.bitget.spot.book import Book as SpotBook
from simulator.journal import Journal, NoJournal
from simulator.records import thaw


def restore_spot(book: SpotBook, journal: Journal | NoJournal) -> None:
    """The desks are there, empty; accounts were restored before."""
    for wallet in (thaw(spot.Wallet, row) for row in journal.read("bitget-spot-wallet")):
        book.desks[wallet.api_key].wallets[wallet.asset] = wallet
    for order in sorted((thaw(spot.Order, row) for row in journal.read("bitget-spot-order")), key=_number):
        desk = book.desks[order.api_key]
        desk.orders[order.id] = desk.by_client_id[order.client_id] = order
        book.numbers.seen(order.id + 1)
        if not order.plan_id:
            book.shared.ledger.enter(VENUE, order)
        if order.is_open:
            desk.open[order.id] = order
            book.watch(order)
    for plan in sorted((thaw(spot.Plan, row) for row in journal.read("bitget-spot-plan")), key=_number):
        desk = book.desks[plan.api_key]
        desk.plans[plan.id] = desk.plan_by_client_id[plan.client_id] = plan
        book.numbers.seen(plan.id + 1)
        if not plan.attached:
            book.shared.ledger.enter(VENUE, plan)
        if plan.is_open:
            desk.open_plans[plan.id] = plan
            book.watch(plan)
    for fill in sorted((thaw(spot.Fill, row) for row in journal.read("bitget-spot-fill")), key=_number):
        book.desks[fill.api_key].fills.append(fill)
        book.numbers.seen(fill.id)


def restore_mix(book: MixBook, journal: Journal | NoJournal) -> None:
    _restore_accounts(book, journal)
    for order in sorted((thaw(mix.Order, row) for row in journal.read("bitget-mix-order")), key=_number):
        desk = book.desks[order.api_key]
        desk.orders[order.id] = desk.by_client_id[order.client_id] = order
        book.numbers.seen(order.id + 1)
        if order.is_sent:
            book.shared.ledger.enter(VENUE, order)
        if order.is_open:
            desk.open[order.id] = order
            book.watch(order)
    for plan in sorted((thaw(mix.Plan, row) for row in journal.read("bitget-mix-plan")), key=_number):
        desk = book.desks[plan.api_key]
        desk.plans[plan.id] = desk.plan_by_client_id[plan.client_id] = plan
        book.numbers.seen(plan.id + 1)
        if not plan.attached:
            book.shared.ledger.enter(VENUE, plan)
        if plan.is_open:
            desk.open_plans[plan.id] = plan
            book.watch(plan)
    for fill in sorted((thaw(mix.Fill, row) for row in journal.read("bitget-mix-fill")), key=_number):
        book.desks[fill.api_key].fills.append(fill)
        book.numbers.seen(fill.id)


def _restore_accounts(book: MixBook, journal: Journal | NoJournal) -> None:
    desks = book.desks
    for mode in (thaw(mix.Mode, row) for row in journal.read("bitget-mix-mode")):
        desks[mode.api_key].modes[mode.product] = mode
    for wallet in (thaw(mix.Wallet, row) for row in journal.read("bitget-mix-wallet")):
        desks[wallet.api_key].wallets[wallet.asset] = wallet
    for setting in (thaw(mix.Setting, row) for row in journal.read("bitget-mix-setting")):
        desks[setting.api_key].settings[setting.symbol] = setting
    for position in (thaw(mix.Position, row) for row in journal.read("bitget-mix-position")):
        desks[position.api_key].positions[position.symbol, position.side] = position
        if position.amount:
            book.holders[position.symbol][position.api_key] = desks[position.api_key]


def _number(record: spot.Order | spot.Plan | spot.Fill | mix.Order | mix.Plan | mix.Fill) -> int:
    return record.id
