"""When a conversation learned that something is open, and when it became safe: told by the answers themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mysignals.domain.intents import (
    ExitKind,
    Intent,
    Leg,
    PlaceExit,
    PlaceOco,
    PlaceOrder,
    PlaceProtectedEntry,
    QueryOrder,
)
from mysignals.domain.outcomes import Accepted, OrderState

STANDING = (OrderState.NEW, OrderState.PENDING, OrderState.PARTIALLY_FILLED, OrderState.TRIGGERED)
"""Of a stop: it rests, or is closing just now."""


@dataclass(slots=True)
class Moments:
    """Of one conversation, or of all in one turn about the same delivery. Unix ms; None where it did not happen."""

    filled_ms: int | None = None
    """The first answer that told of something filled."""
    safe_ms: int | None = None
    """The newest answer that told of a stop that stands, or of a close."""
    carried: bool = False
    """The entry was sent with its stop on it."""

    def note(self, intent: Intent, outcome: Accepted, id_of: Callable[[Leg], str], clock_ms: Callable[[], int]) -> None:
        """Take in one answer, which has just arrived. `id_of` tells the conversation's client order ids."""
        if isinstance(intent, PlaceProtectedEntry) or (isinstance(intent, PlaceOrder) and intent.stop is not None):
            self.carried = True
        for order in outcome.orders:
            if not order.filled:
                continue
            if self.filled_ms is None and order.client_id == id_of(Leg.ENTRY):
                self.filled_ms = clock_ms()
            elif order.client_id == id_of(Leg.CLOSE):
                self.safe_ms = clock_ms()
        if _tells_of_a_stop(intent, outcome):
            self.safe_ms = clock_ms()


def _tells_of_a_stop(intent: Intent, outcome: Accepted) -> bool:
    if isinstance(intent, PlaceOco):
        return True
    if not isinstance(intent, (PlaceExit, QueryOrder)) or intent.kind is not ExitKind.STOP:
        return False
    for order in outcome.orders:  # noqa: SIM110 - asked for every stop, and a generator costs three times as much.
        if order.state not in STANDING:
            return False
    return True
