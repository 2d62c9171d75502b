"""Wrong second factors, counted by person: who has a password may come from many addresses to guess the rest.

A new password does not begin the count anew: who reads somebody's mails could choose one again and again.
"""

from __future__ import annotations

from flask import current_app
from redis import Redis

from .errors import TooOften

MOST = 10
WITHIN_S = 15 * 60


def refuse_too_many(user_id: int) -> None:
    """Raises TooOften from the 10th wrong one within 15 minutes on, until these are over."""
    redis = _redis()
    if int(redis.get(_key(user_id)) or 0) >= MOST:
        raise TooOften("Too many wrong second factors.", max(int(redis.ttl(_key(user_id))), 1))


def count(user_id: int) -> None:
    """The caller has locked the user, so that nobody tries more of them at once."""
    with _redis().pipeline() as pipeline:
        pipeline.set(_key(user_id), 0, ex=WITHIN_S, nx=True)
        pipeline.incr(_key(user_id))
        pipeline.execute()


def _key(user_id: int) -> str:
    return f"mysignals:wrong-codes:{user_id}"


def _redis() -> Redis:
    redis: Redis = current_app.extensions["redis"]
    return redis
