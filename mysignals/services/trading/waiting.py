"""Waiting a bounded time for a worker: it says in Redis that a row has changed, and the row is the truth.

No database connection is held meanwhile, and so many requests of a process wait at once, and no more: the rest are
answered with what is known.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from flask import current_app
from redis import Redis, RedisError

from mysignals.settings import Settings

from .outcome import Row, read

log = logging.getLogger(__name__)
LOOKS_EVERY_S = 0.5
"""What settles it may be another turn than the one that says so."""
KEPT_S = 30
MOST_AT_ONCE = 8
"""The web has more threads, so that it answers others while these wait."""
_PLACES = threading.BoundedSemaphore(MOST_AT_ONCE)


def wait_until(delivery_id: int, holds: Callable[[Row], bool]) -> Row:
    """The row as soon as it `holds`; else as it is after TRADE_WAIT_SECONDS."""
    settings: Settings = current_app.extensions["settings"]
    deadline = time.monotonic() + settings.trade_wait_seconds
    if not _PLACES.acquire(blocking=False):
        return read(delivery_id)
    try:
        while not holds(row := read(delivery_id)) and (left := deadline - time.monotonic()) > 0:
            _hear(delivery_id, min(left, LOOKS_EVERY_S))
        return row
    finally:
        _PLACES.release()


def tell(delivery_id: int) -> None:
    """After the commit: whoever waits looks at once. Without Redis they look a moment later."""
    redis: Redis = current_app.extensions["redis"]
    try:
        with redis.pipeline() as pipe:
            pipe.rpush(_name(delivery_id), "1")
            pipe.expire(_name(delivery_id), KEPT_S)
            pipe.execute()
    except RedisError as why:
        log.warning("who waits for trade %s was not told: %s", delivery_id, type(why).__name__)


def _hear(delivery_id: int, seconds: float) -> None:
    """Returns when somebody tells, or after `seconds`."""
    redis: Redis = current_app.extensions["redis"]
    try:
        redis.blpop([_name(delivery_id)], timeout=max(seconds, 0.01))
    except RedisError:
        time.sleep(seconds)


def _name(delivery_id: int) -> str:
    return f"mysignals:trade:{delivery_id}"
