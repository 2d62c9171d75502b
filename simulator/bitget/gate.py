"""Bitget's gate: key, time, signature, passphrase and permission, then the deed, then the answer in its envelope."""

from collections.abc import Callable
from typing import Any

from simulator.accounts import Member, Members
from simulator.bitget.desk import Desk
from simulator.bitget.envelope import refused, success
from simulator.bitget.limits import Limits
from simulator.bitget.parameters import Parameters, optional, read_body, read_query
from simulator.bitget.refusal import Refusal
from simulator.bitget.signature import check_signature, check_time, check_window
from simulator.clock import Clock
from simulator.wire.exchanged import Reply, Request

KEY_LETTERS = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
NOT_PERMITTED = Refusal("40014", "Incorrect permissions")

SignedDeed = Callable[[Desk, Parameters, Request], Any]
PublicDeed = Callable[[Parameters], Any]
HEADERS = (
    (b"access-key", Refusal("40001", "ACCESS_KEY cannot be empty")),
    (b"access-sign", Refusal("40002", "ACCESS_SIGN cannot be empty")),
    (b"access-timestamp", Refusal("40003", "ACCESS_TIMESTAMP cannot be empty")),
    (b"access-passphrase", Refusal("40011", "ACCESS_PASSPHRASE cannot be empty")),
)


class Gate:
    """Deeds return what becomes `data`; they refuse by raising. `prefix` is ours and is not signed."""

    def __init__(self, clock: Clock, limits: Limits, prefix: bytes) -> None:
        self._clock, self._limits, self._prefix = clock, limits, len(prefix)
        self.members = Members()

    def signed(self, deed: SignedDeed, limit: int, trades: bool) -> Callable[[Request], Reply]:
        rate = self._limits.rate(limit)

        def answer(request: Request) -> Reply:
            headers, now_ms = b"", self._clock.now_ms()
            try:
                member = self._member(request, now_ms)
                headers = rate.use(request.headers[b"access-key"], now_ms)
                if not member.may(trades):
                    raise NOT_PERMITTED
                params = read_body(request.body) if request.method == b"POST" else read_query(request.query)
                check_window(optional(params, "requestTime"), optional(params, "receiveWindow"), now_ms)
                return success(deed(member.desk, params, request), now_ms, headers)
            except Refusal as refusal:
                return refused(refusal, now_ms, headers)

        return answer

    def public(self, deed: PublicDeed) -> Callable[[Request], Reply]:
        rate = self._limits.rate(20)

        def answer(request: Request) -> Reply:
            headers, now_ms = b"", self._clock.now_ms()
            try:
                headers = rate.use(b"", now_ms)
                return success(deed(read_query(request.query)), now_ms, headers)
            except Refusal as refusal:
                return refused(refusal, now_ms, headers)

        return answer

    def _member(self, request: Request, now_ms: int) -> Member:
        sent = request.headers
        for name, refusal in HEADERS:
            if not sent.get(name):
                raise refusal
        key, stamp = sent[b"access-key"], sent[b"access-timestamp"]
        if not KEY_LETTERS.issuperset(key):
            raise Refusal("40006", "Invalid ACCESS_KEY")
        check_time(stamp, now_ms)
        member = self.members.get(key)
        if member is None:
            raise Refusal("40037", "Apikey does not exist")
        path = request.path[self._prefix :]
        check_signature(member.secret, stamp, request.method, path, request.query, request.body, sent[b"access-sign"])
        if sent[b"access-passphrase"] != member.account.passphrase.encode():
            raise Refusal("40012", "apikey/password is incorrect")
        return member
