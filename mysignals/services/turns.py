"""One conversation of a key at a time, over all workers, where an exchange's requests must not overlap."""

from __future__ import annotations

import logging
import secrets
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from redis import Redis, RedisError

from .tonces import fingerprint

log = logging.getLogger(__name__)
Item = TypeVar("Item")
LEASE_MS = 15_000
"""What a dead worker held is free again after it; a conversation that lasts longer extends it."""
EXTENDED_EVERY_S = 4.0
GIVE_BACK = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"
EXTEND = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0"


def rounds(items: Iterable[Item], key_of: Callable[[Item], str]) -> list[list[Item]]:
    """The same items such that no round has two of one key, where `key_of` tells one; all others are in the first."""
    found: list[list[Item]] = []
    met: Counter[str] = Counter()
    for item in items:
        key = key_of(item)
        number = met[key] if key else 0
        met[key] += 1
        if number == len(found):
            found.append([])
        found[number].append(item)
    return found


@contextmanager
def held(redis: Redis, api_keys: Iterable[str]) -> Iterator[frozenset[str]]:
    """Those of the keys whose turn is ours until the end of the block; another worker talks for the rest.

    Nobody's turn is ours while Redis does not answer.
    """
    token = secrets.token_hex(16)
    ours: list[str] = []
    try:
        try:
            ours += [api_key for api_key in api_keys if redis.set(_name(api_key), token, nx=True, px=LEASE_MS)]
        except RedisError:
            # One that was taken just before is free again after LEASE_MS.
            log.warning("Redis does not answer: no turn could be taken")
        with _extending(redis, ours, token):
            yield frozenset(ours)
    finally:
        for api_key in ours:
            _give_back(redis, api_key, token)


@contextmanager
def _extending(redis: Redis, api_keys: list[str], token: str) -> Iterator[None]:
    """Where Redis is away too long they are lost: but then no request can be numbered either, and none is sent."""
    if not api_keys:
        yield
        return
    over = threading.Event()

    def extend() -> None:
        while not over.wait(EXTENDED_EVERY_S):
            try:
                for api_key in api_keys:
                    redis.eval(EXTEND, 1, _name(api_key), token, LEASE_MS)
            except RedisError:
                log.warning("Redis does not answer: a turn could not be extended")

    thread = threading.Thread(target=extend, name="turns", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _give_back(redis: Redis, api_key: str, token: str) -> None:
    try:
        redis.eval(GIVE_BACK, 1, _name(api_key), token)
    except RedisError:
        log.warning("Redis does not answer: a turn is free again after %s s", LEASE_MS // 1000)


def _name(api_key: str) -> str:
    return f"mysignals:turn:{fingerprint(api_key)}"
