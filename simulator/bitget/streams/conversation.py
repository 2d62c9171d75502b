"""One client's conversation with Bitget: login, subscriptions, pushes; the text `ping` is answered with `pong`.

Who says nothing for two minutes is dropped, and everybody after a day.
"""

from typing import Any

import orjson

from simulator.accounts import Member
from simulator.bitget.changes import VENUE
from simulator.bitget.streams.channels import Channel
from simulator.bitget.streams.feed import Feed, Refused, tell
from simulator.bitget.streams.login import log_in
from simulator.bitget.streams.words import Words
from simulator.wire.socket import POLICY_VIOLATION, Socket
from simulator.wire.throttle import Throttle

SILENCE_MS, LIFE_MS = 120_000, 86_400_000
MOST_MESSAGES = 10  # a second
MOST_SUBSCRIPTIONS, HOUR_MS = 240, 3_600_000
GOING_AWAY = 1001


class Conversation:
    def __init__(self, socket: Socket, feed: Feed, words: Words) -> None:
        self._socket, self._feed, self._words = socket, feed, words
        self._member: Member | None = None
        self._channels: dict[bytes, Channel] = {}
        self._messages, self._subscriptions = Throttle(MOST_MESSAGES), Throttle(MOST_SUBSCRIPTIONS, HOUR_MS)

    def text(self, message: str) -> None:
        if not self._messages.passes(self._feed.now_ms) and self._feed.limits.enforced:
            self._refuse("message", Refused(30007, "request over limit, connection close"), None)
            self._socket.close(POLICY_VIOLATION, "request over limit")
        elif message == "ping":
            self._socket.say("pong")
        else:
            self._request(message)

    def tick(self, now_ms: int) -> None:
        if now_ms - self._socket.heard_ms > SILENCE_MS or now_ms - self._socket.opened_ms >= LIFE_MS:
            self._socket.close(GOING_AWAY)

    def ended(self) -> None:
        self._forget()

    def _request(self, message: str) -> None:
        try:
            request = orjson.loads(message)
        except orjson.JSONDecodeError:
            request = None
        if not isinstance(request, dict) or "op" not in request:
            self._refuse("message", Refused(30002, "Illegal request"), None)
            return
        op, args = request["op"], request.get("args")
        if op == "login":
            self._log_in(args)
        elif op not in ("subscribe", "unsubscribe"):
            self._refuse("message", Refused(30003, "Invalid op"), None)
        elif not isinstance(args, list) or not args or not all(isinstance(arg, dict) for arg in args):
            self._refuse(op, Refused(30016, "Param error"), None)
        else:
            for arg in args:
                self._one(op, arg)

    def _log_in(self, args: Any) -> None:
        try:
            member = log_in(self._feed, args)
        except Refused as refused:
            self._refuse("login", refused, None)
            return
        if member is not self._member:
            self._forget()
        self._member = member
        self._socket.belongs_to(member.account.api_key)
        self._socket.count("login")
        tell(self._socket, {"event": "login", "code": 0})

    def _one(self, op: str, arg: dict[str, Any]) -> None:
        name = orjson.dumps(arg, option=orjson.OPT_SORT_KEYS)
        try:
            channel = self._opened(op, arg)
        except Refused as refused:
            self._refuse(op, refused, arg)
            return
        self._socket.count(f"{op} {arg.get('channel')}")
        tell(self._socket, {"event": op, "arg": arg})
        self._end(name)
        if op == "subscribe" and self._member is not None:
            self._channels[name] = channel
            channel.begin()
            self._feed.mix.shared.streams.subscribe(VENUE, self._member.account.api_key, channel)

    def _opened(self, op: str, arg: dict[str, Any]) -> Channel:
        """Opened for an unsubscription too: that is where unknown channels are refused."""
        if self._member is None:
            raise Refused(30004, "User needs to log in")
        if op == "subscribe" and not self._subscriptions.passes(self._feed.now_ms) and self._feed.limits.enforced:
            raise Refused(30006, "too many requests")
        return self._words.open(self._feed, self._member.desk, arg, lambda rows: self._push(arg, rows))

    def _end(self, name: bytes) -> None:
        channel = self._channels.pop(name, None)
        if channel is not None and self._member is not None:
            self._feed.mix.shared.streams.unsubscribe(VENUE, self._member.account.api_key, channel)

    def _forget(self) -> None:
        for name in list(self._channels):
            self._end(name)
        self._member = None

    def _push(self, arg: dict[str, Any], rows: list[dict[str, Any]]) -> None:
        tell(self._socket, {"action": "snapshot", "arg": arg, "data": rows, "ts": self._feed.now_ms})

    def _refuse(self, what: str, refused: Refused, arg: dict[str, Any] | None) -> None:
        self._socket.count(what, str(refused.code))
        about = {} if arg is None else {"arg": arg}
        tell(self._socket, {"event": "error", **about, "code": refused.code, "msg": refused.message})
