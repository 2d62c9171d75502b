"""While stops fail at a venue its new entries wait: on a real simulator that refuses conditional orders alone."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from redis import ConnectionPool, Redis

from mysignals.services import fan_out
from mysignals.services.breaker import Tried, Venue, breaker
from mysignals.services.breaker.pauses import Breaker
from mysignals.services.follow import follow_now

from .conftest import Scene

VENUE = Venue("binance", "paper", "futures")
BEGIN_MS = 1_700_000_000_000


class Stopped:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now_ms = BEGIN_MS

    def __call__(self) -> int:
        return self.now_ms


@pytest.fixture
def clock(scene: Scene) -> Iterator[Stopped]:
    stopped = Stopped()
    redis: Redis = scene.app.extensions["redis"]
    forget(redis)
    scene.app.extensions["breaker"] = Breaker(redis, stopped)
    scene.run("UPDATE followings SET on_unprotected = 'close'")
    yield stopped
    forget(redis)


def forget(redis: Redis) -> None:
    for name in redis.keys("mysignals:breaker*"):
        redis.delete(name)


def stops_fail(scene: Scene) -> None:
    scene.fault(kind="maintenance", on="order", path="algoOrder")


def stops_are_placed_again(scene: Scene) -> None:
    scene.simulator.control("DELETE", "/_control/faults")


def delivered(scene: Scene) -> list[int]:
    _, ids = scene.signal()
    fan_out.deliver(ids)
    return ids


def test_entries_are_paused_when_stops_fail_and_everybody_is_told(
    scene: Scene, clock: Stopped, caplog: pytest.LogCaptureFixture
) -> None:
    scene.run("UPDATE users SET role = 'Registrar' WHERE id = :id", id=scene.people.provider_id)
    stops_fail(scene)
    delivered(scene)
    assert breaker().paused() == {VENUE.key}
    (told,) = [one.getMessage() for one in caplog.records if one.levelno == logging.ERROR and "paused" in one.msg]
    assert "Binance futures (paper)" in told and "4 accounts" in told
    (notice,) = scene.rows("SELECT user_id, message FROM notifications WHERE kind = 'operator'")
    assert notice.user_id == scene.people.provider_id and "Binance futures (paper) are paused" in notice.message


def test_entries_of_the_next_signal_wait_in_the_queue(scene: Scene, clock: Stopped) -> None:
    stops_fail(scene)
    delivered(scene)
    second = delivered(scene)
    assert scene.states(second) == {"queued"} and scene.entries(second) == []


def test_who_waited_too_long_is_told_why(scene: Scene, clock: Stopped) -> None:
    stops_fail(scene)
    delivered(scene)
    _, old = scene.signal(age=120)
    fan_out.deliver(old)
    assert scene.states(old) == {"expired"} and scene.entries(old) == []
    rows = scene.rows("SELECT message FROM notifications WHERE kind = 'expired'")
    sentence = "Entries at Binance futures (paper) were paused because stops could not be placed there."
    assert len(rows) == len(old) and all(sentence in row.message for row in rows)


def test_one_entry_tries_it_and_when_its_stop_is_placed_the_queue_flows(
    scene: Scene, clock: Stopped, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    stops_fail(scene)
    delivered(scene)
    second = delivered(scene)
    stops_are_placed_again(scene)
    clock.now_ms += 15_000
    fan_out.deliver(second)
    assert len(scene.entries(second)) == 1 and breaker().paused() == frozenset()
    assert "entries at Binance futures (paper) go on: a stop was placed there" in caplog.messages
    fan_out.deliver(second)
    assert len(scene.entries(second)) == len(second) and scene.states(second) == {"filled"}


def test_a_trial_that_fails_makes_the_next_one_wait_twice_as_long(scene: Scene, clock: Stopped) -> None:
    stops_fail(scene)
    delivered(scene)
    clock.now_ms += 15_000
    second = delivered(scene)
    assert len(scene.entries(second)) == 1
    clock.now_ms += 29_000
    fan_out.deliver(second)
    assert len(scene.entries(second)) == 1
    clock.now_ms += 1_000
    fan_out.deliver(second)
    assert len(scene.entries(second)) == 2


def test_a_trial_that_never_leaves_is_another_s(scene: Scene, clock: Stopped) -> None:
    stops_fail(scene)
    delivered(scene)
    stops_are_placed_again(scene)
    clock.now_ms += 15_000
    _, second = scene.signal()
    scene.run("UPDATE followings SET sizing_value = 0.01")
    fan_out.deliver(second)
    assert scene.states(second) == {"skipped", "queued"} and scene.entries(second) == []
    scene.run("UPDATE followings SET sizing_value = 50")
    fan_out.deliver(second)
    assert len(scene.entries(second)) == 1


def test_the_venue_s_other_worlds_go_on(scene: Scene, clock: Stopped) -> None:
    stops_fail(scene)
    delivered(scene)
    spot = Venue("binance", "paper", "spot")
    assert spot.key not in breaker().paused() and not breaker().takes_trial(spot)


def test_a_stop_that_is_repaired_ends_the_pause(scene: Scene, clock: Stopped) -> None:
    scene.run("UPDATE followings SET on_unprotected = 'notify'")
    stops_fail(scene)
    first = delivered(scene)
    assert breaker().paused() == {VENUE.key}
    stops_are_placed_again(scene)
    scene.simulator.move_price("binance-futures", "BTCUSDT", "49900")
    scene.run("UPDATE deliveries SET followed_at = now() - interval '1 hour'")
    follow_now(first)
    assert breaker().paused() == frozenset()


def test_refusals_that_are_the_accounts_own_pause_nothing(scene: Scene, clock: Stopped) -> None:
    body = {"code": -2021, "msg": "Order would immediately trigger."}
    scene.fault(kind="reject", on="order", path="algoOrder", body=body)
    delivered(scene)
    assert breaker().paused() == frozenset()


def test_two_workers_count_together_and_one_of_them_says_so(scene: Scene, clock: Stopped) -> None:
    redis: Redis = scene.app.extensions["redis"]
    scene.run("UPDATE users SET role = 'Registrar' WHERE id = :id", id=scene.people.provider_id)
    one, other = Breaker(redis, clock), Breaker(redis, clock)
    one.note([Tried(VENUE, 1, placed=False), Tried(VENUE, 2, placed=False)])
    other.note([Tried(VENUE, 2, placed=False)])
    assert other.paused() == frozenset()
    other.note([Tried(VENUE, 3, placed=False)])
    one.note([Tried(VENUE, 4, placed=False)])
    assert one.paused() == other.paused() == {VENUE.key}
    assert len(scene.rows("SELECT 1 FROM notifications WHERE kind = 'operator'")) == 1


class Overtaken(Redis):
    """Between the first answer of Redis to us and our next word to it, another worker does something."""

    meanwhile: Callable[[], None] | None = None

    def pipeline(self, transaction: bool = True, shard_hint: Any = None) -> Any:
        """Redis' own, with what happens right after it."""
        made: Any = super().pipeline(transaction, shard_hint)
        execute, meanwhile, self.meanwhile = made.execute, self.meanwhile, None

        def executed() -> Any:
            answers = execute()
            if meanwhile is not None:
                meanwhile()
            return answers

        made.execute = executed
        return made


def test_of_two_workers_that_see_it_at_one_moment_one_tells_the_registrars(
    redis_url: str, scene: Scene, clock: Stopped
) -> None:
    scene.run("UPDATE users SET role = 'Registrar' WHERE id = :id", id=scene.people.provider_id)
    tries = [Tried(VENUE, number, placed=False) for number in range(3)]
    slower: Any = Overtaken.from_url(redis_url)
    slower.meanwhile = lambda: breaker().note(tries)
    Breaker(slower, clock).note(tries)
    assert breaker().paused() == {VENUE.key}
    assert len(scene.rows("SELECT 1 FROM notifications WHERE kind = 'operator'")) == 1


def test_what_failed_a_minute_ago_does_not_count(scene: Scene, clock: Stopped) -> None:
    breaker().note([Tried(VENUE, 1, placed=False), Tried(VENUE, 2, placed=False)])
    clock.now_ms += 60_001
    breaker().note([Tried(VENUE, 3, placed=False)])
    assert breaker().paused() == frozenset()


def test_what_went_well_before_the_first_failure_counts(scene: Scene, clock: Stopped) -> None:
    breaker().note([Tried(VENUE, number, placed=True) for number in range(100, 110)])
    breaker().note([Tried(VENUE, number, placed=False) for number in range(4)])
    assert breaker().paused() == frozenset()


def test_where_all_is_quiet_redis_hears_nothing(scene: Scene, clock: Stopped) -> None:
    redis: Redis = scene.app.extensions["redis"]
    delivered(scene)
    assert redis.keys("mysignals:breaker*") == []


def test_one_worker_at_a_time_takes_the_trial(scene: Scene, clock: Stopped) -> None:
    redis: Redis = scene.app.extensions["redis"]
    workers = [Breaker(redis, clock), Breaker(redis, clock)]
    workers[0].note([Tried(VENUE, number, placed=False) for number in range(3)])
    assert [worker.takes_trial(VENUE) for worker in workers if worker.paused()] == [False, False]
    clock.now_ms += 15_000
    assert [worker.takes_trial(VENUE) for worker in workers if worker.paused()] == [True, False]


def test_without_redis_it_stays_as_it_was(redis_url: str, scene: Scene, clock: Stopped) -> None:
    client: Redis = Redis.from_url(redis_url)
    worker = Breaker(client, clock)
    worker.note([Tried(VENUE, number, placed=False) for number in range(3)])
    client.connection_pool = ConnectionPool(host="127.0.0.1", port=9, socket_connect_timeout=0.2)
    worker.note([Tried(VENUE, 9, placed=True), Tried(VENUE, 10, placed=False)])
    worker.give_trial_back(VENUE)
    clock.now_ms += 15_000
    assert worker.paused() == {VENUE.key} and not worker.takes_trial(VENUE)
