"""What a worker does for one owner: bring a trade to its exchange, or end some; then tell who waits."""

from __future__ import annotations

import time
from collections.abc import Sequence

from mysignals.services import fan_out

from .ending import cancel_these, still_to_be_cancelled
from .waiting import tell

TRIES, PAUSE_S = 10, 0.3
"""Another turn may talk for it just now: for so long it is tried again, then the sweep does."""


def deliver(delivery_id: int) -> None:
    """As any other delivery; one that is to be ended meanwhile is ended at once."""
    try:
        fan_out.deliver([delivery_id])
    finally:
        tell(delivery_id)
    if still_to_be_cancelled([delivery_id]):
        cancel_now([delivery_id])


def cancel_now(ids: Sequence[int]) -> None:
    """Until all of them are over, or TRIES are used up."""
    left = sorted(ids)
    for number in range(TRIES):
        if number:
            time.sleep(PAUSE_S)
        cancel_these(left)
        left = still_to_be_cancelled(left)
        if not left:
            break
    for delivery_id in ids:
        tell(delivery_id)
