"""Whether this installation can work: database, Redis, and a live worker."""

from __future__ import annotations

from flask import current_app
from redis import Redis, RedisError
from sqlalchemy import text

from mysignals.extensions import db

from . import alive
from .outages import DATABASE_AWAY


def missing() -> list[str]:
    """What is not there, by name; empty when all is well."""
    absent = [] if _database_answers() else ["database"]
    worker = _worker_sign()
    if worker is None:
        return [*absent, "redis", "worker"]
    return absent if worker else [*absent, "worker"]


def _database_answers() -> bool:
    try:
        db.session.execute(text("SELECT 1"))
    except DATABASE_AWAY:
        db.session.rollback()
        return False
    return True


def _worker_sign() -> bool | None:
    """Whether a worker has said so lately; None where Redis cannot be asked."""
    redis: Redis = current_app.extensions["redis"]
    try:
        return bool(redis.exists(alive.KEY))
    except RedisError:
        return None
