"""PostgreSQL dies or is away while a signal is on its way: what a worker knows is stored as soon as it is back."""

from __future__ import annotations

import time

from tests.faults.play import FOLLOWERS, End, Play
from tests.faults.stage import Stage

GOOD = [End("filled", 1, 1)] * FOLLOWERS


def test_postgres_is_killed_while_orders_are_sent(stage: Stage, play: Play) -> None:
    play.slow(1000)
    signal_id = play.publish()
    play.wait_for(signal_id, "sending")
    stage.restart("postgres")
    assert play.settled(signal_id) == GOOD


def test_what_the_exchange_answered_is_recorded_when_postgres_was_away_at_that_moment(stage: Stage, play: Play) -> None:
    play.slow(1500)
    signal_id = play.publish()
    play.wait_for_orders(signal_id, FOLLOWERS)
    before = len(stage.log("worker"))
    try:
        with stage.hears("worker", "what is known is stored again"):
            stage.kill("postgres")
    finally:
        stage.start("postgres")
    assert play.settled(signal_id) == GOOD
    attempts = play.rows("SELECT DISTINCT attempts, looks FROM deliveries WHERE signal_id = %s", signal_id)
    assert attempts == [(1, 0)]
    assert "deliveries in doubt" not in stage.log("worker")[before:]  # Nobody had to look it up.


def test_postgres_is_away_for_twenty_seconds_while_orders_are_sent(stage: Stage, play: Play) -> None:
    play.slow(700)
    signal_id = play.publish()
    play.wait_for(signal_id, "sending")
    began = time.monotonic()
    stage.kill("postgres")
    try:
        told = stage.ask("GET", "/readyz")
        assert (told.status_code, told.json()["message"]) == (503, "Not ready, missing: database.")
        refused = play.post()
        assert (refused.status_code, refused.json()["error"]) == (503, "Service unavailable")
        assert "Traceback" not in refused.text
        time.sleep(max(0.0, 20 - (time.monotonic() - began)))
    finally:
        stage.start("postgres")
    assert play.settled(signal_id) == GOOD
    assert play.settled(play.publish(), 20) == GOOD


def test_postgres_is_killed_before_the_split(stage: Stage, play: Play) -> None:
    stage.sleep("worker")
    signal_id = play.publish()
    stage.restart("postgres")
    stage.wake("worker")
    assert play.settled(signal_id) == GOOD


def test_no_fault_of_the_database_fills_a_log_with_tracebacks(stage: Stage, play: Play) -> None:
    assert play
    for name in ("web", "worker", "beat"):
        assert "Traceback" not in stage.log(name)
