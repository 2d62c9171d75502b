"""Phemex's two dialects: spot, and futures, which speak one of two APIs by the symbol."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mysignals.domain.abilities import Abilities, ExitStyle
from mysignals.domain.intents import Intent
from mysignals.domain.market import Market
from mysignals.domain.outcomes import Outcome
from mysignals.exchanges.wire import Credentials, HttpRequest, HttpResponse

from .apis import Api, api_of
from .decode import outcome
from .draft import Draft
from .encode import SHORTEST_MS, request
from .encode_contract import CONTRACT_DRAFTS
from .encode_spot import SPOT_DRAFTS
from .encode_usdtm import USDT_M_DRAFTS
from .limits import PhemexLimits

DRAFTS: dict[Api, dict[type, Callable[[Any], Draft]]] = {
    Api.SPOT: SPOT_DRAFTS,
    Api.USDT_M: USDT_M_DRAFTS,
    Api.CONTRACT: CONTRACT_DRAFTS,
}


class PhemexDialect:
    """`encode` raises KeyError for an intent that the API does not know, and ValueError for what cannot be said in
    its whole numbers: bugs of the caller, for the rules tell step, tick and modes.
    """

    name = "phemex"

    def __init__(self, market: Market, abilities: Abilities) -> None:
        self.market, self.abilities, self.limits = market, abilities, PhemexLimits(market)

    def encode(self, intent: Intent, credentials: Credentials, now_ms: int, expiry_ms: int) -> HttpRequest:
        draft = DRAFTS[api_of(self.market, intent)][type(intent)](intent)
        return request(draft, credentials, now_ms, expiry_ms)

    def decode(self, intent: Intent, response: HttpResponse) -> Outcome:
        return outcome(intent, response, api_of(self.market, intent))

    def venue(self, intent: Intent) -> Market:
        return self.market


SPOT = PhemexDialect(
    Market.SPOT,
    Abilities(
        exits=ExitStyle.SEPARATE,
        answers_with_fill=False,
        has_history=True,
        history_in_one_list=True,
        is_scarce=True,  # 5,000 requests in five minutes (EXCHANGES 6.3).
        lifetime_ms=SHORTEST_MS,
        look_up_delay_ms=3000,  # Its history is delayed (EXCHANGES 1.2).
    ),
)
FUTURES = PhemexDialect(
    Market.FUTURES,
    Abilities(
        # Exits that ride on an entry close the whole position there, another signal's too, and are refused (11074)
        # where one exists already.
        exits=ExitStyle.SEPARATE,
        hedge_mode=True,
        mode_per_symbol=True,
        leverage=True,
        answers_with_fill=False,
        has_history=True,
        history_in_one_list=True,
        is_scarce=True,  # 5,000 requests in five minutes (EXCHANGES 6.3).
        cancels_in_vain=True,
        live_in_one_list=True,  # And a second order of an id is refused: 11085 (EXCHANGES 6.6, 6.7, 6.9).
        lifetime_ms=SHORTEST_MS,
        look_up_delay_ms=3000,
    ),
)
