"""Magnr's dialect, and how it differs where trades are not real."""

from __future__ import annotations

from collections.abc import Mapping

from mysignals.domain.abilities import Abilities, ExitStyle
from mysignals.domain.intents import Intent
from mysignals.domain.market import Market
from mysignals.domain.outcomes import Outcome
from mysignals.exchanges.wire import Credentials, HttpRequest, HttpResponse

from .decode import outcome
from .encode import DOUBT_MS, LIVES_MS, drafts, request
from .markets import LEVERAGES, LIVE_EXCHANGE, LOCAL_EXCHANGE

ABILITIES = Abilities(
    client_ids=False,
    exits=ExitStyle.WITHIN_TRADE,
    leverages=LEVERAGES,
    tells_balances=False,
    tells_prices=False,
    tells_time=False,
    limit_entries=False,
    answers_with_fill=False,
    lifetime_ms=LIVES_MS + DOUBT_MS,
    one_at_a_time=True,
)


class MagnrDialect:
    """`encode` raises KeyError for an intent or a symbol that Magnr does not know: a bug of the caller."""

    name = "magnr"
    abilities = ABILITIES

    def __init__(self, exchange: str, by_environment: Mapping[str, MagnrDialect] | None = None) -> None:
        self.by_environment = by_environment or {}
        self._drafts = drafts(exchange)

    def encode(self, intent: Intent, credentials: Credentials, now_ms: int, expiry_ms: int) -> HttpRequest:
        """`now_ms` must rise with every request of a key. How long one lives is fixed, whatever `expiry_ms` says."""
        return request(self._drafts[type(intent)](intent), credentials, now_ms)

    def decode(self, intent: Intent, response: HttpResponse) -> Outcome:
        return outcome(intent, response)

    def venue(self, intent: Intent) -> Market:
        return Market.FUTURES


_LOCAL = MagnrDialect(LOCAL_EXCHANGE)
FUTURES = MagnrDialect(LIVE_EXCHANGE, {"testnet": _LOCAL, "paper": _LOCAL})
