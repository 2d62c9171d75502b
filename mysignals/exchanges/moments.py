"""When a conversation learned that something is open, and when it became safe: told by the answers themselves."""

from __future__ import annotations

from dataclasses import dataclass

from mysignals.domain.intents import ExitKind, Intent, PlaceExit, PlaceOco, PlaceOrder, PlaceProtectedEntry, QueryOrder
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

    def note(self, intent: Intent, outcome: Accepted, entry_id: str, close_id: str, now_ms: int) -> None:
        """Take in one answer, which arrived at `now_ms`. The ids are those of the entry and of a close."""
        if isinstance(intent, PlaceProtectedEntry) or (isinstance(intent, PlaceOrder) and intent.stop is not None):
            self.carried = True
        for order in outcome.orders:
            if order.filled and order.client_id == entry_id and self.filled_ms is None:
                self.filled_ms = now_ms
            elif order.filled and order.client_id == close_id:
                self.safe_ms = now_ms
        if _tells_of_a_stop(intent, outcome):
            self.safe_ms = now_ms


def _tells_of_a_stop(intent: Intent, outcome: Accepted) -> bool:
    if isinstance(intent, PlaceOco):
        return True
    is_stop = isinstance(intent, (PlaceExit, QueryOrder)) and intent.kind is ExitKind.STOP
    return is_stop and all(order.state in STANDING for order in outcome.orders)
