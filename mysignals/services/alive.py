"""A worker's sign of life in Redis, read by `/readyz`."""

from __future__ import annotations

import redis
from flask import current_app

from mysignals.settings import Settings

KEY = "mysignals:worker:alive"
SECONDS = 15
"""For so long a sign counts."""


def beat() -> None:
    """Say that a worker is alive, for the next SECONDS."""
    settings: Settings = current_app.extensions["settings"]
    with redis.Redis.from_url(settings.redis_url, socket_timeout=2) as connection:
        connection.set(KEY, "1", ex=SECONDS)


def age_s(connection: redis.Redis) -> float | None:
    """How long ago a worker has said so; None where none has of late, and while Redis does not answer."""
    try:
        left_ms = int(connection.pttl(KEY))
    except redis.RedisError:
        return None
    return SECONDS - left_ms / 1000 if left_ms > 0 else None
