"""The gate of a Binance market: key, permission, signature and time, then the deed, then the answer."""

from collections.abc import Callable
from typing import Any

import orjson

from simulator.accounts import Member, Members
from simulator.binance.limits import Limits
from simulator.binance.parameters import ID_LETTERS, Parameters, read_parameters
from simulator.binance.refusal import Refusal
from simulator.binance.signature import check_signature, check_time
from simulator.clock import Clock
from simulator.wire.exchanged import Reply, Request

NOT_PERMITTED = "Invalid API-key, IP, or permissions for action."

KEY_LETTERS = ID_LETTERS  # real keys are 64 letters and digits; tests may use shorter, speaking ones

SignedDeed = Callable[[Any, Parameters, Request], Any]
PublicDeed = Callable[[Parameters], Any]


class Gate:
    """Deeds return what becomes JSON; they refuse by raising. `order_count` is how many orders a call counts."""

    def __init__(self, clock: Clock, limits: Limits) -> None:
        self._clock, self.limits = clock, limits
        self.members = Members()

    def signed(self, deed: SignedDeed, weight: int, trades: bool, order_count: int = 0) -> Callable[[Request], Reply]:
        def answer(request: Request) -> Reply:
            headers = b""
            try:
                now_ms = self._clock.now_ms()
                headers = self.limits.use(weight, now_ms)
                member = self._member(request)
                _check_permission(member, trades)
                params = read_parameters(request.query, request.body)
                check_time(params, now_ms)
                check_signature(member.secret, request.query, request.body)
                if order_count:
                    headers += self.limits.count_orders(member.account.api_key, order_count, now_ms)
                return Reply(200, orjson.dumps(deed(member.desk, params, request)), headers)
            except Refusal as refusal:
                return refusal.reply(headers)

        return answer

    def keyed(self, deed: SignedDeed, weight: int) -> Callable[[Request], Reply]:
        """Needs the key but no signature (listenKey)."""

        def answer(request: Request) -> Reply:
            try:
                headers = self.limits.use(weight, self._clock.now_ms())
                params = read_parameters(request.query, request.body)
                return Reply(200, orjson.dumps(deed(self._member(request).desk, params, request)), headers)
            except Refusal as refusal:
                return refusal.reply()

        return answer

    def public(self, deed: PublicDeed, weight: int) -> Callable[[Request], Reply]:
        return self.weighed(deed, lambda _: weight)

    def weighed(self, deed: PublicDeed, weight: Callable[[Parameters], int]) -> Callable[[Request], Reply]:
        """What it weighs depends on what is asked."""

        def answer(request: Request) -> Reply:
            try:
                params = read_parameters(request.query, request.body)
                headers = self.limits.use(weight(params), self._clock.now_ms())
                return Reply(200, orjson.dumps(deed(params)), headers)
            except Refusal as refusal:
                return refusal.reply()

        return answer

    def _member(self, request: Request) -> Member:
        return self.member(request.headers.get(b"x-mbx-apikey", b""))

    def member(self, key: bytes) -> Member:
        if not KEY_LETTERS.issuperset(key) or not key:
            raise Refusal(-2014, "API-key format invalid.", 401)
        member = self.members.get(key)
        if member is None:
            raise Refusal(-2015, NOT_PERMITTED, 401)
        return member


def _check_permission(member: Member, trades: bool) -> None:
    if not member.may(trades):
        raise Refusal(-2015, NOT_PERMITTED, 401)
