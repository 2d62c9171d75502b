"""Redis dies, forgets or is away, at every moment of a signal: every delivery reaches its end by itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis
import requests

from tests.faults.play import FOLLOWERS, End, Play
from tests.faults.stage import Stage
from tests.support.waiting import wait_until

Asking = Callable[[Play], requests.Response]
THREADS, BATCHES = 8, 2
"""Of the worker, and of a signal: FAN_OUT_BATCH of the stage's settings."""
GOOD = [End("filled", 1, 1)] * FOLLOWERS


def test_a_signal_without_any_fault_is_filled_with_its_stop(play: Play) -> None:
    assert play.settled(play.publish()) == GOOD


def test_redis_is_killed_before_the_split(stage: Stage, play: Play) -> None:
    stage.sleep("worker")
    signal_id = play.publish()
    stage.restart("redis")
    stage.wake("worker")
    assert play.settled(signal_id) == GOOD


def test_redis_forgets_everything_before_the_split(stage: Stage, play: Play) -> None:
    stage.kill("worker")
    signal_id = play.publish()
    _forget(stage)
    stage.start("worker")
    assert play.settled(signal_id) == GOOD


def test_redis_forgets_everything_between_split_and_deliver(stage: Stage, play: Play) -> None:
    stage.kill("worker")
    signal_id = play.publish()
    play.split(signal_id)
    _forget(stage)
    stage.start("worker")
    assert play.settled(signal_id) == GOOD


def test_redis_forgets_everything_while_orders_are_sent(stage: Stage, play: Play) -> None:
    play.slow(700)
    signal_id = play.publish()
    play.wait_for(signal_id, "sending")
    _forget(stage)
    assert play.settled(signal_id) == GOOD


def test_redis_is_killed_while_orders_are_sent(stage: Stage, play: Play) -> None:
    play.slow(700)
    signal_id = play.publish()
    play.wait_for(signal_id, "sending")
    stage.restart("redis")
    assert play.settled(signal_id) == GOOD


def test_tasks_that_wait_in_the_worker_when_redis_is_killed_do_not_end_it(stage: Stage, play: Play) -> None:
    """They are acknowledged once a thread takes them: on a connection that is gone by then."""
    play.slow(3000)
    signals = [play.publish() for _ in range(2 * THREADS // BATCHES)]
    play.wait_for(signals[THREADS // BATCHES - 1], "sending")
    with stage.hears("worker", "Trying to re-establish the connection"):
        stage.restart("redis")
    for signal_id in signals:
        assert play.settled(signal_id) == GOOD
    assert stage.runs("worker")


def test_redis_is_away_for_twenty_seconds_while_orders_are_sent(stage: Stage, play: Play) -> None:
    play.slow(700)
    signal_id = play.publish()
    play.wait_for(signal_id, "sending")
    began = time.monotonic()
    stage.kill("redis")
    try:
        assert play.settled(signal_id) == GOOD  # What was under way needs no broker.
        told = stage.ask("GET", "/readyz")
        assert (told.status_code, told.json()["message"]) == (503, "Not ready, missing: redis, worker.")
        refused = play.post()
        assert (refused.status_code, refused.json()["error"]) == (503, "Service unavailable")
        time.sleep(max(0.0, 20 - (time.monotonic() - began)))
    finally:
        stage.start("redis")
    play.log_in()
    assert play.settled(play.publish(), 20) == GOOD


def _forget(stage: Stage) -> None:
    with redis.Redis.from_url(stage.redis.url()) as client:
        client.flushall()


def test_a_redis_that_hangs_is_told_within_seconds(stage: Stage, play: Play) -> None:
    stage.sleep("redis")
    began = time.monotonic()
    try:
        assert play.post().status_code == 503
    finally:
        stage.wake("redis")
    assert time.monotonic() - began < 10
    assert play.settled(play.publish(), 20) == GOOD


@pytest.mark.parametrize("request_of", [Play.log_out, Play.log_in_again], ids=["log out", "log in"])
def test_redis_is_killed_in_the_middle_of_a_request(stage: Stage, play: Play, request_of: Asking) -> None:
    with ThreadPoolExecutor(1) as pool:
        with play.locked_out("users"):
            asked = pool.submit(request_of, play)
            wait_until(play.somebody_waits_for_a_lock, 10, "the request")
            stage.kill("redis")
        try:
            told = asked.result()
        finally:
            stage.start("redis")
    assert (told.status_code, told.json()["error"]) == (503, "Service unavailable")


def test_no_fault_of_redis_fills_a_log_with_tracebacks(stage: Stage, play: Play) -> None:
    assert play
    for name in ("web", "worker", "beat"):
        before, found, after = stage.log(name).partition("Traceback")
        assert not found, f"{name}: {before[-600:]}{found}{after[:6000]}"
