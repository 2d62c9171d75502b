"""A target that is reached before its entry: the copy is over, its owner is told, and nothing stays without a stop."""

from __future__ import annotations

from decimal import Decimal

import pytest

from mysignals.exchanges.wire import Credentials
from mysignals.services import fan_out, follow
from mysignals.services.follow import session as of_follow
from mysignals.services.follow.load import load
from mysignals.services.unmapped import counting
from tests.fan_out.conftest import Scene
from tests.fan_out.test_due import OF_LATE
from tests.fan_out.test_follow import _prices, cancelled_by_hand, legs, message, open_algos, price, resting, told, turn

__all__ = ["_prices"]


def held(scene: Scene) -> list[int]:
    """Copies that have bought, with their target far above those of `resting`."""
    _, ids = scene.signal()
    scene.run("UPDATE signals SET target1 = 60000")
    fan_out.deliver(ids)
    assert scene.states(ids) == {"filled"}
    return ids


def test_an_entry_whose_target_the_price_reached_first_is_cancelled_before_its_turn(scene: Scene) -> None:
    ids = resting(scene)
    scene.run(OF_LATE, looked=20, age=3600)
    price(scene, "51100")
    follow.follow()
    assert scene.states(ids) == {"accepted"}
    follow.follow_touched(max_age_s=0)
    assert scene.states(ids) == {"cancelled"} and open_algos(scene, ids) == []
    assert "The price was at its target or its stop before it came to the entry" in message(scene, ids[0])
    assert told(scene, ids[0]) == ["placed", "cancelled"]


def test_an_entry_whose_cancel_was_lost_is_asked_for_again_in_five_seconds(scene: Scene) -> None:
    """It would buy as soon as the price came back."""
    ids = resting(scene)
    price(scene, "51100")
    scene.fault_of_accounts(kind="refuse", on="cancel")
    scene.run(OF_LATE, looked=20, age=3600)
    follow.follow_touched(max_age_s=0)
    assert scene.states(ids) == {"accepted"} and legs(scene, ids[0])["target1"] == "rejected"
    late = scene.rows("SELECT count(*) FROM deliveries WHERE followed_at > now() - interval '20 seconds'")
    assert late[0][0] == 0
    scene.simulator.control("DELETE", "/_control/faults")
    turn(scene)
    assert scene.states(ids) == {"cancelled"}


def test_one_that_was_just_looked_at_is_left_alone(scene: Scene) -> None:
    ids = resting(scene)
    scene.run(OF_LATE, looked=10, age=3600)
    price(scene, "51100")
    follow.follow_touched(max_age_s=0)
    assert scene.states(ids) == {"accepted"}


def test_what_was_bought_behind_a_sale_has_its_exits_in_our_books_and_there(scene: Scene) -> None:
    holders, ids = held(scene), resting(scene)
    price(scene, "51100")
    scene.run("UPDATE deliveries SET followed_at = now() - interval '1 minute' WHERE id = ANY (:ids)", ids=holders)
    scene.run("UPDATE deliveries SET followed_at = now() WHERE id = ANY (:ids)", ids=ids)
    follow.follow()
    assert (scene.states(holders), scene.states(ids)) == ({"closed"}, {"accepted"})
    price(scene, "49950")
    turn(scene)
    assert scene.states(ids) == {"filled"}
    assert legs(scene, ids[0]) == {"entry": "filled", "stop": "new", "target1": "new"}
    assert sorted(name.rsplit("-", 1)[1] for name in open_algos(scene, ids[:1])) == ["1r", "s"]
    sold = scene.rows("SELECT filled_quantity FROM orders WHERE delivery_id = :id AND leg = 'target1'", id=ids[0])
    assert sold[0][0] == Decimal(0)
    assert "Stop 49000, target 51000." in message(scene, ids[0])
    price(scene, "48900")
    turn(scene)
    assert scene.states(ids) == {"closed"} and open_algos(scene, ids) == []


def test_beside_another_copy_exits_are_asked_for_each_time(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(of_follow, "_has_its_minute", lambda *_: False)
    ids = resting(scene)

    def thorough() -> set[bool]:
        with counting() as count:
            return {of_follow.session_of(item, Credentials("k", "s"), count).is_thorough for item in load(ids)}

    assert thorough() == {False}
    _, others = scene.signal()
    fan_out.deliver(others)
    assert thorough() == {True}


def test_of_a_target_that_is_gone_nobody_is_told_that_it_is_there(scene: Scene) -> None:
    ids = resting(scene)
    cancelled_by_hand(scene, ids[0], "-1")
    price(scene, "49990")
    turn(scene)
    assert scene.states(ids) == {"filled"}
    assert "target 51000" not in message(scene, ids[0]) and "Stop 49000" in message(scene, ids[0])
    assert "target 51000" in message(scene, ids[1])
