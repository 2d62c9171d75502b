"""Numbers that rise over all workers, turns that are taken by one, and what happens while Redis is away."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from redis import Redis

from mysignals.exchanges.transports.rising import CannotNumber
from mysignals.services import turns
from mysignals.services.tonces import Tonces, fingerprint

KEY, NOW_MS = "a-key-of-magnr", 1_700_000_000_000


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    client: Redis = Redis.from_url(redis_url)
    yield client
    client.close()


@pytest.fixture
def nobody() -> Iterator[Redis]:
    client: Redis = Redis(host="127.0.0.1", port=9, socket_connect_timeout=0.2)
    yield client
    client.close()


def test_no_two_workers_get_the_same_number_and_each_is_above_the_last(redis: Redis) -> None:
    workers = [Tonces(redis), Tonces(redis)]
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda turn: workers[turn % 2].next(KEY, NOW_MS), range(400)))
    assert sorted(numbers) == list(range(min(numbers), min(numbers) + 400)) and min(numbers) >= NOW_MS


def test_a_number_is_not_below_the_clock_and_not_below_the_last(redis: Redis) -> None:
    tonces = Tonces(redis)
    late = tonces.next(KEY, NOW_MS + 50_000)
    assert late == NOW_MS + 50_000 and tonces.next(KEY, NOW_MS) == late + 1


def test_each_key_has_numbers_of_its_own_and_is_not_named_in_redis(redis: Redis) -> None:
    tonces = Tonces(redis)
    assert tonces.next("another-key-1", NOW_MS) == NOW_MS == tonces.next("another-key-2", NOW_MS)
    assert not [name for name in redis.keys("*") if b"another-key" in name]


def test_without_redis_nothing_is_numbered(nobody: Redis) -> None:
    with pytest.raises(CannotNumber, match="Redis does not answer"):
        Tonces(nobody).next(KEY, NOW_MS)


def test_a_turn_is_one_worker_s_until_it_is_given_back(redis: Redis) -> None:
    with turns.held(redis, ["k1", "k2"]) as ours, turns.held(redis, ["k2", "k3"]) as theirs:
        assert (ours, theirs) == ({"k1", "k2"}, {"k3"})
    with turns.held(redis, ["k1", "k2", "k3"]) as ours:
        assert ours == {"k1", "k2", "k3"}


def test_a_turn_that_has_run_out_is_not_given_back_for_who_has_it_now(redis: Redis) -> None:
    name = f"mysignals:turn:{fingerprint('k4')}"
    with turns.held(redis, ["k4"]):
        redis.set(name, "somebody else")
    assert redis.get(name) == b"somebody else"


def test_without_redis_it_is_nobody_s_turn(nobody: Redis) -> None:
    with turns.held(nobody, ["k1"]) as ours:
        assert ours == frozenset()


def test_no_round_has_two_of_one_key_and_all_others_are_in_the_first() -> None:
    items = ["a1", "x", "a2", "b1", "y", "a3"]
    assert turns.rounds(items, lambda item: item[0] if item[0] in "ab" else "") == [
        ["a1", "x", "b1", "y"],
        ["a2"],
        ["a3"],
    ]


def test_a_turn_that_lasts_is_extended_and_a_dead_workers_is_free_soon(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "LEASE_MS", 400)
    monkeypatch.setattr(turns, "EXTENDED_EVERY_S", 0.1)
    with turns.held(redis, ["lasting"]) as ours:
        assert ours == {"lasting"}
        time.sleep(0.8)
        with turns.held(redis, ["lasting"]) as others:
            assert others == frozenset()
    assert not redis.exists(f"mysignals:turn:{fingerprint('lasting')}")
    monkeypatch.setattr(turns, "EXTEND", "return 0")  # As if the worker had died.
    with turns.held(redis, ["lasting"]):
        time.sleep(0.6)
        with turns.held(redis, ["lasting"]) as others:
            assert others == {"lasting"}
