"""Bitget's four dialects: one class, one table of calls and one spelling an API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mysignals.domain.abilities import Abilities, ExitStyle
from mysignals.domain.intents import Intent
from mysignals.domain.market import Market
from mysignals.domain.outcomes import Outcome
from mysignals.exchanges.wire import Credentials, HttpRequest, HttpResponse

from . import spelling
from .decode import outcome
from .draft import Draft
from .encode import TOLERANCE_MS, request
from .encode_v2_mix import MIX_DRAFTS as V2_MIX_DRAFTS
from .encode_v2_spot import SPOT_DRAFTS as V2_SPOT_DRAFTS


class BitgetDialect:
    """`encode` raises KeyError for an intent that the market does not know: a bug of the caller."""

    name = "bitget"

    def __init__(self, names: spelling.Spelling, drafts: dict[type, Callable[[Any], Draft]]) -> None:
        self.market = names.market
        self.abilities = SPOT_ABILITIES if names.market is Market.SPOT else MIX_ABILITIES
        self._names, self._drafts = names, drafts

    def encode(self, intent: Intent, credentials: Credentials, now_ms: int, expiry_ms: int) -> HttpRequest:
        return request(self._drafts[type(intent)](intent), credentials, now_ms, expiry_ms)

    def decode(self, intent: Intent, response: HttpResponse) -> Outcome:
        return outcome(intent, response, self._names)

    def venue(self, _: Intent) -> Market:
        """All of Bitget has one host."""
        return self.market


SPOT_ABILITIES = Abilities(
    exits=ExitStyle.SEPARATE, tells_permissions=True, buys_in_quote=True, answers_with_fill=False, has_history=True
)
MIX_ABILITIES = Abilities(
    exits=ExitStyle.ATTACHED, hedge_mode=True, leverage=True, tells_permissions=True, answers_with_fill=False,
    has_history=True, lifetime_ms=TOLERANCE_MS,
)  # fmt: skip
"""An acknowledgement says "received", not "matched" (EXCHANGES 5.5)."""

V2_SPOT = BitgetDialect(spelling.V2_SPOT, V2_SPOT_DRAFTS)
V2_MIX = BitgetDialect(spelling.V2_MIX, V2_MIX_DRAFTS)
