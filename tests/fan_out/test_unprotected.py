"""The time that a copy is open without a stop, in the books: sent, followed, repaired and closed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from mysignals.services import deliveries, fan_out, follow
from tests.fan_out.conftest import Scene

STOP_REFUSED = {"kind": "reject", "on": "order", "body": {"code": -4015, "msg": "Client order id length."}}


def stretches(scene: Scene, ids: list[int]) -> list[Any]:
    return scene.rows(
        "SELECT unprotected_since, unprotected_ms, acknowledged_at FROM deliveries WHERE id = ANY (:ids)", ids=ids
    )


def turn(scene: Scene) -> None:
    scene.run("UPDATE deliveries SET followed_at = now() - interval '1 minute'")
    follow.follow()


def without_stops(scene: Scene) -> list[int]:
    """Filled copies whose worker died before their stops, and whose followers want to be told."""
    scene.run("UPDATE followings SET on_unprotected = 'notify'")
    _, ids = scene.signal()
    fan_out.deliver(ids)
    scene.run("DELETE FROM orders WHERE leg <> 'entry'")
    scene.run(
        "UPDATE deliveries SET client_id = client_id || 'y', acknowledged_at = now() - interval '40 seconds', "
        "unprotected_ms = 0"
    )
    return ids


def test_a_protected_copy_has_its_moment_between_two_answers_and_no_more(scene: Scene) -> None:
    _, ids = scene.signal()
    scene.fault(kind="delay", on="order", delay_ms=80)
    fan_out.deliver(ids)
    assert all(row.unprotected_since is None and 60 <= row.unprotected_ms < 5000 for row in stretches(scene, ids))
    before = stretches(scene, ids)
    turn(scene)
    assert stretches(scene, ids) == before


def test_an_entry_that_rests_is_never_without(scene: Scene) -> None:
    move_price(scene, "50500")
    _, ids = scene.signal()
    fan_out.deliver(ids)
    assert scene.states(ids) == {"accepted"}
    move_price(scene, "50000")
    turn(scene)
    assert scene.states(ids) == {"filled"}
    assert [(row.unprotected_since, row.unprotected_ms) for row in stretches(scene, ids)] == [(None, 0)] * 4


def test_what_a_dead_worker_left_counts_from_its_acknowledgement_until_the_stop_is_placed(scene: Scene) -> None:
    ids = without_stops(scene)
    turn(scene)
    stops = scene.rows("SELECT state FROM orders WHERE leg = 'stop' AND delivery_id = ANY (:ids)", ids=ids)
    assert stops == [("new",)] * 4
    assert all(row.unprotected_since is None and 40_000 <= row.unprotected_ms < 60_000 for row in stretches(scene, ids))


def test_it_lasts_as_long_as_the_stop_is_refused_and_is_told_to_the_operator(scene: Scene) -> None:
    ids = without_stops(scene)
    scene.fault(**STOP_REFUSED)
    turn(scene)
    assert all(
        abs(row.unprotected_since - row.acknowledged_at) < timedelta(milliseconds=1) and row.unprotected_ms == 0
        for row in stretches(scene, ids)
    )
    found = deliveries.unprotected()
    assert found.now >= 4 and found.oldest_s >= 40
    scene.simulator.control("DELETE", "/_control/faults")


def test_a_delivery_that_ends_closes_its_stretch(scene: Scene) -> None:
    _, ids = scene.signal()
    fan_out.deliver(ids)
    scene.run("UPDATE deliveries SET unprotected_ms = 500, unprotected_since = now() - interval '10 seconds'")
    move_price(scene, "48900")
    turn(scene)
    move_price(scene, "50000")
    assert scene.states(ids) == {"closed"}
    assert all(row.unprotected_since is None and 10_500 <= row.unprotected_ms < 30_000 for row in stretches(scene, ids))


def move_price(scene: Scene, price: str) -> None:
    body = {"venue": "binance-futures", "symbol": "BTCUSDT", "price": price}
    scene.simulator.control("POST", "/_control/prices", body)
