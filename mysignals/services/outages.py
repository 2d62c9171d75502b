"""The database or Redis is away: how that looks, and how long a worker insists on storing what it knows."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from kombu.exceptions import OperationalError as BrokerError
from redis import RedisError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from mysignals.extensions import db

log = logging.getLogger(__name__)
Stored = TypeVar("Stored")

DATABASE_AWAY = (OperationalError, InterfaceError, PoolTimeoutError)
"""Nobody listens, a connection broke, a statement or a wait took too long, a deadlock was resolved against us."""
REDIS_AWAY = (RedisError, BrokerError)
AWAY = (*DATABASE_AWAY, *REDIS_AWAY)

INSISTS_S = 30.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 2.0


def who(error: Exception) -> str:
    """Which one an error of AWAY is about, in words."""
    return "the database" if isinstance(error, DATABASE_AWAY) else "Redis"


def insist(store: Callable[[], Stored], seconds: float = INSISTS_S) -> Stored:
    """What `store` returns, called again on a fresh connection while the database is away, for `seconds` at most.

    For what is known to this process alone, such as an exchange's answers. `store` must be safe to repeat: where the
    connection broke within its commit, nobody knows whether that arrived. Raises what `store` last raised.
    """
    deadline, pause = time.monotonic() + seconds, FIRST_PAUSE_S
    while True:
        try:
            return store()
        except DATABASE_AWAY as why:
            db.session().invalidate()
            if time.monotonic() + pause > deadline:
                raise
            log.warning("the database is away (%s): what is known is stored again in %g s", type(why).__name__, pause)
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE_S)
