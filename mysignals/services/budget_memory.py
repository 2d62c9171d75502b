"""What was used of budgets is kept in the database every few seconds (beat), and told to a Redis that has lost it.

Processes tell it too, and know it better (transports/purse.py); but all of them may have died with Redis.
"""

from __future__ import annotations

from dataclasses import dataclass

import orjson
from flask import current_app
from redis import Redis
from sqlalchemy import text

from mysignals.exchanges.limits import Budget, Scope
from mysignals.exchanges.transports.pacing import Want
from mysignals.exchanges.transports.purse import NONE
from mysignals.extensions import db

from .budgets import KNOWN, PREFIX, SINCE, Budgets

SLICES_A_WINDOW = 20
LOST = text("""
    SELECT key, capacity, window_ms, epoch, counts FROM budget_counts
    WHERE epoch <> :since AND kept_at > now() - interval '10 minutes' ORDER BY key
""")
KEEP = text("""
    INSERT INTO budget_counts (key, epoch, capacity, window_ms, counts, kept_at)
    SELECT key, :since, capacity, window_ms, counts, now()
    FROM unnest(CAST(:keys AS text[]), CAST(:capacities AS integer[]), CAST(:windows AS integer[]),
                CAST(:counts AS text[])) AS v (key, capacity, window_ms, counts)
    ORDER BY key
    ON CONFLICT (key) DO UPDATE SET epoch = excluded.epoch, capacity = excluded.capacity,
        window_ms = excluded.window_ms, counts = excluded.counts, kept_at = excluded.kept_at
""")


@dataclass(frozen=True, slots=True)
class _Counted:
    key: str
    budget: Budget
    counts: str


def keep() -> None:
    """One turn: tell what was lost, then keep what is counted. Where Redis does not answer nothing is changed."""
    redis: Redis = current_app.extensions["redis"]
    since = _since(redis)
    if since is None:
        return  # Nobody has asked since it began: who does so first will begin a new epoch, and is told then.
    _tell_again(redis, since)
    counted = _counted(redis)
    if counted and _since(redis) == since:
        _store(counted, since)


def _tell_again(redis: Redis, since: int) -> None:
    lost = db.session.execute(LOST, {"since": since}).all()
    db.session.rollback()
    if lost:
        Budgets(redis).take(
            [
                Want(row.key, _budget(row.key, row.capacity, row.window_ms), NONE, epoch=row.epoch, counts=row.counts)
                for row in lost
            ]
        )


def _counted(redis: Redis) -> list[_Counted]:
    shapes = {_text(key): orjson.loads(shape) for key, shape in redis.hgetall(KNOWN).items()}
    budgets = {key: _budget(key, shape[0], shape[1] * SLICES_A_WINDOW) for key, shape in sorted(shapes.items())}
    kept = [key for key, budget in budgets.items() if budget.is_kept]
    values = redis.mget([PREFIX + key for key in kept]) if kept else []
    return [_Counted(key, budgets[key], _text(value)) for key, value in zip(kept, values, strict=True) if value]


def _store(counted: list[_Counted], since: int) -> None:
    values = {
        "since": since,
        "keys": [one.key for one in counted],
        "capacities": [one.budget.capacity for one in counted],
        "windows": [one.budget.window_ms for one in counted],
        "counts": [one.counts for one in counted],
    }
    db.session.execute(KEEP, values)
    db.session.commit()


def _budget(key: str, capacity: int, window_ms: int) -> Budget:
    return Budget(key.rpartition("|")[2], Scope.ADDRESS, capacity, window_ms)


def _since(redis: Redis) -> int | None:
    found = redis.get(SINCE)
    return None if found is None else int(found)


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
