"""The WebSocket API of Binance spot, as far as user data streams need it: no trading, no session."""

from collections.abc import Callable
from typing import Any

import orjson

from simulator.binance.gate import Gate
from simulator.binance.parameters import Parameters, whole_number
from simulator.binance.refusal import Refusal
from simulator.binance.spot.book import Book
from simulator.binance.spot.subscription import Subscription
from simulator.binance.ws_request import read_method, read_request, signed_member
from simulator.wire.exchanged import Request
from simulator.wire.heartbeat import Heartbeat
from simulator.wire.socket import Socket

PING_EVERY_MS, PONG_WITHIN_MS = 20_000, 60_000
MOST_AT_ONCE, MOST_EVER = 1000, 65_535
WEIGHTS = {"ping": 1, "time": 1}


class WsApi:
    def __init__(self, socket: Socket, request: Request, book: Book, gate: Gate) -> None:
        self._socket, self._book, self._gate = socket, book, gate
        self._heartbeat = Heartbeat(socket, PING_EVERY_MS, PONG_WITHIN_MS)
        self._subscriptions: dict[int, Subscription] = {}
        self._next = 0
        self._tells_limits = b"returnRateLimits=false" not in request.query
        self._methods: dict[str, Callable[[Parameters], Any]] = {
            "ping": lambda _: {},
            "time": lambda _: {"serverTime": self._now_ms},
            "session.status": self._status,
            "session.subscriptions": lambda _: [{"subscriptionId": number} for number in self._subscriptions],
            "userDataStream.subscribe.signature": self._subscribe,
            "userDataStream.unsubscribe": self._unsubscribe,
        }
        socket.last_words = lambda: orjson.dumps({"event": {"e": "serverShutdown", "E": self._now_ms}})
        gate.limits.use(2, self._now_ms)

    def text(self, message: str) -> None:
        request: dict[str, Any] = {}
        method = ""
        params: Parameters = {}
        try:
            request = read_request(message)
            method, params = read_method(request)
            self._gate.limits.use(WEIGHTS.get(method, 2), self._now_ms)
            answer = {"status": 200, "result": self._do(method, params)}
            self._socket.count(method)
        except Refusal as refusal:
            answer = {"status": refusal.status, "error": {"code": refusal.code, "msg": refusal.message}}
            self._socket.count(method, str(refusal.code))
        if self._tells_limits and params.get("returnRateLimits") != "false":
            answer["rateLimits"] = self._gate.limits.used(self._now_ms)
        self._socket.say(orjson.dumps({"id": request.get("id"), **answer}))

    def tick(self, now_ms: int) -> None:
        self._heartbeat.tick(now_ms)

    def ended(self) -> None:
        for subscription in self._subscriptions.values():
            subscription.end()

    @property
    def _now_ms(self) -> int:
        return self._book.shared.clock.now_ms()

    def _do(self, method: str, params: Parameters) -> Any:
        if method == "session.logon":
            raise Refusal(-4056, "HMAC_SHA256 API key is not supported.")
        if method in ("userDataStream.subscribe", "session.logout"):
            raise Refusal(-1002, "You are not authorized to execute this request.", 401)
        if method not in self._methods:
            raise Refusal(-1020, "This operation is not supported.")
        return self._methods[method](params)

    def _status(self, _: Parameters) -> Any:
        return {
            "apiKey": None, "authorizedSince": None, "connectedSince": self._socket.opened_ms,
            "returnRateLimits": self._tells_limits, "serverTime": self._now_ms,
            "userDataStream": bool(self._subscriptions),
        }  # fmt: skip

    def _subscribe(self, params: Parameters) -> Any:
        """One subscription for an account on one connection."""
        desk = signed_member(self._gate, params, self._now_ms).desk
        if any(known.desk is desk for known in self._subscriptions.values()):
            raise Refusal(-2035, "User Data Stream subscription already active.")
        if len(self._subscriptions) >= MOST_AT_ONCE or self._next >= MOST_EVER:
            raise Refusal(-2042, "Maximum subscription ID reached for this connection.")
        number = self._next
        self._next += 1
        self._subscriptions[number] = Subscription(number, self._book, desk, self._socket)
        self._socket.belongs_to(desk.api_key)
        return {"subscriptionId": number}

    def _unsubscribe(self, params: Parameters) -> Any:
        """One, or all of them; each says that it has ended."""
        ending = [whole_number(params, "subscriptionId")] if params.get("subscriptionId") else [*self._subscriptions]
        if not ending or any(number not in self._subscriptions for number in ending):
            raise Refusal(-2036, "User Data Stream subscription not active.")
        for number in ending:
            subscription = self._subscriptions.pop(number)
            subscription.end()
            subscription.say({"e": "eventStreamTerminated", "E": self._now_ms})
        return {}
