"""Binance spot as a venue: its routes, and how keys, prices, books and restarts reach its book."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from simulator.accounts import Account
from simulator.binance.gate import Gate
from simulator.binance.klines import Klines, of_spot
from simulator.binance.limits import MINUTE_MS, Limits, Rule
from simulator.binance.market_calls import MarketCalls
from simulator.binance.parameters import Parameters, flag
from simulator.binance.spot import answers
from simulator.binance.spot.book import Book
from simulator.binance.spot.list_calls import ListCalls
from simulator.binance.spot.order_calls import OrderCalls
from simulator.binance.spot.records import Desk
from simulator.binance.spot.restoring import restore
from simulator.binance.spot.symbols import SYMBOLS, described
from simulator.binance.spot.ws_api import WsApi
from simulator.binance.trouble import Trouble
from simulator.candles import Candles
from simulator.conversation import Conversation, Opener
from simulator.journal import Journal, NoJournal
from simulator.prices import Prices
from simulator.venue import Venue
from simulator.wire.connects import MOST_CONNECTS, at_most
from simulator.wire.exchanged import Reply, Request, Route
from simulator.wire.socket import Socket
from simulator.world import Shared

ORDER_RULES = (Rule("10S", "SECOND", 10, 10_000, 100), Rule("1D", "DAY", 1, 1440 * MINUTE_MS, 200_000))


class Spot(Venue):
    name = "binance"

    def __init__(self, shared: Shared) -> None:
        ticks = {symbol.name: symbol.tick for symbol in SYMBOLS.values()}
        starts = {symbol.name: symbol.start_price for symbol in SYMBOLS.values()}
        self._shared = shared
        prices = Prices(self.name, starts, ticks, shared.seed)
        self.book = Book(shared, SYMBOLS, prices)
        self._limits = Limits(6000, ORDER_RULES)
        self._gate = Gate(shared.clock, self._limits)
        self._market = MarketCalls(shared.clock, SYMBOLS, prices)
        self._candles = Candles(self.name, shared.clock, shared.journal, prices, ticks, shared.seed)
        super().__init__(prices, self._limits, self.book, self._limits, self._gate.members, self._candles)

    def routes(self) -> Iterable[tuple[bytes, Route]]:
        orders, lists, gate = OrderCalls(self.book), ListCalls(self.book), self._gate
        market, api = self._market, "/api/v3"
        yield from self._public([("ping", market.ping, 1), ("time", market.time, 1), ("exchangeInfo", self._rules, 20)])
        yield from self._public([("ticker/price", market.price, 2), ("ticker/24hr", market.day, 2)])
        yield from self._public([("avgPrice", market.average, 2), ("ticker/bookTicker", market.book, 2)])
        klines = Klines(self._shared.clock, SYMBOLS, self._candles, 1000, of_spot)
        yield b"GET", self._route(f"{api}/klines", "other", gate.weighed(klines.answer, klines.weight))
        signed: list[tuple[bytes, str, str, Any, int, int]] = [
            (b"POST", f"{api}/order", "order", orders.place, 1, 1),
            (b"POST", f"{api}/order/test", "other", orders.test, 1, 0),
            (b"GET", f"{api}/order", "query", orders.query, 4, 0),
            (b"DELETE", f"{api}/order", "cancel", orders.cancel, 1, 0),
            (b"GET", f"{api}/openOrders", "query", orders.open, 6, 0),
            (b"DELETE", f"{api}/openOrders", "cancel", orders.cancel_all, 1, 0),
            (b"GET", f"{api}/allOrders", "query", orders.history, 20, 0),
            (b"GET", f"{api}/myTrades", "query", orders.fills, 20, 0),
            (b"POST", f"{api}/orderList/oco", "order", lists.oco, 1, 2),
            (b"POST", f"{api}/orderList/oto", "order", lists.oto, 1, 2),
            (b"POST", f"{api}/orderList/otoco", "order", lists.otoco, 1, 3),
            (b"GET", f"{api}/orderList", "query", lists.query, 4, 0),
            (b"DELETE", f"{api}/orderList", "cancel", lists.cancel, 1, 0),
            (b"GET", f"{api}/openOrderList", "query", lists.open, 6, 0),
            (b"GET", f"{api}/account", "query", self._account, 20, 0),
            (b"GET", f"{api}/rateLimit/order", "query", self._order_counts, 40, 0),
            (b"GET", "/sapi/v1/account/apiRestrictions", "query", self._restrictions, 1, 0),
        ]
        for method, path, about, deed, weight, count in signed:
            trades = method != b"GET"
            yield method, self._route(path, about, gate.signed(deed, weight, trades, count))

    def _public(self, calls: list[tuple[str, Any, int]]) -> Iterable[tuple[bytes, Route]]:
        for name, deed, weight in calls:
            yield b"GET", self._route(f"/api/v3/{name}", "other", self._gate.public(deed, weight))

    def _route(self, path: str, about: str, answer: Any) -> Route:
        trouble = Trouble(self._shared.clock, futures=False, weight_limit=self._limits.weight_limit)
        return Route(self.name, f"/{self.name}{path}", about, answer, b"x-mbx-apikey", trouble)

    def not_found(self, _: Request) -> Reply:
        return Reply(404, b"<html><body><h2>404 Not found</h2></body></html>", content_type=b"text/html")

    def open(self, account: Account, balances: dict[str, Decimal], position_mode: str) -> None:
        desk = self.admit(account)
        desk.can_trade, desk.permissions = "trade" in account.permissions, account.permissions
        for asset, amount in {"USDT": Decimal(0), **balances}.items():
            desk.wallet(asset).free = amount
            self._shared.journal.note("spot-wallet", f"{desk.api_key}/{asset}", desk.wallet(asset))
            self._shared.streams.publish(self.name, desk.api_key, "balance", desk.wallet(asset))

    def sockets(self) -> Mapping[str, Opener]:
        def converse(socket: Socket, request: Request) -> Conversation:
            return WsApi(socket, request, self.book, self._gate)

        return {f"/{self.name}/ws-api/v3": at_most(MOST_CONNECTS, self._shared.clock, self._limits, converse)}

    def move_price(self, symbol: str, price: Decimal) -> None:
        self._candles.note(symbol, price)
        super().move_price(symbol, price)

    def settle(self, symbol: str) -> None:
        self.book.settle(symbol)

    def restore_desks(self, journal: Journal | NoJournal) -> None:
        self._candles.restore(journal)
        restore(self.book, journal)

    def admit(self, account: Account) -> Desk:
        desk = self.book.desks.get(account.api_key)
        if desk is None:
            desk = Desk(account.api_key, "trade" in account.permissions, account.created_ms, account.permissions)
            self.book.desks[account.api_key] = desk
        self._gate.members.admit(account, desk)
        return desk

    def _rules(self, params: Parameters) -> Any:
        return {
            "timezone": "UTC", "serverTime": self._shared.clock.now_ms(), "rateLimits": self._limits.as_rules(),
            "exchangeFilters": [], "symbols": [described(symbol) for symbol in self._market.asked_for(params)],
        }  # fmt: skip

    def _account(self, desk: Desk, params: Parameters, _: Request) -> Any:
        return answers.account(desk, self._shared.clock.now_ms(), flag(params, "omitZeroBalances"))

    def _restrictions(self, desk: Desk, _: Parameters, __: Request) -> Any:
        return answers.restrictions(desk)

    def _order_counts(self, desk: Desk, _: Parameters, __: Request) -> Any:
        now_ms, windows = self._shared.clock.now_ms(), self._limits.windows_of(desk.api_key)
        return [
            {**self._limits.order_rule(rule), "count": window.add(now_ms, 0)}
            for rule, window in zip(ORDER_RULES, windows, strict=True)
        ]
