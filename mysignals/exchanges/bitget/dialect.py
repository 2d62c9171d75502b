"""Bitget's four dialects: one class, one table of calls and one spelling an API."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
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
from .encode_v1_mix import MIX_DRAFTS as V1_MIX_DRAFTS
from .encode_v1_spot import SPOT_DRAFTS as V1_SPOT_DRAFTS
from .encode_v2_mix import MIX_DRAFTS as V2_MIX_DRAFTS
from .encode_v2_spot import SPOT_DRAFTS as V2_SPOT_DRAFTS
from .limits import BitgetLimits


class BitgetDialect:
    """`encode` raises KeyError for an intent that the market does not know: a bug of the caller."""

    name = "bitget"

    def __init__(
        self, names: spelling.Spelling, drafts: dict[type, Callable[[Any], Draft]], abilities: Abilities
    ) -> None:
        self.market, self.abilities = names.market, abilities
        self._names, self._drafts, self.limits = names, drafts, BitgetLimits(drafts)

    def encode(self, intent: Intent, credentials: Credentials, now_ms: int, expiry_ms: int) -> HttpRequest:
        return request(self._drafts[type(intent)](intent), credentials, now_ms, expiry_ms)

    def decode(self, intent: Intent, response: HttpResponse) -> Outcome:
        return outcome(intent, response, self._names)

    def venue(self, _: Intent) -> Market:
        """All of Bitget has one host."""
        return self.market


SPOT_ABILITIES = Abilities(
    exits=ExitStyle.SEPARATE,
    tells_permissions=True,
    buys_in_quote=True,
    answers_with_fill=False,
    has_history=True,
    look_up_delay_ms=2000,
)
MIX_ABILITIES = Abilities(
    exits=ExitStyle.ATTACHED, hedge_mode=True, leverage=True, tells_permissions=True, answers_with_fill=False,
    has_history=True, lifetime_ms=TOLERANCE_MS, cancels_all_conditional=False, look_up_delay_ms=2000,
    balance_has_profit=True,
)  # fmt: skip
"""An acknowledgement says "received", not "matched" (EXCHANGES 5.5)."""

V2_SPOT = BitgetDialect(spelling.V2_SPOT, V2_SPOT_DRAFTS, SPOT_ABILITIES)
V2_MIX = BitgetDialect(spelling.V2_MIX, V2_MIX_DRAFTS, MIX_ABILITIES)
V1_SPOT = BitgetDialect(
    spelling.V1_SPOT,
    V1_SPOT_DRAFTS,
    replace(SPOT_ABILITIES, lifetime_ms=TOLERANCE_MS, cancels_all_conditional=False),
)
V1_MIX = BitgetDialect(spelling.V1_MIX, V1_MIX_DRAFTS, replace(MIX_ABILITIES, leverage_by_side=True))
