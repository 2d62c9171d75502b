"""Web, beat, the exchanges and everything at once: on return every delivery reaches its end by itself."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import redis
import requests

from tests.faults.play import FOLLOWERS, End, Play
from tests.faults.stage import APPLICATION, ENGINES, Stage
from tests.support.waiting import wait_until

GOOD = [End("filled", 1, 1)] * FOLLOWERS


def test_a_web_that_is_killed_in_a_post_has_stored_nothing_or_all(stage: Stage, play: Play) -> None:
    before = play.rows("SELECT count(*) FROM signals")
    with ThreadPoolExecutor(1) as pool:
        with play.locked_out("deliveries"):
            posted = pool.submit(play.attempt)
            wait_until(play.somebody_waits_for_a_lock, 10, "the post")
            stage.kill("web")
        stage.start("web")
        assert posted.result() is None
    assert play.rows("SELECT count(*) FROM signals") == before
    assert play.settled(play.publish()) == GOOD


def test_without_beat_a_signal_is_sent_and_with_it_what_was_lost_is_found(stage: Stage, play: Play) -> None:
    stage.kill("beat", "worker")
    signal_id = play.publish()
    with redis.Redis.from_url(stage.redis.url()) as client:
        client.flushall()
    stage.start("worker")
    play.log_in()
    assert play.settled(play.publish()) == GOOD
    stage.start("beat")
    assert play.settled(signal_id) == GOOD


def test_the_exchange_is_killed_while_orders_are_sent(stage: Stage, play: Play) -> None:
    play.slow(500)
    signal_id = play.publish()
    play.wait_for_orders(signal_id, FOLLOWERS)
    stage.restart("simulator")
    assert play.settled(signal_id) == GOOD


def test_everything_is_killed_at_once_while_orders_are_sent(stage: Stage, play: Play) -> None:
    play.slow(700)
    signal_id = play.publish()
    play.wait_for_orders(signal_id, FOLLOWERS)
    stage.kill(*APPLICATION, *ENGINES, "simulator")
    stage.start(*ENGINES, "simulator", *APPLICATION)
    wait_until(stage.is_ready, 30, "the system")
    assert play.settled(signal_id) == GOOD
    play.log_in()
    assert isinstance(play.attempt(), requests.Response)
