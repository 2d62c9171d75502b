"""What was used of budgets outlives the loss of Redis and the end of every process that knew it."""

from __future__ import annotations

import time

import pytest
from redis import Redis

from mysignals.exchanges.binance.limits import FUTURES_WEIGHT
from mysignals.exchanges.sliding import Given
from mysignals.exchanges.transports.pacing import Want
from mysignals.exchanges.transports.purse import NONE
from mysignals.services import budget_memory
from mysignals.services.budgets import GRACE_MS, KNOWN, SINCE, Budgets
from tests.fan_out.conftest import Scene

KEY = "http://venue.example|here|weight"


@pytest.fixture
def redis(scene: Scene) -> Redis:
    found: Redis = scene.app.extensions["redis"]
    found.delete(KNOWN)
    return found


def ask(redis: Redis, tokens: int) -> Given:
    """As a process that has just begun and knows nothing."""
    (given,) = Budgets(redis).take([Want(KEY, FUTURES_WEIGHT, (tokens, *NONE[1:]))])
    return given


def test_what_all_had_used_is_told_to_a_redis_that_has_lost_it(redis: Redis) -> None:
    ask(redis, 700)
    budget_memory.keep()
    time.sleep(0.002)  # Another millisecond, another epoch.
    redis.flushdb()
    ask(redis, 10)
    budget_memory.keep()
    assert ask(redis, 0).used == 710
    redis.set(SINCE, int(redis.get(SINCE) or 0) - GRACE_MS)
    assert ask(redis, 3000).used == 2400


def test_it_is_told_once_a_loss_and_kept_with_what_came_since(redis: Redis) -> None:
    ask(redis, 700)
    for expected in (700, 700):
        budget_memory.keep()
        time.sleep(0.002)
        redis.flushdb()
        ask(redis, 0)
        budget_memory.keep()
        budget_memory.keep()
        assert ask(redis, 0).used == expected


def test_a_redis_that_nobody_has_asked_yet_does_not_make_us_forget(redis: Redis) -> None:
    ask(redis, 700)
    budget_memory.keep()
    time.sleep(0.002)
    redis.flushdb()
    budget_memory.keep()
    ask(redis, 0)
    budget_memory.keep()
    assert ask(redis, 0).used == 700


def test_what_was_kept_long_ago_is_over(redis: Redis, scene: Scene) -> None:
    ask(redis, 700)
    budget_memory.keep()
    scene.run("UPDATE budget_counts SET kept_at = now() - interval '11 minutes'")
    redis.flushdb()
    ask(redis, 0)
    budget_memory.keep()
    assert ask(redis, 0).used == 0
