"""Codes of exchanges that stand in no table of ours: counted and logged, so that somebody adds them."""

from __future__ import annotations

import logging
from collections.abc import Callable

from flask import current_app
from redis import Redis, RedisError

from mysignals.domain.outcomes import Unknown

log = logging.getLogger(__name__)
COUNTS = "mysignals:unmapped"
Counting = Callable[[str, Unknown], None]


def counting() -> Counting:
    """What to call with the exchange and the outcome; it may be called from any thread."""
    redis: Redis = current_app.extensions["redis"]

    def count(exchange: str, outcome: Unknown) -> None:
        log.warning("%s answered a write with the code %s, which no table has", exchange, outcome.code)
        try:
            redis.hincrby(COUNTS, f"{exchange} {outcome.code[:32]}", 1)
        except RedisError:
            log.warning("Redis does not answer: the code was not counted")

    return count


def counts() -> dict[tuple[str, str], int]:
    """How often each was met, by exchange and code; empty while Redis does not answer."""
    redis: Redis = current_app.extensions["redis"]
    try:
        found = {_text(key): int(many) for key, many in redis.hgetall(COUNTS).items()}
    except RedisError:
        return {}
    return {(where, code): many for key, many in found.items() for where, _, code in [key.partition(" ")]}


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
