"""Sessions of one browser that its owner has ended from another: noted in Redis, where the sessions are, too."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app
from redis import Redis

from mysignals import clock

_LASTS = timedelta(days=31)
"""As long as a session may last that nobody has ended."""


def end(user_id: int, browser: str) -> None:
    """All that have begun there until now. Raises RedisError."""
    _redis().set(_key(user_id, browser), clock.now_ms(), ex=_LASTS)


def is_over(user_id: int, browser: str, began_ms: int) -> bool:
    """Whether a session that began there at that moment was ended since. Raises RedisError."""
    ended = _redis().get(_key(user_id, browser))
    return isinstance(ended, bytes) and began_ms <= int(ended)


def _key(user_id: int, browser: str) -> str:
    return f"mysignals:ended:{user_id}:{browser}"


def _redis() -> Redis:
    redis: Redis = current_app.extensions["redis"]
    return redis
