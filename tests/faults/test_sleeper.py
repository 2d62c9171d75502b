"""A worker that sleeps through its hold and wakes up: another has its deliveries, and it writes nothing more."""

from __future__ import annotations

from tests.faults.play import FOLLOWERS, End, Play
from tests.faults.stage import Stage

GOOD = [End("filled", 1, 1)] * FOLLOWERS


def test_a_worker_that_wakes_up_after_its_hold_writes_nothing(stage: Stage, play: Play) -> None:
    play.slow(1500)
    signal_id = play.publish()
    play.wait_for_orders(signal_id, FOLLOWERS)
    stage.sleep("worker")
    play.quick()
    stage.start("worker-2")
    try:
        assert play.settled(signal_id) == GOOD
        before = play.orders(signal_id), play.refused()
        with stage.hears("worker", "are another's"):
            stage.wake("worker")
        # A stop that is placed twice at once is refused for its name: neither may happen.
        assert (play.orders(signal_id), play.refused()) == before
    finally:
        stage.kill("worker-2")
