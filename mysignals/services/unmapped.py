"""Codes of exchanges that stand in no table of ours: counted and logged, so that somebody adds them."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app
from redis import Redis, RedisError

from mysignals.domain.outcomes import Unknown

log = logging.getLogger(__name__)
COUNTS = "mysignals:unmapped"


class Counting:
    """Called with the exchange and the outcome, from any thread; Redis is told when all conversations have ended."""

    def __init__(self) -> None:
        self.met: Counter[str] = Counter()

    def __call__(self, exchange: str, outcome: Unknown) -> None:
        log.warning("%s answered a write with the code %s, which no table has", exchange, outcome.code)
        self.met[f"{exchange} {outcome.code[:32]}"] += 1


@contextmanager
def counting() -> Iterator[Counting]:
    """For the conversations of the block."""
    count = Counting()
    try:
        yield count
    finally:
        if count.met:
            _tell(count)


def _tell(count: Counting) -> None:
    redis: Redis = current_app.extensions["redis"]
    try:
        for name, many in count.met.items():
            redis.hincrby(COUNTS, name, many)
    except RedisError:
        log.warning("Redis does not answer: codes without a table were not counted: %s", dict(count.met))


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
