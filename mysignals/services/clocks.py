"""How far the clocks of the venues are from ours: kept in Redis for all workers and the web, told when it is too far.

An offset is between a venue and the machine that measured it, so each machine has its own.
"""

from __future__ import annotations

import logging
import socket
from dataclasses import dataclass

import orjson
from flask import current_app
from redis import Redis, RedisError

from mysignals import clock
from mysignals.domain.market import Market
from mysignals.exchanges.transports.offsets import Measured

log = logging.getLogger(__name__)
KEPT = "mysignals:clocks"
ALARM_MS, QUIET_MS = 500, 400
"""An alarm begins past the first and ends below the second, so that a clock on the edge is not told every minute."""
FRESH_MS = 600_000
"""A venue is measured every 20 s. What is older says nothing of the clock of now."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A measurement as it is kept. `machine` is the name of the host whose clock was compared."""

    measured: Measured
    machine: str
    is_alarmed: bool


class Clocks:
    """Called with a measurement, from any thread (offsets.Tell)."""

    def __init__(self, redis: Redis, machine: str = "") -> None:
        self._redis, self._machine = redis, machine or socket.gethostname()
        self._alarmed: dict[str, bool] = {}

    def __call__(self, measured: Measured) -> None:
        """Kept, with one line in the log when an alarm begins and one when it ends. Never raises for Redis."""
        field = _field(measured, self._machine)
        was = self._was_alarmed(field)
        now = _is_alarming(measured, was)
        self._alarmed[field] = now
        try:
            self._redis.hset(KEPT, field, _packed(Kept(measured, self._machine, now)))
        except RedisError:
            log.warning("Redis does not answer: the clock of %s is known here alone", _named(measured))
        if now and not was:
            log.error(
                "the clock of %s is %s ms from ours, measured within %s ms: look at this machine's time service",
                _named(measured), measured.offset_ms, measured.round_trip_ms,
            )  # fmt: skip
        elif was and not now:
            log.info("the clock of %s is %s ms from ours again", _named(measured), measured.offset_ms)

    def of_this_machine(self) -> list[Measured]:
        """What this machine has measured of late, for a process that has not measured anything yet."""
        return [kept.measured for kept in _read(self._redis) if kept.machine == self._machine]

    def _was_alarmed(self, field: str) -> bool:
        """Another process of this machine may have told it already."""
        try:
            packed = self._redis.hget(KEPT, field)
        except RedisError:
            packed = None
        kept = _unpacked(field, packed) if packed else None
        return kept.is_alarmed if kept else self._alarmed.get(field, False)


def offset_ms(exchange: str, market: Market | str, environment: str) -> int | None:
    """How many ms the venue's clock is ahead of ours, by the newest measurement, of this machine if it has one.

    None where nobody has measured it of late, and while Redis does not answer.
    """
    asked, here = (exchange, str(market), environment), socket.gethostname()
    found = [kept for kept in known() if _venue(kept.measured) == asked]
    newest = max(found, key=lambda kept: (kept.machine == here, kept.measured.at_ms), default=None)
    return newest.measured.offset_ms if newest else None


def known() -> list[Kept]:
    """What was measured in the last ten minutes, a line a venue and machine; empty while Redis does not answer."""
    redis: Redis = current_app.extensions["redis"]
    return _read(redis)


def farthest() -> dict[tuple[str, str, str], int]:
    """By exchange, market and environment the offset, in ms, of the machine whose clock is farthest away."""
    return {venue: measured.offset_ms for venue, measured in worst().items()}


def worst() -> dict[tuple[str, str, str], Measured]:
    """The same, with all that was measured."""
    found: dict[tuple[str, str, str], Measured] = {}
    for kept in known():
        venue, measured = _venue(kept.measured), kept.measured
        if venue not in found or abs(measured.offset_ms) >= abs(found[venue].offset_ms):
            found[venue] = measured
    return found


def _is_alarming(measured: Measured, was: bool) -> bool:
    """Only what is certainly too far: a slow answer tells little."""
    least = abs(measured.offset_ms) - measured.round_trip_ms / 2
    return least > (QUIET_MS if was else ALARM_MS)


def _read(redis: Redis) -> list[Kept]:
    try:
        rows = redis.hgetall(KEPT)
    except RedisError:
        return []
    oldest = clock.now_ms() - FRESH_MS
    read = [_unpacked(_text(field), packed) for field, packed in sorted(rows.items())]
    return [kept for kept in read if kept is not None and kept.measured.at_ms > oldest]


def _venue(measured: Measured) -> tuple[str, str, str]:
    return measured.exchange, measured.market.value, measured.environment


def _field(measured: Measured, machine: str) -> str:
    return " ".join((*_venue(measured), machine))


def _named(measured: Measured) -> str:
    return f"{measured.exchange} {measured.market} ({measured.environment})"


def _packed(kept: Kept) -> bytes:
    measured = kept.measured
    return orjson.dumps((measured.offset_ms, measured.round_trip_ms, measured.at_ms, kept.is_alarmed))


def _unpacked(field: str, packed: bytes | str) -> Kept | None:
    """None for what an older or newer version has written."""
    try:
        exchange, market, environment, machine = field.split(" ", 3)
        offset, round_trip, at_ms, is_alarmed = orjson.loads(packed)
        return Kept(Measured(exchange, Market(market), environment, offset, round_trip, at_ms), machine, is_alarmed)
    except ValueError:
        return None


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
