"""Bitget as a venue: its routes, and how keys, prices, books and restarts reach its two books."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from zlib import crc32

from simulator.accounts import Account
from simulator.bitget import v2_routes
from simulator.bitget.changes import VENUE, Changes
from simulator.bitget.desk import Desk
from simulator.bitget.envelope import failure
from simulator.bitget.gate import Gate
from simulator.bitget.identity import Numbers
from simulator.bitget.limits import Limits
from simulator.bitget.market_calls import MarketCalls
from simulator.bitget.mix.book import Book as MixBook
from simulator.bitget.mix.records import MixDesk
from simulator.bitget.mix.settling import settle as settle_mix
from simulator.bitget.restoring import restore_mix, restore_spot
from simulator.bitget.spot.book import Book as SpotBook
from simulator.bitget.spot.plans import settle as settle_spot
from simulator.bitget.spot.records import SpotDesk
from simulator.bitget.streams.doors import doors
from simulator.bitget.streams.feed import Feed
from simulator.bitget.symbols import LISTED, SYMBOLS
from simulator.bitget.trouble import Trouble
from simulator.bitget.v1 import routes as v1_routes
from simulator.conversation import Opener
from simulator.journal import Journal, NoJournal
from simulator.prices import Prices
from simulator.venue import Venue
from simulator.wire.exchanged import Reply, Request, Route
from simulator.world import Shared

FIRST_USER = 1_000_000_000


class Bitget(Venue):
    """Spot and mix share the price of a symbol."""

    name = VENUE

    def __init__(self, shared: Shared) -> None:
        starts = {symbol.name: symbol.start_price for symbol in SYMBOLS.values()}
        # A walking price must be one that both markets can have.
        ticks = {symbol.name: max(symbol.spot.tick, symbol.mix.tick) for symbol in SYMBOLS.values()}
        self._shared = shared
        prices = Prices(self.name, starts, ticks, shared.seed)
        self._changes, self._numbers = Changes(shared), Numbers()
        self.spot = SpotBook(shared, self._changes, self._numbers, prices)
        self.mix = MixBook(shared, self._changes, self._numbers, prices)
        self._limits = Limits()
        self._gate = Gate(shared.clock, self._limits, f"/{self.name}".encode())
        self._trouble = Trouble(shared.clock)
        self.desks: dict[str, Desk] = {}
        forgets = self.spot, self.mix, self.desks, self._numbers, self._limits, self._gate.members
        super().__init__(prices, self._limits, *forgets)

    def routes(self) -> Iterable[tuple[bytes, Route]]:
        market = MarketCalls(self._shared.clock, self.prices)
        for path, deed in (*v2_routes.public(market), *v1_routes.public(market)):
            yield b"GET", self._route(path, "other", self._gate.public(deed))
        newer = (*v2_routes.spot(self.spot), *v2_routes.mix(self.mix))
        for call in (*newer, *v1_routes.spot(self.spot), *v1_routes.mix(self.mix)):
            answer = self._gate.signed(call.deed, call.limit, call.trades)
            yield call.method, self._route(call.path, call.about, answer)

    def _route(self, path: str, about: str, answer: Any) -> Route:
        return Route(self.name, f"/{self.name}{path}", about, answer, b"access-key", self._trouble)

    def not_found(self, _: Request) -> Reply:
        return failure(404, "40404", "Request URL NOT FOUND", self._shared.clock.now_ms())

    def open(self, account: Account, balances: dict[str, Decimal], position_mode: str) -> None:
        """The balances are given to each of the two wallets; mix takes USDT alone."""
        desk, now_ms, note = self.admit(account), self._shared.clock.now_ms(), self._changes.note
        desk.permissions = account.permissions
        mode = desk.mix.mode(LISTED)
        mode.hedge = position_mode == "hedge"
        note("bitget-mix-mode", f"{desk.api_key}/{LISTED}", "mode", mode)
        for asset, amount in balances.items():
            wallet = desk.spot.wallet(asset)
            wallet.free, wallet.updated_ms = amount, now_ms
            note("bitget-spot-wallet", f"{desk.api_key}/{asset}", "balance", wallet)
        margin = desk.mix.wallet()
        margin.balance, margin.updated_ms = balances.get("USDT", margin.balance), now_ms
        note("bitget-mix-wallet", f"{desk.api_key}/USDT", "balance", margin)

    def sockets(self) -> Mapping[str, Opener]:
        return doors(Feed(self.spot, self.mix, self._gate, self._limits))

    def settle(self, symbol: str) -> None:
        settle_spot(self.spot, symbol)
        settle_mix(self.mix, symbol)

    def restore_desks(self, journal: Journal | NoJournal) -> None:
        restore_spot(self.spot, journal)
        restore_mix(self.mix, journal)

    def admit(self, account: Account) -> Desk:
        key = account.api_key
        desk = self.desks.get(key)
        if desk is None:
            spot, mix = SpotDesk(key), MixDesk(key)
            number = str(FIRST_USER + crc32(key.encode()))
            desk = self.desks[key] = Desk(key, number, account.permissions, account.created_ms, spot, mix)
            self.spot.desks[key], self.mix.desks[key] = spot, mix
        self._gate.members.admit(account, desk)
        return desk
