"""The breaker of each venue: no new entries while stops fail there. One for all workers, in Redis.

What closes or protects a position is never held back by it. While Redis does not answer it stays as it was last known.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

from flask import current_app
from redis import Redis, RedisError

from mysignals import clock
from mysignals.domain.breaker import FIRST_WAIT_MS, WINDOW_MS, Pause, Tally, decide

from .tries import Tried, Venue
from .words import tell_registrars

log = logging.getLogger(__name__)
PAUSES, FAILED_AT = "mysignals:breaker", "failed_at"
"""A hash: the pauses by venue, and when a stop failed last at any."""
REFRESH_S = 5.0


@dataclass(slots=True)
class _Here:
    """What this process knows, of all its threads."""

    pauses: dict[str, Pause] = field(default_factory=dict)
    failed_at_ms: int = 0
    read_s: float = float("-inf")
    placed: dict[str, dict[int, int]] = field(default_factory=dict)
    """Venue -> account -> when its stop was placed (Unix ms), as far as Redis was not told."""


def breaker() -> Breaker:
    """That of this process."""
    made: Breaker = current_app.extensions.setdefault("breaker", Breaker(current_app.extensions["redis"]))
    return made


class Breaker:
    """Threads share one."""

    def __init__(self, redis: Redis, clock_ms: Callable[[], int] = clock.now_ms) -> None:
        self._redis, self._clock_ms = redis, clock_ms
        self._here, self._lock = _Here(), threading.Lock()

    def paused(self) -> frozenset[str]:
        """Keys of the venues whose entries wait. One question to Redis."""
        self._read()
        return frozenset(self._here.pauses)

    def trials(self) -> dict[str, int]:
        """By the key of each venue whose entries wait: when one of them may try (Unix ms)."""
        self._read()
        return {key: pause.trial_ms for key, pause in self._here.pauses.items()}

    def takes_trial(self, venue: Venue) -> bool:
        """Whether the one entry that tries the venue may go now, and is the caller's to send."""
        pause = self._here.pauses.get(venue.key)
        if pause is None or not pause.is_trial_due(self._clock_ms()):
            return False
        try:
            return bool(self._redis.set(_trial(venue.key), 1, nx=True, px=FIRST_WAIT_MS))
        except RedisError:
            return False

    def give_trial_back(self, venue: Venue) -> None:
        """The entry was never sent: another may try at once."""
        try:
            self._redis.delete(_trial(venue.key))
        except RedisError:
            log.warning("Redis does not answer: the next trial at %s waits", venue)

    def note(self, tries: Sequence[Tried]) -> None:
        """What a batch has tried. Where all is quiet Redis hears nothing of it; never raises for Redis."""
        if not tries:
            return
        now_ms = self._clock_ms()
        self._remember(tries, now_ms)
        if all(one.placed for one in tries) and self._is_quiet(now_ms):
            return
        for venue in sorted({one.venue for one in tries}, key=lambda venue: venue.key):
            self._tell(venue, [one for one in tries if one.venue == venue], now_ms)

    def _read(self) -> None:
        try:
            rows = {_text(name): _text(value) for name, value in self._redis.hgetall(PAUSES).items()}
        except RedisError:
            return
        self._here.failed_at_ms = int(rows.pop(FAILED_AT, "0"))
        self._here.pauses = {key: _unpacked(value) for key, value in rows.items()}
        self._here.read_s = time.monotonic()

    def _is_quiet(self, now_ms: int) -> bool:
        if time.monotonic() - self._here.read_s > REFRESH_S:
            self._read()
        return not self._here.pauses and self._here.failed_at_ms < now_ms - WINDOW_MS

    def _remember(self, tries: Iterable[Tried], now_ms: int) -> None:
        """Should stops begin to fail, what went well a minute before counts."""
        with self._lock:
            for one in tries:
                if one.placed:
                    self._here.placed.setdefault(one.venue.key, {})[one.account_id] = now_ms
            for key, moments in self._here.placed.items():
                if any(moment < now_ms - WINDOW_MS for moment in moments.values()):
                    kept = {account: moment for account, moment in moments.items() if moment >= now_ms - WINDOW_MS}
                    self._here.placed[key] = kept

    def _tell(self, venue: Venue, tries: Collection[Tried], now_ms: int) -> None:
        failed = {one.account_id: now_ms for one in tries if not one.placed}
        with self._lock:
            placed = self._here.placed.pop(venue.key, {})
        try:
            pause, lately = self._told(venue.key, failed, placed, now_ms)
            news = Tally(len(failed), len(tries) - len(failed))
            self._move(venue, pause, decide(pause, lately, news, now_ms), lately)
        except RedisError:
            log.warning("Redis does not answer: what became of %s stops at %s is not counted", len(tries), venue)

    def _told(
        self, key: str, failed: dict[int, int], placed: dict[int, int], now_ms: int
    ) -> tuple[Pause | None, Tally]:
        pipeline = self._redis.pipeline(transaction=True)
        for name, moments in ((_failed(key), failed), (_placed(key), placed)):
            if moments:
                pipeline.zadd(name, {str(account): moment for account, moment in moments.items()})
                pipeline.pexpire(name, 2 * WINDOW_MS)
        if failed:
            pipeline.hset(PAUSES, FAILED_AT, now_ms)
        pipeline.hget(PAUSES, key)
        pipeline.zcount(_failed(key), now_ms - WINDOW_MS, "+inf")
        pipeline.zcount(_placed(key), now_ms - WINDOW_MS, "+inf")
        *_, packed, many_failed, many_placed = pipeline.execute()
        return (_unpacked(_text(packed)) if packed else None), Tally(int(many_failed), int(many_placed))

    def _move(self, venue: Venue, before: Pause | None, after: Pause | None, lately: Tally) -> None:
        """Several workers may come to the same end: the one that Redis takes it from says so."""
        if after == before:
            return
        if after is None:
            pipeline = self._redis.pipeline(transaction=True)
            pipeline.hdel(PAUSES, venue.key)
            pipeline.delete(_failed(venue.key), _placed(venue.key), _trial(venue.key))
            if pipeline.execute()[0]:
                log.info("entries at %s go on: a stop was placed there", venue)
        elif before is not None:
            pipeline = self._redis.pipeline(transaction=True)
            pipeline.hset(PAUSES, venue.key, _packed(after))
            pipeline.delete(_trial(venue.key))
            pipeline.execute()
            log.info("entries at %s stay paused for %s s more: stops still fail", venue, after.wait_ms // 1000)
        elif self._redis.hsetnx(PAUSES, venue.key, _packed(after)):
            log.error(
                "entries at %s are paused: stops of %s accounts could not be placed within a minute, of %s they could",
                venue, lately.failed, lately.placed,
            )  # fmt: skip
            tell_registrars(venue, lately)
        self._read()


def _trial(key: str) -> str:
    return f"{PAUSES}:trial:{key}"


def _failed(key: str) -> str:
    return f"{PAUSES}:failed:{key}"


def _placed(key: str) -> str:
    return f"{PAUSES}:placed:{key}"


def _packed(pause: Pause) -> str:
    return f"{pause.wait_ms} {pause.trial_ms}"


def _unpacked(packed: str) -> Pause:
    wait_ms, trial_ms = packed.split(" ")
    return Pause(int(wait_ms), int(trial_ms))


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
