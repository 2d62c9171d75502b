"""What Bitget lets an address and an account do: a count a second for each call (EXCHANGES 4.3, 5.3, 5.8)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from mysignals.domain.intents import Intent
from mysignals.exchanges.limits import Budget, Charge, Charges, Refusal, Scope, header
from mysignals.exchanges.wire import HttpResponse

from .draft import Draft

SECOND_MS, MINUTE_MS = 1000, 60_000
REQUESTS = Budget("requests", Scope.ADDRESS, 6000, MINUTE_MS)
USUAL, PUBLIC = 10, 20
A_SECOND = {
    "/api/v2/mix/account/set-leverage": 5,
    "/api/v2/mix/account/set-margin-mode": 5,
    "/api/v2/mix/account/set-position-mode": 5,
    "/api/v2/mix/position/all-position": 5,
    "/api/v2/spot/account/info": 1,
    "/api/v2/spot/trade/cancel-symbol-order": 5,
    "/api/v2/spot/trade/batch-cancel-plan-order": 5,
    "/api/mix/v1/account/setLeverage": 5,
    "/api/mix/v1/account/setMarginMode": 5,
    "/api/mix/v1/account/setPositionMode": 5,
    "/api/mix/v1/position/allPosition-v2": 5,
    "/api/spot/v1/account/getInfo": 1,
}
"""Where the documents name fewer calls a second than the usual ten; some allow more, which nobody needs."""
TOO_MANY, FORBIDDEN, OK = 429, 403, 200
REFUSED = (b'"code":"429"', b'"code":"1001"', b'"code":"40047"')
BUSY_MS, FIREWALL_MS = 1000, 10_000
"""Bitget names no time to wait."""


@dataclass(frozen=True)
class BitgetLimits:
    """`drafts` tell which address of the API serves an intent."""

    drafts: dict[type, Callable[[Any], Draft]]

    def charges(self, intent: Intent) -> Charges:
        draft = self.drafts.get(type(intent))
        if draft is None:
            return ()
        drawn = draft(intent)
        return _charges(drawn.path, drawn.is_signed)

    def used(self, budget: Budget, headers: Sequence[tuple[str, str]]) -> int | None:
        """The header tells what is left of the call's own count."""
        if budget is REQUESTS:
            return None
        left = header(headers, "x-mbx-used-remain-limit")
        return None if left is None else max(budget.capacity - left, 0)

    def refusal(self, charges: Charges, response: HttpResponse) -> Refusal | None:
        if response.status == OK:
            return None
        said = response.body[:200]
        if response.status == TOO_MANY or any(code in said for code in REFUSED):
            return Refusal(charges[-1].budget, BUSY_MS)
        if response.status == FORBIDDEN and b'"code"' not in said:
            return Refusal(REQUESTS, FIREWALL_MS)
        return None


@cache
def _charges(path: str, is_signed: bool) -> Charges:
    """Public calls are counted by the address, as all calls are besides."""
    scope = Scope.ACCOUNT if is_signed else Scope.ADDRESS
    capacity = A_SECOND.get(path, USUAL if is_signed else PUBLIC)
    return Charge(REQUESTS, 1), Charge(Budget(path, scope, capacity, SECOND_MS), 1)
