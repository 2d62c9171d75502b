"""The counts in Redis: the same as the pure ones, shared, halved after a loss, and honest about being away."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis

from mysignals.exchanges.limits import Budget, Scope
from mysignals.exchanges.sliding import Sliding
from mysignals.exchanges.transports.pacing import Away, Want
from mysignals.services.budgets import ANSWER_S, GRACE_MS, SINCE, Budgets
from tests.fan_out.conftest import forget_counts
from tests.support.engines import Engines

BUDGET = Budget("a-day", Scope.ADDRESS, 100, 86_400_000)
"""Its slices are over an hour long, so that a test lies within one."""


@pytest.fixture
def redis(engines: Engines) -> Iterator[Redis]:
    client: Redis = Redis.from_url(engines.redis_url)
    forget_counts(client)
    yield client
    client.close()


def want(exits: int = 0, entries: int = 0, opens: int = 0, reads: int = 0, **more: Any) -> Want:
    return Want("somewhere|here|a-day", BUDGET, (exits, entries, 0, 0, opens, reads), **more)


AMOUNTS = st.integers(0, 40)
STEPS = st.tuples(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS, st.integers(0, 5), st.integers(0, 120))
"""Tokens by priority, what is given back, and what the exchange has counted."""


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(steps=st.lists(STEPS, max_size=8))
def test_the_script_counts_as_the_pure_form_does(redis: Redis, steps: list[tuple[int, ...]]) -> None:
    forget_counts(redis)
    store, pure = Budgets(redis), Sliding(BUDGET)
    number = 0
    for exits, entries, opens, reads, back, told in steps:
        now_ms = int(time.time() * 1000)
        asked = want(exits, entries, opens, reads, back=back, back_slice=number, told=told)
        pure.back(back, number)
        pure.told(told, now_ms)
        expected = pure.give(asked.wishes, now_ms)
        (found,) = store.take([asked])
        if found.slice_number != expected.slice_number:
            return  # The clock went into the next slice between the two.
        number = found.slice_number
        assert (found.tokens, found.used, bool(found.wait_ms)) == (
            expected.tokens,
            expected.used,
            bool(expected.wait_ms),
        )
        assert abs(found.wait_ms - expected.wait_ms) < 5000


def test_two_workers_share_one_count(redis: Redis) -> None:
    first, second = Budgets(redis), Budgets(redis)
    assert first.take([want(exits=70)])[0].tokens == 70
    assert second.take([want(exits=70)])[0].tokens == 30


def test_the_less_urgent_find_less_room(redis: Redis) -> None:
    store = Budgets(redis)
    given = [store.take([want(**{who: 100})])[0].used for who in ("reads", "opens", "entries", "exits")]
    assert given == [45, 60, 85, 100]


def test_a_pause_of_one_worker_is_one_for_all_and_ends(redis: Redis) -> None:
    first, second = Budgets(redis), Budgets(redis)
    first.take([want(pause_ms=300)])
    refused = second.take([want(exits=1)])[0]
    assert refused.tokens == 0 and 0 < refused.paused_ms <= 300
    time.sleep(refused.paused_ms / 1000 + 0.01)
    assert second.take([want(exits=1)])[0].tokens == 1


def test_after_everything_was_forgotten_budgets_are_halved_for_one_window(redis: Redis) -> None:
    store = Budgets(redis)
    assert store.take([want(exits=100)])[0].tokens == 100
    redis.flushdb()
    assert store.take([want(exits=100)])[0].tokens == 50
    assert int(redis.get(SINCE) or 0) > 0


def told_by(store: Budgets, **more: int) -> Want:
    """A question of a process that has just asked, and brings along what it was told."""
    (given,) = store.take([want()])
    return replace(want(**more), epoch=given.epoch, counts=given.counts)


def test_what_was_lost_is_counted_again_by_whoever_knows_it(redis: Redis) -> None:
    store = Budgets(redis)
    store.take([want(exits=30)])
    question = told_by(store, exits=100)
    redis.flushdb()
    (given,) = store.take([question])
    assert (given.tokens, given.used) == (20, 50)


def test_what_several_tell_counts_once_and_what_was_given_since_besides(redis: Redis) -> None:
    store = Budgets(redis)
    store.take([want(exits=10)])
    first = told_by(store)
    store.take([want(exits=10)])
    second = told_by(store, exits=5)
    redis.flushdb()
    store.take([want(exits=3)])
    used = [store.take([question])[0].used for question in (first, second, first, want())]
    assert used == [13, 28, 28, 28]


def test_what_was_given_before_the_loss_is_not_given_back_to_what_came_after_it(redis: Redis) -> None:
    store = Budgets(redis)
    (given,) = store.take([want(exits=10)])
    question = replace(told_by(store), back=10, back_slice=given.slice_number)
    redis.flushdb()
    store.take([want(exits=7)])
    assert store.take([question])[0].used == 17


def test_what_nobody_saw_for_a_whole_window_is_not_known_by_being_told(redis: Redis) -> None:
    """Redis and all processes began anew, and then Redis lost everything once more."""
    store = Budgets(redis)
    redis.delete(SINCE)
    store.take([want(exits=20)])
    question = told_by(store)
    time.sleep(0.002)
    redis.flushdb()
    store.take([question])
    redis.set(SINCE, int(redis.get(SINCE) or 0) - GRACE_MS)
    assert store.take([want(exits=100)])[0].used == 50


def test_where_nothing_was_used_before_nothing_is_halved_and_what_is_counted_stays(redis: Redis) -> None:
    store = Budgets(redis)
    redis.delete(SINCE)
    store.begin()
    assert store.take([want(exits=100)])[0].used == 100
    redis.set(SINCE, 5)
    store.begin()
    assert redis.get(SINCE) in (b"5", "5")


def test_a_loss_that_was_told_halves_budgets_for_a_moment_only(redis: Redis) -> None:
    store = Budgets(redis)
    store.take([want(exits=20)])
    question = told_by(store)
    redis.flushdb()
    store.take([question])
    assert store.take([want(exits=100)])[0].used == 50
    redis.set(SINCE, int(redis.get(SINCE) or 0) - GRACE_MS)
    assert store.take([want(exits=100)])[0].used == 100


def test_a_pause_outlives_a_loss(redis: Redis) -> None:
    store = Budgets(redis)
    store.take([want(pause_ms=60_000)])
    question = told_by(store, exits=1)
    redis.flushdb()
    assert store.take([question])[0].paused_ms > 50_000


def test_two_losses_in_one_window_are_both_told(redis: Redis) -> None:
    store = Budgets(redis)
    store.take([want(exits=10)])
    question = told_by(store, exits=5)
    redis.flushdb()
    (given,) = store.take([question])
    time.sleep(0.002)  # Another millisecond: what began in the same one is the same to the counts.
    redis.flushdb()
    assert store.take([replace(want(), epoch=given.epoch, counts=given.counts)])[0].used == 15


def test_a_redis_that_is_away_is_told_as_such() -> None:
    nowhere: Redis = Redis.from_url("redis://127.0.0.1:9", socket_timeout=ANSWER_S, retry=None)
    with pytest.raises(Away):
        Budgets(nowhere).take([want(exits=1)])
    nowhere.close()
