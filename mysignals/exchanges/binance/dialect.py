"""Binance's two dialects: one class, one table of calls a market."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mysignals.domain.abilities import Abilities, ExitStyle
from mysignals.domain.intents import Intent, ReadPermissions
from mysignals.domain.market import Market
from mysignals.domain.outcomes import Outcome
from mysignals.exchanges.wire import Credentials, HttpRequest, HttpResponse

from .decode import outcome
from .draft import Draft
from .encode import request
from .encode_futures import FUTURES_DRAFTS
from .encode_spot import SPOT_DRAFTS
from .limits import BinanceLimits


class BinanceDialect:
    """`encode` raises KeyError for an intent that the market does not know: a bug of the caller."""

    name = "binance"

    def __init__(self, market: Market, drafts: dict[type, Callable[[Any], Draft]], abilities: Abilities) -> None:
        self.market, self.abilities = market, abilities
        self._drafts, self.limits = drafts, BinanceLimits(market)

    def encode(self, intent: Intent, credentials: Credentials, now_ms: int, expiry_ms: int) -> HttpRequest:
        return request(self._drafts[type(intent)](intent), credentials, now_ms, expiry_ms)

    def decode(self, intent: Intent, response: HttpResponse) -> Outcome:
        return outcome(intent, response, self.venue(intent))

    def venue(self, intent: Intent) -> Market:
        """What a key may do is told by the spot host only."""
        return Market.SPOT if isinstance(intent, ReadPermissions) else self.market


SPOT = BinanceDialect(
    Market.SPOT,
    SPOT_DRAFTS,
    Abilities(exits=ExitStyle.ORDER_LIST, tells_permissions=True, tells_candles=True),
)
FUTURES = BinanceDialect(
    Market.FUTURES,
    FUTURES_DRAFTS,
    Abilities(exits=ExitStyle.SEPARATE, hedge_mode=True, leverage=True, tells_permissions=True, tells_candles=True),
)
