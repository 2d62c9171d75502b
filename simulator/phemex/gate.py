"""The gate of Phemex: key, signature, expiry, permission and limits, then the deed, then the envelope."""

from collections.abc import Callable
from typing import Any

import orjson

from simulator.accounts import Member, Members
from simulator.clock import Clock
from simulator.phemex.limits import Limits
from simulator.phemex.parameters import Parameters, read_body, read_query
from simulator.phemex.refusal import Refusal
from simulator.phemex.signature import EXPIRY, SIGNATURE, TOKEN, check_expiry, check_signature
from simulator.wire.exchanged import Reply, Request

PREFIX = len(b"/phemex")

SignedDeed = Callable[[Any, Parameters, Request], Any]
PublicDeed = Callable[[Parameters], Any]


class Gate:
    """Deeds return what stands in `data`; they refuse by raising."""

    def __init__(self, clock: Clock, limits: Limits) -> None:
        self._clock, self._limits = clock, limits
        self.members = Members()

    def signed(
        self, deed: SignedDeed, group: str, weight: int, trades: bool, in_query: bool, message: str = ""
    ) -> Callable[[Request], Reply]:
        """`in_query`: the parameters stand in the query, else in a JSON body."""

        def answer(request: Request) -> Reply:
            headers = b""
            try:
                now_ms = self._clock.now_ms()
                self._limits.count_request(now_ms)
                member = self._authenticated(request, now_ms)
                _check_permission(member, trades)
                headers = self._limits.use(member.account.api_key, group, weight, now_ms)
                params = read_query(request.query) if in_query else read_body(request.body)
                data = deed(member.desk, params, request)
                return Reply(200, orjson.dumps({"code": 0, "msg": message, "data": data}), headers)
            except Refusal as refusal:
                return refusal.reply(headers)

        return answer

    def public(self, deed: PublicDeed) -> Callable[[Request], Reply]:
        """The deed makes the whole answer: products and tickers have different envelopes."""

        def answer(request: Request) -> Reply:
            try:
                self._limits.count_request(self._clock.now_ms())
                return Reply(200, orjson.dumps(deed(read_query(request.query))))
            except Refusal as refusal:
                return refusal.reply()

        return answer

    def _authenticated(self, request: Request, now_ms: int) -> Member:
        sent = request.headers
        member = self.members.get(sent.get(TOKEN, b""))
        if member is None:
            raise Refusal(401, "401 Failed to load API KEY.", 401)
        expiry = sent.get(EXPIRY, b"")
        check_signature(
            member.secret, request.path[PREFIX:], request.query, expiry, request.body, sent.get(SIGNATURE, b"")
        )
        check_expiry(expiry, now_ms)
        return member


def _check_permission(member: Member, trades: bool) -> None:
    if not member.may(trades):
        raise Refusal(401, "401 Insufficient privilege.", 403)
