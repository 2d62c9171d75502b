"""The private stream of USDT-M futures: events of the accounts whose listen keys are named (EXCHANGES 3.8).

A listen key stands in the path, in the query, or in a SUBSCRIBE message. One that is unknown is taken and stays
silent, as any name of a stream that does not exist. After `listenKeyExpired` the connection stays open.
"""

from functools import partial
from typing import Any
from urllib.parse import parse_qs

import orjson

from simulator.binance.limits import Limits
from simulator.binance.usdm.listen_keys import ListenKeys
from simulator.binance.usdm.subscription import Subscription
from simulator.wire.exchanged import Request
from simulator.wire.heartbeat import Heartbeat
from simulator.wire.socket import POLICY_VIOLATION, Socket
from simulator.wire.throttle import Throttle

PING_EVERY_MS, PONG_WITHIN_MS = 180_000, 600_000
MOST_MESSAGES = 10  # a second
METHODS = ("SUBSCRIBE", "UNSUBSCRIBE", "LIST_SUBSCRIPTIONS")


class UserStream:
    def __init__(self, socket: Socket, request: Request, keys: ListenKeys, limits: Limits) -> None:
        self._socket, self._keys, self._limits = socket, keys, limits
        self._heartbeat = Heartbeat(socket, PING_EVERY_MS, PONG_WITHIN_MS)
        self._throttle = Throttle(MOST_MESSAGES)
        self._subscriptions: dict[str, Subscription] = {}
        self._names: dict[str, None] = {}
        self._is_combined = request.path.endswith(b"/stream")
        self._subscribe(_named(request))

    def text(self, message: str) -> None:
        if not self._throttle.passes(self._keys.book.shared.clock.now_ms()) and self._limits.enforced:
            self._socket.close(POLICY_VIOLATION, "Too many requests")
            return
        try:
            request = orjson.loads(message)
        except orjson.JSONDecodeError as problem:
            self._refuse(3, f"Invalid JSON: {problem}", None)
            return
        if not isinstance(request, dict) or request.get("method") not in METHODS:
            named = request.get("method") if isinstance(request, dict) else request
            self._refuse(2, f"Invalid request: unknown variant {named}, expected one of {', '.join(METHODS)}", None)
            return
        self._do(request["method"], request)

    def tick(self, now_ms: int) -> None:
        self._heartbeat.tick(now_ms)
        for subscription in list(self._subscriptions.values()):
            self._keys.expire(subscription.desk)

    def ended(self) -> None:
        for subscription in self._subscriptions.values():
            subscription.end()

    def _do(self, method: str, request: dict[str, Any]) -> None:
        names, number = request.get("params", []), request.get("id")
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            self._refuse(2, "Invalid request: params must be an array of strings", number)
            return
        result = None
        if method == "SUBSCRIBE":
            self._subscribe(names)
        elif method == "UNSUBSCRIBE":
            self._unsubscribe(names)
        else:
            result = list(self._names)
        self._socket.count(method)
        self._socket.say(orjson.dumps({"result": result, "id": number}))

    def _subscribe(self, names: list[str]) -> None:
        for name in names:
            self._names[name] = None
            desk = self._keys.find(name)
            if desk is None or name in self._subscriptions:
                continue
            self._socket.belongs_to(desk.api_key)
            self._subscriptions[name] = Subscription(
                self._keys.book, desk, name, partial(self._tell, name), self._key_given_back
            )

    def _unsubscribe(self, names: list[str]) -> None:
        for name in names:
            self._names.pop(name, None)
            if name in self._subscriptions:
                self._subscriptions.pop(name).end()

    def _tell(self, name: str, event: dict[str, Any]) -> None:
        self._socket.say(orjson.dumps({"stream": name, "data": event} if self._is_combined else event))

    def _key_given_back(self) -> None:
        self._socket.close(1000, "listenKey closed")

    def _refuse(self, code: int, message: str, number: Any) -> None:
        self._socket.count("refused", str(code))
        self._socket.say(orjson.dumps({"error": {"code": code, "msg": message}, "id": number}))


def _named(request: Request) -> list[str]:
    asked = parse_qs(request.query.decode("latin-1"))
    names = asked.get("listenKey", []) + asked.get("streams", [])
    below = request.path.rpartition(b"/private/ws/")[2] if b"/private/ws/" in request.path else b""
    names.append(below.decode("latin-1"))
    return [name for several in names for name in several.split("/") if name]
