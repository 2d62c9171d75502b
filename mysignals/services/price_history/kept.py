"""Candles in Redis: what was told last, and who is asking just now or has asked in vain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import orjson
from flask import current_app
from redis import Redis

from mysignals.domain.candle import Candle
from mysignals.domain.market import Market

from .stretch import Stretch

KEPT_MS = 24 * 3_600_000
"""Old candles are shown with their age while an exchange is away for no longer than that."""
ASKING_MS, FAILED_MS = 6_000, 5_000
"""For so long nobody else asks: while one does (longer than an answer is waited for), and after one has in vain."""
_ASKING = orjson.dumps("")


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose candles of what."""

    exchange: str
    environment: str
    market: Market
    symbol: str
    stretch: Stretch

    @property
    def key(self) -> str:
        return f"mysignals:candles:{self.exchange}:{self.environment}:{self.market}:{self.stretch}:{self.symbol}"

    @property
    def mark(self) -> str:
        return f"{self.key}:asked"


@dataclass(frozen=True, slots=True)
class Told:
    """`at_ms` is when it was asked for."""

    at_ms: int
    candles: tuple[Candle, ...]


def find(subject: Subject) -> tuple[Told | None, str | None]:
    """What is known, and why the last question failed; empty while one is under way, None where there is none.

    Raises RedisError.
    """
    packed, mark = _redis().mget([subject.key, subject.mark])
    return (None if packed is None else _unpacked(packed)), (None if mark is None else orjson.loads(mark))


def claim(subject: Subject) -> bool:
    """Whether the caller is the one to ask. Raises RedisError."""
    return bool(_redis().set(subject.mark, _ASKING, nx=True, px=ASKING_MS))


def keep(subject: Subject, at_ms: int, candles: Sequence[Candle]) -> None:
    """The answer; whoever waits has it. Raises RedisError."""
    rows = [[one.at_ms, *map(str, (one.open, one.high, one.low, one.close))] for one in candles]
    with _redis().pipeline() as pipe:
        pipe.set(subject.key, orjson.dumps([at_ms, rows]), px=KEPT_MS)
        pipe.delete(subject.mark)
        pipe.execute()


def fail(subject: Subject, why: str) -> None:
    """Nobody asks again for a moment. Raises RedisError."""
    _redis().set(subject.mark, orjson.dumps(why), px=FAILED_MS)


def release(subject: Subject) -> None:
    """There was nothing to ask. Raises RedisError."""
    _redis().delete(subject.mark)


def _unpacked(packed: bytes | str) -> Told:
    at_ms, rows = orjson.loads(packed)
    return Told(at_ms, tuple(Candle(row[0], *map(Decimal, row[1:])) for row in rows))


def _redis() -> Redis:
    redis: Redis = current_app.extensions["redis"]
    return redis
