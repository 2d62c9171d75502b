"""A worker dies at three moments, one after the other: whoever comes after it finds what it has left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.faults.play import FOLLOWERS, End, Play
from tests.faults.stage import CALM_S, Stage
from tests.support.waiting import wait_until

GOOD = [End("filled", 1, 1)] * FOLLOWERS
RESTS_AT, FILLS_AT, STANDS_AT = "49500", "49400", "50000"


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What came of the signal of each death."""

    sending: list[End]
    recording: list[End]
    following: list[End]


@pytest.fixture(scope="module")
def aftermath(stage: Stage, play: Play) -> Iterator[Aftermath]:
    """The holds of the dead run out side by side, so all three are waited for together."""
    resting = play.publish(price=RESTS_AT)
    play.wait_for(resting, "accepted")
    sending, recording = _killed_while_sending(stage, play), _killed_before_recording(stage, play)
    play.quick()
    following = _killed_while_following(stage, play, resting)
    try:
        yield Aftermath(play.settled(sending), play.settled(recording), following)
    finally:
        play.price(STANDS_AT)


def test_a_worker_that_is_killed_while_it_sends(aftermath: Aftermath) -> None:
    assert aftermath.sending == GOOD


def test_a_worker_that_is_killed_between_the_answers_and_the_record(aftermath: Aftermath) -> None:
    assert aftermath.recording == GOOD


def test_a_worker_that_is_killed_while_it_follows(aftermath: Aftermath) -> None:
    assert aftermath.following == GOOD


def _killed_while_sending(stage: Stage, play: Play) -> int:
    play.slow(1000)
    signal_id = play.publish()
    play.wait_for(signal_id, "sending")
    stage.kill("worker")
    stage.start("worker")
    return signal_id


def _killed_before_recording(stage: Stage, play: Play) -> int:
    """The record waits for rows that somebody else has locked, and the worker dies waiting."""
    play.slow(300)
    signal_id = play.publish()
    play.wait_for(signal_id, "sending")
    with play.locked(signal_id):
        play.wait_for_orders(signal_id, 3 * FOLLOWERS)
        stage.kill("worker")
    stage.start("worker")
    return signal_id


def _killed_while_following(stage: Stage, play: Play, signal_id: int) -> list[End]:
    """The entries fill, and the worker dies as soon as it has begun to see to their exits."""
    before = play.asked("openAlgoOrders", "algoOrder", "order")
    play.price(FILLS_AT)
    wait_until(lambda: play.asked("openAlgoOrders", "algoOrder", "order") > before, 30, "a turn that follows")
    stage.kill("worker")
    stage.start("worker")
    wait_until(lambda: play.ends(signal_id) == GOOD, CALM_S, "the stops of what rested", every=0.2)
    return play.ends(signal_id)
