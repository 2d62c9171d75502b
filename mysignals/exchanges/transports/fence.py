"""What may leave: no order that could be executed after its delivery is given up, no write of a turn that is over."""

from __future__ import annotations

from typing import Protocol

from mysignals.domain.intents import WRITES, Intent, OpenTrade, PlaceOrder, PlaceProtectedEntry
from mysignals.domain.market import Market
from mysignals.exchanges.dialect import Call
from mysignals.exchanges.wire import HttpRequest, NoReply

HELD_BACK = NoReply(sent=False, cause="fence")
NOT_OURS = NoReply(sent=False, cause="hold")


class Holds(Protocol):
    """A turn over deliveries, which another worker may take when it is not extended in time."""

    def is_ours(self) -> bool:
        """Whether certainly nobody else has taken them; asked for every write, so it must cost nothing."""


def is_over(call: Call, hold: Holds | None) -> bool:
    """Whether the call is a write of a turn that another worker may have taken over. Questions harm nobody."""
    return hold is not None and not hold.is_ours() and isinstance(call.intent, WRITES)


def passes_fence(call: Call, request: HttpRequest, offset_ms: int, fence_ms: int | None) -> bool:
    """Whether the request could be executed after `fence_ms`, which is told in our clock (Unix ms).

    The request's own deadline is told in the exchange's clock, `offset_ms` ahead of ours.
    """
    if fence_ms is None or request.expires_ms is None or not opens_or_spends(call.intent):
        return False
    return request.expires_ms - offset_ms > fence_ms


def opens_or_spends(intent: Intent) -> bool:
    """Questions, settings, cancels and exits are never held back: a late one harms nobody, a missing stop does."""
    if isinstance(intent, PlaceOrder):
        return not (intent.reduce_only and intent.market is Market.FUTURES)
    return isinstance(intent, (PlaceProtectedEntry, OpenTrade))
