"""One client's conversation with Phemex: requests with an id, acknowledged in an envelope, and pushes after them.

Who says nothing for 30 seconds is dropped without a farewell; a ping frame counts as saying something.
"""

import hmac
from collections.abc import Callable
from functools import partial
from typing import Any

import orjson

from simulator.accounts import Member
from simulator.phemex.streams import days
from simulator.phemex.streams.accounts import Accounts
from simulator.phemex.streams.days import Compose, Days
from simulator.phemex.streams.feed import Feed, tell
from simulator.phemex.streams.klines import Klines
from simulator.phemex.streams.order_books import OrderBook
from simulator.phemex.streams.refused import Refused, invalid, not_authenticated
from simulator.phemex.streams.risks import Risks
from simulator.phemex.streams.ticks import Ticks
from simulator.phemex.streams.topic import Followed, Topic
from simulator.phemex.streams.trades import Trades
from simulator.phemex.streams.wallet_orders import WalletOrders
from simulator.wire.socket import POLICY_VIOLATION, Socket
from simulator.wire.throttle import Throttle

SILENCE_MS = 30_000
MOST_SUBSCRIPTIONS, MOST_CONNECTIONS, MOST_REQUESTS = 20, 5, 20
MOST_EXPIRY_S = 120


class Conversation:
    def __init__(self, socket: Socket, feed: Feed) -> None:
        self._socket, self._feed = socket, feed
        self._member: Member | None = None
        self._throttle = Throttle(MOST_REQUESTS)
        self._topics = self._offered()

    def text(self, message: str) -> None:
        if not self._throttle.passes(self._feed.now_ms) and self._feed.limits.enforced:
            self._socket.close(POLICY_VIOLATION, "too many requests")
            return
        number, method = None, ""
        try:
            number, method, params = _read(message)
            self._do(number, method, params)
            self._socket.count(method)
        except Refused as refused:
            error = {"code": refused.code, "message": refused.message}
            self._socket.count(method, str(refused.code))
            tell(self._socket, {"error": error, "id": number, "result": None})

    def tick(self, now_ms: int) -> None:
        if now_ms - self._socket.heard_ms > SILENCE_MS:
            self._socket.drop()
            return
        for topic in self._topics.values():
            topic.tick(now_ms)

    def ended(self) -> None:
        for topic in self._topics.values():
            topic.end()
        self._forget()

    def _do(self, number: Any, method: str, params: list[Any]) -> None:
        if method == "server.ping":
            tell(self._socket, {"error": None, "id": number, "result": "pong"})
            return
        if method == "user.auth":
            self._authenticate(params)
            self._acknowledge(number)
            return
        name, _, verb = method.rpartition(".")
        topic = self._topics.get(name)
        if topic is None or verb not in ("subscribe", "unsubscribe"):
            raise invalid()
        if verb == "unsubscribe":
            self._acknowledge(number)
            for symbol in [each for each in params if each] or [None]:
                topic.end(symbol)
            return
        wanted = topic.read(params)
        if self._many() >= MOST_SUBSCRIPTIONS and wanted.name not in topic.followed:
            raise Refused(6001, "too many subscriptions")
        self._acknowledge(number)
        topic.begin(wanted)

    def _authenticate(self, params: list[Any]) -> None:
        """["API", key, hex HMAC-SHA256(secret, key + expiry), expiry in seconds, two minutes ahead at most]."""
        if len(params) != 4 or params[0] != "API" or type(params[3]) is not int:
            raise invalid()
        key, signature, expiry = str(params[1]), str(params[2]), params[3]
        member, now_s = self._feed.gate.members.get(key.encode()), self._feed.now_ms // 1000
        if member is None or not member.may_read:
            raise not_authenticated()
        made = hmac.digest(member.secret, f"{key}{expiry}".encode(), "sha256").hex()
        if not hmac.compare_digest(made.encode(), signature.encode()) or not now_s <= expiry <= now_s + MOST_EXPIRY_S:
            raise not_authenticated()
        if self._member is not member:
            if self._feed.connections[key] >= MOST_CONNECTIONS:
                raise Refused(6001, "too many connections")
            self._forget()
            self._feed.connections[key] += 1
        self._member = member
        self._socket.belongs_to(key)

    def _forget(self) -> None:
        if self._member is not None:
            self._feed.connections[self._member.account.api_key] -= 1
            self._member = None

    def _acknowledge(self, number: Any) -> None:
        tell(self._socket, {"error": None, "id": number, "result": {"status": "success"}})

    def _many(self) -> int:
        return sum(len(topic.followed) for topic in self._topics.values())

    def _offered(self) -> dict[str, Topic]:
        socket, feed = self._socket, self._feed
        topics: dict[str, Topic] = {}
        kinds: tuple[tuple[str, Callable[..., Followed]], ...] = (
            ("orderbook", OrderBook), ("trade", Trades), ("kline", Klines), ("tick", Ticks),
        )  # fmt: skip
        for name, kind in kinds:
            topics[name] = Topic(partial(kind, socket, feed, in_text=False))
            topics[f"{name}_p"] = Topic(partial(kind, socket, feed, in_text=True))
        tickers = (("market24h", days.coin), ("spot_market24h", days.spot), ("perp_market24h_pack_p", days.linear))
        for name, compose in tickers:
            topics[name] = Topic(partial(_day, socket, feed, compose))
        topics["aop"] = Topic(lambda _: Accounts(socket, feed, self._desks().contracts, in_text=False))
        topics["aop_p"] = Topic(lambda _: Accounts(socket, feed, self._desks().contracts, in_text=True))
        topics["ras_p"] = Topic(lambda _: Risks(socket, feed, self._desks().contracts))
        topics["wo"] = Topic(lambda _: WalletOrders(socket, feed, self._desks().spot))
        return topics

    def _desks(self) -> Any:
        if self._member is None:
            raise not_authenticated()
        return self._member.desk


def _day(socket: Socket, feed: Feed, compose: Compose, _: list[Any]) -> Followed:
    return Days(socket, feed, compose)


def _read(message: str) -> tuple[Any, str, list[Any]]:
    """The id, the method and its parameters. `{}` for no parameters is in use too."""
    try:
        request = orjson.loads(message)
    except orjson.JSONDecodeError as problem:
        raise invalid() from problem
    if not isinstance(request, dict) or not isinstance(request.get("method"), str):
        raise invalid()
    params = request.get("params") or []
    if not isinstance(params, list):
        raise invalid()
    return request.get("id"), request["method"], params
