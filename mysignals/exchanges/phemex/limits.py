"""What Phemex lets an address and a user do: three groups a user, one count an address (EXCHANGES 6.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mysignals.domain.intents import (
    CancelAll,
    CancelOrder,
    Intent,
    QueryOrder,
    ReadBalances,
    ReadOpenOrders,
    ReadPrice,
    ReadRules,
    ReadTime,
)
from mysignals.domain.market import Market
from mysignals.exchanges.limits import Budget, Charge, Charges, Refusal, Scope, header
from mysignals.exchanges.wire import HttpResponse

MINUTE_MS = 60_000
REQUESTS = Budget("requests", Scope.ADDRESS, 5000, 5 * MINUTE_MS)
CONTRACT = Budget("contract", Scope.ACCOUNT, 500, MINUTE_MS)
SPOT_ORDER = Budget("spotorder", Scope.ACCOUNT, 500, MINUTE_MS)
OTHERS = Budget("others", Scope.ACCOUNT, 100, MINUTE_MS)
SUFFIXES = {"contract": "-contract", "spotorder": "-spotorder", "others": ""}
PUBLIC = (ReadRules, ReadPrice, ReadTime)
ONE = Charge(REQUESTS, 1)
OF_PUBLIC: Charges = (ONE,)
OF_OTHERS: Charges = (ONE, Charge(OTHERS, 1))
OF_CONTRACT: Charges = (ONE, Charge(CONTRACT, 1))
OF_CONTRACT_CANCEL_ALL: Charges = (ONE, Charge(CONTRACT, 3))
OF_SPOT: Charges = (ONE, Charge(SPOT_ORDER, 1))
OF_SPOT_CANCEL: Charges = (ONE, Charge(SPOT_ORDER, 2))
OF_SPOT_CANCEL_ALL: Charges = (ONE, Charge(SPOT_ORDER, 3))
TOO_MANY, FORBIDDEN, OK = 429, 403, 200
REFUSED = b'"code":39995'
BUSY_MS, FIREWALL_MS, BLOCKED_MS = 1000, 10_000, 300_000
"""Where the answer names no time. An address that went too far is shut out for five minutes."""


@dataclass(frozen=True)
class PhemexLimits:
    market: Market

    def charges(self, intent: Intent) -> Charges:
        if isinstance(intent, PUBLIC):
            return OF_PUBLIC
        if isinstance(intent, QueryOrder | ReadOpenOrders) and intent.history:
            return OF_OTHERS
        if self.market is Market.FUTURES:
            return OF_CONTRACT_CANCEL_ALL if isinstance(intent, CancelAll) else OF_CONTRACT
        if isinstance(intent, ReadBalances):
            return OF_OTHERS
        if isinstance(intent, CancelAll):
            return OF_SPOT_CANCEL_ALL
        return OF_SPOT_CANCEL if isinstance(intent, CancelOrder) else OF_SPOT

    def used(self, budget: Budget, headers: Sequence[tuple[str, str]]) -> int | None:
        if budget.scope is Scope.ADDRESS:
            return None  # Phemex does not tell what an address has left.
        left = header(headers, f"x-ratelimit-remaining{SUFFIXES[budget.name]}")
        return None if left is None else budget.capacity - left

    def refusal(self, charges: Charges, response: HttpResponse) -> Refusal | None:
        """A group that is used up says that nothing remains of it; an address only says when to come again."""
        status = response.status
        if status == OK and REFUSED not in response.body[:64]:
            return None
        if status == FORBIDDEN:
            wait_s = header(response.headers, "x-ratelimit-retry-after")
            if wait_s is not None:
                return Refusal(REQUESTS, (wait_s * 1000) or BLOCKED_MS)
            return None if b'"code"' in response.body[:64] else Refusal(REQUESTS, FIREWALL_MS)
        if status != TOO_MANY and REFUSED not in response.body[:64]:
            return None
        for charge in charges:
            suffix = SUFFIXES.get(charge.budget.name)
            if suffix is not None and header(response.headers, f"x-ratelimit-remaining{suffix}") is not None:
                wait_s = header(response.headers, f"x-ratelimit-retry-after{suffix}")
                return Refusal(charge.budget, (wait_s or 0) * 1000 or BUSY_MS)
        wait_s = header(response.headers, "x-ratelimit-retry-after")
        return Refusal(REQUESTS, (wait_s or 0) * 1000 or BUSY_MS)
