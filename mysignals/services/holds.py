"""Who talks for a delivery: a turn holds its rows for some seconds, extends that while it lasts, and gives them back.

Two turns never write for one delivery: rows that are held are not taken, what a dead worker held is free when its hold
is over, and a turn that could not extend its hold in time (a worker that slept, a database that was away) is refused
every further write by the transports.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, TextClause, text
from sqlalchemy.exc import SQLAlchemyError

from mysignals.extensions import db

log = logging.getLogger(__name__)
HOLD_SECONDS = 20
"""What a dead worker held is free after this."""
EXTENDED_EVERY_S = 5.0
SAFETY_S = 2.0
"""A write that is decided on now leaves within this."""
TICK_S = 0.5
EXTEND = text("""
    UPDATE deliveries SET held_until = now() + :seconds * interval '1 second'
    WHERE id IN (SELECT id FROM deliveries WHERE id = ANY (:ids) AND held_by = :token ORDER BY id FOR NO KEY UPDATE)
    RETURNING id
""")
"""In the order in which a turn locks them that stores what it saw (follow.store), lest the two wait for each other."""
GIVE_BACK = text("UPDATE deliveries SET held_by = NULL, held_until = NULL WHERE id = ANY (:ids) AND held_by = :token")


class Hold:
    """One turn over some deliveries. Any thread may ask `is_ours`."""

    def __init__(self) -> None:
        self.token = secrets.token_hex(16)
        self._ids: set[int] = set()
        self._until = 0.0
        self._lost = False
        self._lock = threading.Lock()

    def taken(self, at: float) -> None:
        """`at` is time.monotonic() from just before the statement that took the rows, or extended their hold."""
        self._until = at + HOLD_SECONDS - SAFETY_S

    def is_ours(self) -> bool:
        """Whether certainly no other turn has taken the rows."""
        return not self._lost and time.monotonic() < self._until

    def keep(self, ids: Collection[int]) -> None:
        with self._lock:
            self._ids |= set(ids)

    def let_go(self, ids: Collection[int]) -> None:
        """Before they are given back in the database: they are not extended any more."""
        with self._lock:
            self._ids -= set(ids)

    def extend(self, engine: Engine) -> None:
        """One statement; raises SQLAlchemyError where the database does not answer."""
        with self._lock:  # While they are extended none of them is given back.
            if not self._ids:
                return
            at = time.monotonic()
            with engine.begin() as connection:
                values = {"ids": sorted(self._ids), "token": self.token, "seconds": HOLD_SECONDS}
                extended = len(connection.execute(EXTEND, values).all())
            if extended == len(self._ids):
                self.taken(at)
            else:
                self._lost = True
                log.error("a turn took longer than its hold: %s deliveries are another's", len(self._ids) - extended)

    @property
    def is_due(self) -> bool:
        return not self._lost and time.monotonic() > self._until + SAFETY_S - HOLD_SECONDS + EXTENDED_EVERY_S


@contextmanager
def keeping(hold: Hold, ids: Collection[int]) -> Iterator[None]:
    """The hold is extended while the block lasts; needs an application context."""
    hold.keep(ids)
    _KEEPER.add(hold, db.engine)
    try:
        yield
    finally:
        _KEEPER.remove(hold)


def take(statement: TextClause, hold: Hold, values: Mapping[str, Any]) -> list[int]:
    """Ids of the rows that `statement` takes: an UPDATE that sets `:token` and `:seconds`, and returns ids. Commits."""
    at = time.monotonic()
    taken = list(db.session.scalars(statement, {**values, "token": hold.token, "seconds": HOLD_SECONDS}))
    db.session.commit()
    hold.taken(at)
    return taken


def give_back(hold: Hold, ids: Collection[int]) -> None:
    """They are free again; what is no longer ours is left alone."""
    hold.let_go(ids)
    if ids:
        db.session.execute(GIVE_BACK, {"ids": sorted(ids), "token": hold.token})
        db.session.commit()


class _Keeper:
    """One thread a process, started when first needed, that extends what lasts longer than EXTENDED_EVERY_S."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._holds: dict[Hold, Engine] = {}
        self._thread: threading.Thread | None = None
        self._some = threading.Event()

    def add(self, hold: Hold, engine: Engine) -> None:
        with self._lock:
            self._holds[hold] = engine
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="holds", daemon=True)
                self._thread.start()
        self._some.set()

    def remove(self, hold: Hold) -> None:
        with self._lock:
            self._holds.pop(hold, None)
            if not self._holds:
                self._some.clear()

    def _run(self) -> None:
        while True:
            self._some.wait()
            time.sleep(TICK_S)
            with self._lock:
                due = [(hold, engine) for hold, engine in self._holds.items() if hold.is_due]
            for hold, engine in due:
                try:
                    hold.extend(engine)
                except SQLAlchemyError as why:
                    log.warning("a hold could not be extended: %s", type(why).__name__)


_KEEPER = _Keeper()
