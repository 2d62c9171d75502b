"""One market of one other exchange behind the seam, and how it differs on its testnet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from mysignals.domain.intents import Intent, PlaceOrder, ReadPositionMode, ReadPrice, ReadTime, SetPositionMode
from mysignals.domain.market import Market
from mysignals.domain.outcomes import Outcome
from mysignals.exchanges.market_data import NOBODY
from mysignals.exchanges.wire import Credentials, HttpRequest, HttpResponse

from .calls import Speaker, call
from .capabilities import abilities
from .decode import outcome
from .library import WHAT_ELSE_IT_RAISES, ccxt
from .socketless import Question, Socketless

PUBLIC = (ReadPrice, ReadTime)
MODES = (ReadPositionMode, SetPositionMode)


class CcxtDialect:
    """`encode` raises KeyError for an intent or symbol that the market does not know, as all dialects do."""

    def __init__(
        self, name: str, at: Speaker, exchange: Socketless, by_environment: Mapping[str, CcxtDialect] | None = None
    ) -> None:
        self.name, self.by_environment = name, by_environment or {}
        self.abilities = abilities(exchange.exchange, at.market, at.profile)
        self._at, self._exchange = at, exchange
        self.origin = self._home()

    def _home(self) -> str:
        """Scheme and host of the market: where its prices are told."""
        return self._question(ReadPrice(self._at.market, next(iter(self._at.symbols))), NOBODY, 0, 5000).origin

    def encode(self, intent: Intent, credentials: Credentials, now_ms: int, expiry_ms: int) -> HttpRequest:
        question = self._question(intent, credentials, now_ms, expiry_ms)
        if question.origin != self.origin:
            raise KeyError(f"{self.name} answers {type(intent).__name__} at another host")
        if isinstance(intent, PUBLIC):
            return question.request
        return self._dated(question.request, intent, now_ms, expiry_ms)

    def _question(self, intent: Intent, credentials: Credentials, now_ms: int, expiry_ms: int) -> Question:
        if isinstance(intent, MODES) and not self.abilities.hedge_mode:
            raise KeyError(f"{self.name} is spoken to in one-way mode only")
        try:
            return self._exchange.asks(call(self._at, intent), credentials, now_ms, expiry_ms)
        except (ccxt().BaseError, *WHAT_ELSE_IT_RAISES) as error:
            raise KeyError(f"ccxt does not ask {self.name} that: {error}") from error

    def _dated(self, request: HttpRequest, intent: Intent, now_ms: int, expiry_ms: int) -> HttpRequest:
        """With the moment after which the exchange refuses it, and that moment told where a header tells it."""
        profile = self._at.profile
        expires_ms = now_ms + (profile.window_ms or expiry_ms)
        if profile.deadline_header and isinstance(intent, PlaceOrder):
            expires_ms = now_ms + min(expiry_ms, profile.window_ms or expiry_ms)
            deadline = (profile.deadline_header, str(expires_ms))
            return replace(request, headers=(*request.headers, deadline), expires_ms=expires_ms)
        return replace(request, expires_ms=expires_ms)

    def decode(self, intent: Intent, response: HttpResponse) -> Outcome:
        return outcome(self._at, self._exchange, intent, response)

    def venue(self, intent: Intent) -> Market:
        return self._at.market
