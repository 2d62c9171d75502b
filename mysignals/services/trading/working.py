"""What a worker does for a trade by hand: bring it to its exchange, or end it; then tell who waits."""

from __future__ import annotations

import time

from mysignals.services import fan_out

from .ending import cancel_these, is_to_be_cancelled
from .waiting import tell

TRIES, PAUSE_S = 10, 0.3
"""Another turn may talk for it just now: for so long it is tried again, then the sweep does."""


def deliver(delivery_id: int) -> None:
    """As any other delivery; one whose owner cancels it meanwhile is ended at once."""
    try:
        fan_out.deliver([delivery_id])
    finally:
        tell(delivery_id)
    if is_to_be_cancelled(delivery_id):
        cancel_now(delivery_id)


def cancel_now(delivery_id: int) -> None:
    """Until it is over, or TRIES are used up."""
    for number in range(TRIES):
        if number:
            time.sleep(PAUSE_S)
        cancel_these([delivery_id])
        if not is_to_be_cancelled(delivery_id):
            break
    tell(delivery_id)
