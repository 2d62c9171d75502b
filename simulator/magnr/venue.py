"""Magnr as a venue: its routes, and how keys, prices, books and restarts reach its book."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from simulator.accounts import Account
from simulator.journal import Journal, NoJournal
from simulator.magnr.book import SYMBOL, Book
from simulator.magnr.calls import Calls
from simulator.magnr.gate import Gate, key_of
from simulator.magnr.records import BITCOIN, DOLLAR, Desk, Tonce, Trade
from simulator.magnr.refusal import worded
from simulator.magnr.trouble import trouble
from simulator.prices import Prices
from simulator.venue import Venue
from simulator.wallet import Wallet
from simulator.wire.exchanged import Reply, Request, Route
from simulator.world import Shared

TRADES = "/magnr/api/v1/trades/"


class Magnr(Venue):
    name = "magnr"

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        prices = Prices(self.name, {SYMBOL: Decimal(50000)}, {SYMBOL: Decimal("0.01")}, shared.seed)
        self.book = Book(self.name, shared, prices)
        self._gate = Gate(shared.clock, shared.journal)
        super().__init__(prices, None, self.book, self._gate.members)

    def routes(self) -> Iterable[tuple[bytes, Route]]:
        calls = Calls(self.book)
        served: list[tuple[bytes, str, str, Any, int]] = [
            (b"POST", TRADES, "order", calls.place, 201),
            (b"GET", TRADES, "query", calls.list_all, 200),
            (b"GET", TRADES + "{id}/", "query", calls.get, 200),
            (b"DELETE", TRADES + "{id}/", "cancel", calls.liquidate, 200),
        ]
        for method, path, about, deed, status in served:
            trades = method != b"GET"
            answer, take_in = self._gate.signed(deed, trades, status), self._gate.deferred(deed, trades, status)
            yield method, Route(self.name, path, about, answer, trouble=trouble, read_key=key_of, take_in=take_in)

    def not_found(self, _: Request) -> Reply:
        return worded(404, "Not found")

    def open(self, account: Account, balances: dict[str, Decimal], position_mode: str) -> None:
        desk = self.admit(account)
        for asset in (BITCOIN, DOLLAR):
            if asset in balances:
                desk.wallet(asset).free = balances[asset]
                self._shared.journal.note("magnr-wallet", f"{desk.api_key}/{asset}", desk.wallet(asset))

    def settle(self, symbol: str) -> None:
        self.book.settle()

    def restore_desks(self, journal: Journal | NoJournal) -> None:
        desks = self.book.desks
        for tonce in journal.read("magnr-tonce", Tonce):
            desks[tonce.api_key].tonce = tonce
        for wallet in journal.read("magnr-wallet", Wallet):
            desks[wallet.api_key].wallets[wallet.asset] = wallet
        for trade in journal.read("magnr-trade", Trade, by="id"):
            self.book.resume(desks[trade.api_key], trade)

    def admit(self, account: Account) -> Desk:
        desk = self.book.desks.get(account.api_key)
        if desk is None:
            desk = self.book.desks[account.api_key] = Desk(account.api_key, Tonce(account.api_key))
        self._gate.members.admit(account, desk)
        return desk
