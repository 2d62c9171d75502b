"""Another request in the same moment: on a connection of its own, and as far as it comes before it has to wait."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from flask import Flask
from sqlalchemy import text

from mysignals.extensions import db
from tests.support.waiting import wait_until

Done = TypeVar("Done")
_WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")


def beside(app: Flask, pool: ThreadPoolExecutor, deed: Callable[[], Done]) -> Future[Done]:
    """`deed`, begun by a thread of `pool`: it waits for a lock of the database by now, or is over."""

    def done() -> Done:
        with app.app_context():
            try:
                return deed()
            finally:
                db.session.remove()

    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as looker:
        waited = looker.scalar(_WAITING)
        found = pool.submit(done)
        wait_until(lambda: found.done() or looker.scalar(_WAITING) != waited, 10, "its end, or a lock it waits for")
    return found
