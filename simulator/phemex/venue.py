"""Phemex as a venue: its routes, and how keys, prices, books and restarts reach its two books."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from simulator.accounts import Account
from simulator.conversation import Opener
from simulator.journal import Journal, NoJournal
from simulator.phemex.contracts import settling
from simulator.phemex.contracts.book import Book as ContractBook
from simulator.phemex.contracts.records import Desk as ContractDesk
from simulator.phemex.contracts.records import Mode
from simulator.phemex.contracts.restoring import restore as restore_contracts
from simulator.phemex.contracts.symbols import CONTRACTS, Contract, contracts_of
from simulator.phemex.gate import Gate
from simulator.phemex.limits import Limits
from simulator.phemex.products import older_products, products
from simulator.phemex.refusal import Refusal
from simulator.phemex.routes import Call, contract_calls, spot_calls
from simulator.phemex.signature import TOKEN
from simulator.phemex.spot.book import Book as SpotBook
from simulator.phemex.spot.records import Desk as SpotDesk
from simulator.phemex.spot.restoring import restore as restore_spot
from simulator.phemex.spot.symbols import PAIRS, Pair
from simulator.phemex.streams.conversation import Conversation
from simulator.phemex.streams.feed import Feed
from simulator.phemex.tickers import Tickers
from simulator.phemex.trouble import Trouble
from simulator.prices import Prices
from simulator.venue import Venue
from simulator.wire.connects import at_most
from simulator.wire.exchanged import Reply, Request, Route
from simulator.wire.socket import Socket
from simulator.world import Shared

MOST_CONNECTS = 200  # of one address, in five minutes


@dataclass(slots=True)
class Desks:
    """What one key has: contracts and spot are apart, as their accounts are."""

    contracts: ContractDesk
    spot: SpotDesk


class Phemex(Venue):
    """Prices of contracts and of spot move each on their own."""

    name = "phemex"

    def __init__(self, shared: Shared) -> None:
        listed: list[Contract | Pair] = [*CONTRACTS.values(), *PAIRS.values()]
        starts, ticks = {each.name: each.start_price for each in listed}, {each.name: each.tick for each in listed}
        self._shared = shared
        prices = Prices(self.name, starts, ticks, shared.seed)
        self.contracts, self.spot = ContractBook(shared, prices), SpotBook(shared, prices)
        self._limits = Limits()
        self._gate = Gate(shared.clock, self._limits)
        self._feed = Feed(self.contracts, self.spot, self._gate, self._limits)
        super().__init__(prices, self._limits, self.contracts, self.spot, self._limits, self._gate.members)

    def routes(self) -> Iterable[tuple[bytes, Route]]:
        yield from self._public()
        for call in contract_calls(self.contracts):
            yield call.method, self._signed(call, lambda desks: desks.contracts)
        for call in spot_calls(self.spot):
            yield call.method, self._signed(call, lambda desks: desks.spot)

    def _public(self) -> Iterator[tuple[bytes, Route]]:
        tickers = Tickers(self._shared.clock, self.prices)
        calls: tuple[tuple[str, Any], ...] = (
            ("/public/time", tickers.time), ("/public/products", products), ("/public/products-plus", products),
            ("/v1/exchange/public/products", older_products), ("/exchange/public/products", older_products),
            ("/md/ticker/24hr", tickers.coin), ("/v1/md/ticker/24hr", tickers.coin),
            ("/md/v1/ticker/24hr", tickers.coin), ("/v1/md/ticker/24hr/all", tickers.all_coin),
            ("/md/v2/ticker/24hr", tickers.linear), ("/md/v2/ticker/24hr/all", tickers.all_linear),
            ("/md/spot/ticker/24hr", tickers.spot), ("/v1/md/spot/ticker/24hr", tickers.spot),
            ("/v1/md/spot/ticker/24hr/all", tickers.all_spot),
        )  # fmt: skip
        for path, deed in calls:
            yield b"GET", self._route(path, "other", self._gate.public(deed), "")

    def _signed(self, call: Call, pick: Callable[[Desks], Any]) -> Route:
        def deed(desks: Desks, params: dict[str, Any], request: Request) -> Any:
            return call.deed(pick(desks), params, request)

        trades = call.method != b"GET"
        answer = self._gate.signed(deed, call.group, call.weight, trades, call.in_query, call.message)
        return self._route(call.path, call.about, answer, call.group)

    def _route(self, path: str, about: str, answer: Any, group: str) -> Route:
        return Route(self.name, f"/{self.name}{path}", about, answer, TOKEN, Trouble(group))

    def not_found(self, _: Request) -> Reply:
        return Refusal(404, "Not Found", 404).reply()

    def open(self, account: Account, balances: dict[str, Decimal], position_mode: str) -> None:
        """Named balances are put into the trading account of their currency, where there is one, and into the
        spot wallet as well (free amount; what orders lock stays locked).
        """
        desks = self.admit(account)
        settled = {contract.settle for contract in CONTRACTS.values()}
        for currency, amount in {"USDT": Decimal(0), **balances}.items():
            desks.spot.wallet(currency).free = amount
            self.spot.save_wallet(desks.spot, currency)
            if currency in settled:
                desks.contracts.wallet(currency).balance = amount
                self.contracts.save_wallet(desks.contracts, currency)
        if position_mode == "hedge":
            self._hedge(desks.contracts)

    def _hedge(self, desk: ContractDesk) -> None:
        for contract in contracts_of(inverse=False):
            if not any(key[0] == contract.name for key in desk.positions):
                mode = desk.modes[contract.name] = Mode(desk.api_key, contract.name, hedged=True)
                self._shared.journal.note("phemex-mode", f"{desk.api_key}/{contract.name}", mode)

    def sockets(self) -> Mapping[str, Opener]:
        """Where the venue is asked for without a path, that is the WebSocket too."""

        def converse(socket: Socket, _: Request) -> Conversation:
            return Conversation(socket, self._feed)

        door = at_most(MOST_CONNECTS, self._shared.clock, self._limits, converse)
        return {f"/{self.name}/ws": door, f"/{self.name}": door}

    def settle(self, symbol: str) -> None:
        if symbol in PAIRS:
            self.spot.settle(symbol)
        else:
            settling.settle(self.contracts, symbol)

    def restore_desks(self, journal: Journal | NoJournal) -> None:
        restore_contracts(self.contracts, journal)
        restore_spot(self.spot, journal)

    def admit(self, account: Account) -> Desks:
        key = account.api_key
        desks = Desks(
            self.contracts.desks.setdefault(key, ContractDesk(key)), self.spot.desks.setdefault(key, SpotDesk(key))
        )
        self._gate.members.admit(account, desks)
        return desks
