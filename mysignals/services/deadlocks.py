"""What a deadlock has undone is done again: nothing of it is left, so nothing is done twice."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from psycopg2.errors import DeadlockDetected
from sqlalchemy.exc import OperationalError

from mysignals.extensions import db

TRIES, PAUSE_S = 3, 0.05
"""Each deadlock takes a second (`deadlock_timeout`) until the database has found it: counted, not timed, or who may
wait less than that would never try again.
"""
Done = TypeVar("Done")


def is_deadlock(why: OperationalError) -> bool:
    """Whether the database has undone the transaction to let another one through."""
    return isinstance(why.orig, DeadlockDetected)


def gone_through(deed: Callable[[], Done]) -> Done:
    """What `deed` returns, which commits by itself and does nothing else outside of the database; tried TRIES times.

    Raises whatever else it raises, and the last deadlock.
    """
    for _ in range(TRIES - 1):
        try:
            return deed()
        except OperationalError as why:
            db.session.rollback()
            if not is_deadlock(why):
                raise
        time.sleep(PAUSE_S)
    return deed()
