"""Binance USDT-M as a venue: its routes, and how keys, prices, books and restarts reach its book."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from simulator.accounts import Account
from simulator.binance.gate import Gate
from simulator.binance.klines import Klines, of_futures
from simulator.binance.limits import MINUTE_MS, Limits, Rule
from simulator.binance.market_calls import MarketCalls
from simulator.binance.parameters import Parameters
from simulator.binance.trouble import Trouble
from simulator.binance.usdm.algo_calls import AlgoCalls
from simulator.binance.usdm.book import Book
from simulator.binance.usdm.listen_keys import ListenKeys
from simulator.binance.usdm.order_calls import OrderCalls
from simulator.binance.usdm.records import Desk, Mode
from simulator.binance.usdm.restoring import restore
from simulator.binance.usdm.setting_calls import SettingCalls
from simulator.binance.usdm.settling import settle
from simulator.binance.usdm.symbols import SYMBOLS, described
from simulator.binance.usdm.user_stream import UserStream
from simulator.candles import Candles
from simulator.conversation import Conversation, Opener
from simulator.journal import Journal, NoJournal
from simulator.prices import Prices
from simulator.venue import Venue
from simulator.wire.connects import MOST_CONNECTS, at_most
from simulator.wire.exchanged import Reply, Request, Route
from simulator.wire.socket import Socket
from simulator.world import Shared

ORDER_RULES = (Rule("10S", "SECOND", 10, 10_000, 300), Rule("1M", "MINUTE", 1, MINUTE_MS, 1200))


class Usdm(Venue):
    name = "binance-futures"

    def __init__(self, shared: Shared) -> None:
        ticks = {symbol.name: symbol.tick for symbol in SYMBOLS.values()}
        starts = {symbol.name: symbol.start_price for symbol in SYMBOLS.values()}
        self._shared = shared
        prices = Prices(self.name, starts, ticks, shared.seed)
        self.book = Book(shared, SYMBOLS, prices)
        self._limits = Limits(2400, ORDER_RULES)
        self._gate = Gate(shared.clock, self._limits)
        self._market = MarketCalls(shared.clock, SYMBOLS, prices)
        self._candles = Candles(self.name, shared.clock, shared.journal, prices, ticks, shared.seed)
        super().__init__(prices, self._limits, self.book, self._limits, self._gate.members, self._candles)

    def routes(self) -> Iterable[tuple[bytes, Route]]:
        yield from self._public()
        signed = [*self._order_calls(), *self._algo_calls(), *self._setting_calls()]
        for method, path, about, deed, weight, count in signed:
            yield method, self._route(path, about, self._gate.signed(deed, weight, method != b"GET", count))
        keys = ListenKeys(self.book)
        streams = ((b"POST", keys.listen), (b"PUT", keys.keep_listening), (b"DELETE", keys.stop_listening))
        for method, deed in streams:
            yield method, self._route("v1/listenKey", "other", self._gate.keyed(deed, 1))

    def _public(self) -> Iterable[tuple[bytes, Route]]:
        market = self._market
        calls: list[tuple[str, Any, int]] = [
            ("v1/ping", market.ping, 1), ("v1/time", market.time, 1), ("v1/exchangeInfo", self._rules, 1),
            ("v1/premiumIndex", market.premium, 1), ("v1/ticker/price", market.price, 1),
            ("v2/ticker/price", market.price, 1), ("v1/ticker/24hr", market.day, 1),
            ("v1/ticker/bookTicker", market.book, 2),
        ]  # fmt: skip
        for path, deed, weight in calls:
            yield b"GET", self._route(path, "other", self._gate.public(deed, weight))
        klines = Klines(self._shared.clock, SYMBOLS, self._candles, 1500, of_futures)
        yield b"GET", self._route("v1/klines", "other", self._gate.weighed(klines.answer, klines.weight))

    def _order_calls(self) -> Iterable[tuple[bytes, str, str, Any, int, int]]:
        """Method, path, what faults call it, deed, weight, orders it counts as."""
        orders = OrderCalls(self.book)
        return (
            (b"POST", "v1/order", "order", orders.place, 0, 1),
            (b"POST", "v1/order/test", "other", orders.test, 0, 0),
            (b"PUT", "v1/order", "order", orders.change, 1, 1),
            (b"GET", "v1/order", "query", orders.query, 1, 0),
            (b"DELETE", "v1/order", "cancel", orders.cancel, 1, 0),
            (b"POST", "v1/batchOrders", "order", orders.place_batch, 5, 5),
            (b"GET", "v1/openOrder", "query", orders.query_open, 1, 0),
            (b"GET", "v1/openOrders", "query", orders.open, 1, 0),
            (b"DELETE", "v1/allOpenOrders", "cancel", orders.cancel_all, 1, 0),
            (b"GET", "v1/allOrders", "query", orders.history, 5, 0),
            (b"GET", "v1/userTrades", "query", orders.fills, 5, 0),
        )

    def _algo_calls(self) -> Iterable[tuple[bytes, str, str, Any, int, int]]:
        algos = AlgoCalls(self.book)
        return (
            (b"POST", "v1/algoOrder", "order", algos.place, 0, 1),
            (b"GET", "v1/algoOrder", "query", algos.query, 1, 0),
            (b"DELETE", "v1/algoOrder", "cancel", algos.cancel, 1, 0),
            (b"GET", "v1/openAlgoOrders", "query", algos.open, 1, 0),
            (b"GET", "v1/allAlgoOrders", "query", algos.history, 5, 0),
            (b"DELETE", "v1/algoOpenOrders", "cancel", algos.cancel_all, 1, 0),
        )

    def _setting_calls(self) -> Iterable[tuple[bytes, str, str, Any, int, int]]:
        settings = SettingCalls(self.book)
        return (
            (b"GET", "v1/leverageBracket", "query", settings.brackets, 1, 0),
            (b"GET", "v2/balance", "query", settings.balance, 5, 0),
            (b"GET", "v3/balance", "query", settings.balance, 5, 0),
            (b"GET", "v2/account", "query", settings.older_account, 5, 0),
            (b"GET", "v3/account", "query", settings.account, 5, 0),
            (b"GET", "v2/positionRisk", "query", settings.older_positions, 5, 0),
            (b"GET", "v3/positionRisk", "query", settings.positions, 5, 0),
            (b"GET", "v1/symbolConfig", "query", settings.symbol_settings, 5, 0),
            (b"GET", "v1/accountConfig", "query", settings.account_settings, 5, 0),
            (b"GET", "v1/positionSide/dual", "query", settings.mode, 30, 0),
            (b"POST", "v1/positionSide/dual", "other", settings.set_mode, 1, 0),
            (b"POST", "v1/marginType", "other", settings.set_margin_type, 1, 0),
            (b"POST", "v1/leverage", "other", settings.set_leverage, 1, 0),
        )

    def _route(self, path: str, about: str, answer: Any) -> Route:
        trouble = Trouble(self._shared.clock, futures=True, weight_limit=self._limits.weight_limit)
        return Route(self.name, f"/{self.name}/fapi/{path}", about, answer, b"x-mbx-apikey", trouble)

    def not_found(self, _: Request) -> Reply:
        return Reply(404, b'{"code":-5000,"msg":"Path not found."}', reason="-5000")

    def open(self, account: Account, balances: dict[str, Decimal], position_mode: str) -> None:
        desk = self.admit(account)
        desk.can_trade = "trade" in account.permissions
        desk.mode.hedge = position_mode == "hedge"
        note = self._shared.journal.note
        note("usdm-mode", desk.api_key, desk.mode)
        for asset, amount in {"USDT": Decimal(0), **balances}.items():
            wallet = desk.wallet(asset)
            wallet.balance, wallet.updated_ms = amount, self._shared.clock.now_ms()
            note("usdm-wallet", f"{desk.api_key}/{asset}", wallet)
            self._shared.streams.publish(self.name, desk.api_key, "balance", wallet)

    def sockets(self) -> Mapping[str, Opener]:
        def converse(socket: Socket, request: Request) -> Conversation:
            return UserStream(socket, request, ListenKeys(self.book), self._limits)

        door = at_most(MOST_CONNECTS, self._shared.clock, self._limits, converse)
        return {f"/{self.name}/private/{path}": door for path in ("ws", "ws/", "stream")}

    def move_price(self, symbol: str, price: Decimal) -> None:
        self._candles.note(symbol, price)
        super().move_price(symbol, price)

    def settle(self, symbol: str) -> None:
        settle(self.book, symbol)

    def restore_desks(self, journal: Journal | NoJournal) -> None:
        self._candles.restore(journal)
        restore(self.book, journal)

    def admit(self, account: Account) -> Desk:
        desk = self.book.desks.get(account.api_key)
        if desk is None:
            desk = Desk(account.api_key, "trade" in account.permissions, Mode(account.api_key))
            self.book.desks[account.api_key] = desk
        self._gate.members.admit(account, desk)
        return desk

    def _rules(self, params: Parameters) -> Any:
        assets = [{"asset": "USDT", "marginAvailable": True, "autoAssetExchange": "-10000"}]
        return {
            "timezone": "UTC", "serverTime": self._shared.clock.now_ms(), "futuresType": "U_MARGINED",
            "rateLimits": self._limits.as_rules(), "exchangeFilters": [], "assets": assets,
            "symbols": [described(symbol) for symbol in self._market.asked_for(params)],
        }  # fmt: skip
