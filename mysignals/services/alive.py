"""A worker's sign of life in Redis, read by `/readyz`."""

from __future__ import annotations

import redis
from flask import current_app

from mysignals.settings import Settings

KEY = "mysignals:worker:alive"
SECONDS = 15


def beat() -> None:
    """Say that a worker is alive, for the next SECONDS."""
    settings: Settings = current_app.extensions["settings"]
    with redis.Redis.from_url(settings.redis_url, socket_timeout=2) as connection:
        connection.set(KEY, "1", ex=SECONDS)
