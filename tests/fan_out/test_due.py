"""Whose turn it is: those whom a late look harms come often, those that rest behind their stop less so."""

from __future__ import annotations

import pytest

from mysignals.services import follow
from mysignals.services.follow.due import give_back, take_due
from mysignals.services.follow.load import load
from mysignals.services.holds import Hold
from tests.fan_out.conftest import Scene
from tests.fan_out.test_follow import filled, open_algos, price, resting
from tests.fan_out.test_shared_looks import requests

OF_LATE = """
    UPDATE deliveries SET followed_at = now() - :looked * interval '1 second',
        acknowledged_at = now() - :age * interval '1 second'
"""


def due(scene: Scene, *, looked: int, age: int) -> list[int]:
    """Who has a turn, when all were looked at `looked` and placed `age` seconds ago."""
    scene.run(OF_LATE, looked=looked, age=age)
    hold = Hold()
    taken = take_due(hold)
    give_back(hold, taken)
    return sorted(taken)


def test_an_entry_that_rests_behind_its_stop_for_a_minute_has_its_turn_every_half_minute(scene: Scene) -> None:
    ids = resting(scene)
    assert due(scene, looked=6, age=50) == ids
    assert due(scene, looked=16, age=70) == [] and due(scene, looked=31, age=70) == ids


def test_an_entry_that_the_price_has_reached_is_looked_at_before_its_turn(scene: Scene) -> None:
    ids = resting(scene)
    scene.run(OF_LATE, looked=0, age=3600)
    before = requests(scene)["order"]
    follow.follow_touched(max_age_s=0)
    assert requests(scene)["order"] == before
    price(scene, "49990")
    follow.follow()
    assert scene.states(ids) == {"accepted"}
    follow.follow_touched(max_age_s=0)
    assert scene.states(ids) == {"filled"}


def test_no_price_is_asked_for_a_few_entries_alone(scene: Scene) -> None:
    ids = resting(scene)
    scene.run("UPDATE deliveries SET state = 'cancelled' WHERE id = :id", id=ids[0])
    price(scene, "49990")
    follow.follow_touched(max_age_s=0)
    assert scene.states(ids[1:]) == {"accepted"}


def test_a_position_whose_stop_the_price_has_reached_is_looked_at_before_its_turn_and_its_targets_go(
    scene: Scene,
) -> None:
    ids = filled(scene)
    scene.run(OF_LATE, looked=0, age=3600)
    price(scene, "48000")
    follow.follow()
    follow.follow_touched(max_age_s=0)
    assert scene.states(ids) == {"filled"} and open_algos(scene, ids), "just looked at"
    scene.run(OF_LATE, looked=16, age=3600)
    follow.follow()
    assert scene.states(ids) == {"filled"}, "not its turn yet"
    follow.follow_touched(max_age_s=0)
    assert scene.states(ids) == {"closed"} and not open_algos(scene, ids)


@pytest.mark.parametrize(
    "changed",
    [
        "UPDATE orders SET state = 'unknown' WHERE leg = 'stop'",
        "DELETE FROM orders WHERE leg = 'stop'",
        "UPDATE deliveries SET reason = 'unprotected'",
        "UPDATE deliveries SET state = 'partially_filled'",
        "UPDATE deliveries SET unprotected_since = now()",
        "UPDATE signals SET market = 'spot', leverage = NULL",
    ],
)
def test_one_that_may_fill_without_its_stop_has_its_turn_every_five(scene: Scene, changed: str) -> None:
    ids = resting(scene)
    scene.run(changed)
    assert due(scene, looked=6, age=3600) == ids


def test_what_is_open_without_a_stop_is_asked_about_first_and_then_who_has_waited_longest(scene: Scene) -> None:
    first, second, third, fourth = resting(scene)
    price(scene, "50000")
    scene.run("UPDATE deliveries SET followed_at = now() - id * interval '1 second'")
    scene.run("UPDATE deliveries SET unprotected_since = now() WHERE id = :id", id=first)
    scene.run("UPDATE deliveries SET followed_at = NULL WHERE id = :id", id=second)
    assert [item.delivery.id for item in load([first, second, third, fourth])] == [first, second, fourth, third]
