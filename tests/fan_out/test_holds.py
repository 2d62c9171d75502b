"""Two turns never talk for one delivery: what is held is not taken, and who lost a hold writes nothing more."""

from __future__ import annotations

import time

import pytest

from mysignals.domain.market import MarginMode
from mysignals.domain.outcomes import SymbolSettings
from mysignals.exchanges.dialect import Call
from mysignals.extensions import db
from mysignals.services import fan_out, follow, holds
from mysignals.services.fan_out.claim import claim
from mysignals.services.fan_out.record import record
from mysignals.services.fan_out.results import broken, unplannable
from mysignals.services.follow.due import give_back, take, take_due
from mysignals.services.holds import Hold, keeping
from mysignals.services.venues import loop, pooled
from tests.fan_out.conftest import Scene
from tests.support.waiting import wait_until

LONG_AGO = "UPDATE deliveries SET followed_at = now() - interval '1 minute'"


def filled(scene: Scene) -> list[int]:
    _, ids = scene.signal()
    fan_out.deliver(ids)
    scene.run(LONG_AGO)
    return ids


def held(scene: Scene, ids: list[int]) -> list[tuple[str | None, bool | None]]:
    rows = scene.rows("SELECT held_by, held_until > now() FROM deliveries WHERE id = ANY (:ids) ORDER BY id", ids=ids)
    return [tuple(row) for row in rows]


def test_a_claim_holds_and_the_record_gives_back(scene: Scene) -> None:
    _, ids = scene.signal()
    hold = Hold()
    rows = claim(ids, hold)
    assert held(scene, ids) == [(hold.token, True)] * len(ids)
    signal = scene_signal(rows[0].signal_id)
    record([broken(row, signal) for row in rows], hold, {})
    assert held(scene, ids) == [(None, None)] * len(ids)
    assert scene.states(ids) == {"unknown"}


def scene_signal(signal_id: int):  # type: ignore[no-untyped-def]
    from mysignals.models import Signal

    signal = db.session.get_one(Signal, signal_id)
    db.session.expunge(signal)
    db.session.rollback()
    return signal


def test_what_one_turn_follows_no_other_turn_takes(scene: Scene) -> None:
    ids = filled(scene)
    first, second = Hold(), Hold()
    assert sorted(take_due(first)) == ids
    assert take_due(second) == []
    assert take(second, ids) == []
    give_back(first, ids)
    assert sorted(take(second, ids)) == ids


def test_what_a_dead_worker_held_is_free_when_its_hold_is_over(scene: Scene) -> None:
    ids = filled(scene)
    take_due(Hold())
    scene.run("UPDATE deliveries SET held_until = now() - interval '1 second'")
    assert sorted(take_due(Hold())) == ids


def test_a_record_that_comes_after_another_turn_has_taken_over_changes_nothing(scene: Scene) -> None:
    _, ids = scene.signal()
    hold = Hold()
    rows = claim(ids, hold)
    scene.run("UPDATE deliveries SET held_by = 'another' WHERE id = :id", id=ids[0])
    signal = scene_signal(rows[0].signal_id)
    record([broken(row, signal) for row in rows], hold, {})
    assert (scene.states(ids[:1]), scene.states(ids[1:])) == ({"sending"}, {"unknown"})
    told = scene.rows("SELECT count(*) FROM notifications WHERE delivery_id = :id", id=ids[0])
    assert told == [(0,)]


def test_a_record_that_is_repeated_tells_nobody_twice(scene: Scene) -> None:
    _, ids = scene.signal()
    hold = Hold()
    rows = claim(ids, hold)
    signal = scene_signal(rows[0].signal_id)
    for _ in range(2):
        record([unplannable(row, signal) for row in rows], hold, {})
    told = scene.rows("SELECT count(*) FROM notifications WHERE delivery_id = ANY (:ids)", ids=ids)
    assert told == [(len(ids),)]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holds, "EXTENDED_EVERY_S", 0.2)
    monkeypatch.setattr(holds, "TICK_S", 0.05)


def test_a_record_that_is_repeated_overwrites_no_newer_settings(scene: Scene) -> None:
    """Its first commit had arrived, and another signal has set the leverage since."""
    _, ids = scene.signal()
    hold = Hold()
    rows = claim(ids, hold)
    results = [broken(row, scene_signal(row.signal_id)) for row in rows]
    for result in results:
        result.settings = SymbolSettings("BTCUSDT", 5, MarginMode.CROSS)
    record(results, hold, {})
    scene.run("UPDATE account_symbol_settings SET leverage = 7")
    record(results, hold, {})
    assert scene.rows("SELECT DISTINCT leverage FROM account_symbol_settings") == [(7,)]


@pytest.mark.usefixtures("quick")
def test_a_turn_that_lasts_is_extended(scene: Scene) -> None:
    ids = filled(scene)
    hold = Hold()
    take_due(hold)
    scene.run("UPDATE deliveries SET held_until = now() + interval '3 seconds'")
    with keeping(hold, ids):
        wait_until(lambda: min(seconds_left(scene, ids)) > 10, 5, "the hold to be extended")
    assert hold.is_ours()


def seconds_left(scene: Scene, ids: list[int]) -> list[float]:
    rows = scene.rows("SELECT extract(epoch FROM held_until - now()) FROM deliveries WHERE id = ANY (:ids)", ids=ids)
    return [float(row[0]) for row in rows]


@pytest.mark.usefixtures("quick")
def test_a_turn_that_finds_one_of_its_rows_taken_is_not_ours_any_more(scene: Scene) -> None:
    ids = filled(scene)
    hold = Hold()
    take_due(hold)
    scene.run("UPDATE deliveries SET held_by = 'another' WHERE id = :id", id=ids[0])
    with keeping(hold, ids):
        wait_until(lambda: not hold.is_ours(), 5, "the turn to notice")
    assert held(scene, ids[:1]) == [("another", True)]


@pytest.mark.usefixtures("quick")
def test_rows_that_were_given_back_are_not_missed_by_the_keeper(scene: Scene) -> None:
    ids = filled(scene)
    hold = Hold()
    take_due(hold)
    with keeping(hold, ids):
        give_back(hold, ids[:2])
        scene.run("UPDATE deliveries SET held_until = now() + interval '3 seconds' WHERE held_by IS NOT NULL")
        wait_until(lambda: min(seconds_left(scene, ids[2:])) > 10, 5, "the rest to be extended")
    assert hold.is_ours()


def test_a_worker_that_slept_past_its_hold_sends_no_entry(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    _, ids = scene.signal()

    taken = Hold.taken
    monkeypatch.setattr(Hold, "taken", lambda self, at: taken(self, at - holds.HOLD_SECONDS))
    monkeypatch.setattr(holds, "EXTENDED_EVERY_S", 1e9)
    fan_out.deliver(ids)
    assert scene.entries(ids) == []
    assert scene.states(ids) == {"queued"}


def test_a_hold_that_is_lost_in_the_middle_places_no_exit(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever takes over looks for the stop and places it; two at once would place two."""
    _, ids = scene.signal()
    driver = pooled(loop())
    send = type(driver).send

    async def lose_after_the_entry(self, call: Call, fence_ms=None, hold=None):  # type: ignore[no-untyped-def]
        reply = await send(self, call, fence_ms, hold)
        if type(call.intent).__name__ == "PlaceOrder":
            hold.taken(time.monotonic() - holds.HOLD_SECONDS)
        return reply

    monkeypatch.setattr(type(driver), "send", lose_after_the_entry)
    fan_out.deliver(ids[:1])
    ledger = scene.simulator.control("GET", "/_control/ledger?venue=binance-futures")
    orders = ledger["orders"] if isinstance(ledger, dict) else ledger
    assert [order["client_id"][-2:] for order in orders] == ["-e"]


def test_follow_now_looks_at_what_is_not_due(scene: Scene) -> None:
    ids = filled(scene)
    scene.run("UPDATE deliveries SET followed_at = now()")
    scene.simulator.control(
        "POST", "/_control/prices", {"venue": "binance-futures", "symbol": "BTCUSDT", "price": "48900"}
    )
    follow.follow()
    assert scene.states(ids) == {"filled"}
    follow.follow_now(ids)
    assert scene.states(ids) == {"closed"}
    _price(scene, "50000")


def _price(scene: Scene, price: str) -> None:
    body = {"venue": "binance-futures", "symbol": "BTCUSDT", "price": price}
    scene.simulator.control("POST", "/_control/prices", body)


def test_one_without_a_stop_has_its_turn_every_five_seconds_and_others_every_thirty(scene: Scene) -> None:
    ids = filled(scene)
    scene.run("UPDATE deliveries SET followed_at = now() - interval '10 seconds', unprotected_since = NULL")
    scene.run("UPDATE deliveries SET unprotected_since = now() - interval '20 seconds' WHERE id = :id", id=ids[0])
    scene.run("UPDATE deliveries SET unprotected_since = now() - interval '1 hour' WHERE id = :id", id=ids[1])
    assert take_due(Hold()) == ids[:1]


def test_one_of_which_the_exchange_tells_nothing_has_its_next_turn_in_five_seconds(scene: Scene) -> None:
    ids = filled(scene)
    scene.fault(kind="maintenance", on="query", api_key=scene.people.api_keys[0])
    follow.follow()
    waits = scene.rows(
        "SELECT account_id, extract(epoch FROM now() - followed_at) > 20 FROM deliveries WHERE id = ANY (:ids)", ids=ids
    )
    assert {account for account, early in waits if early} == {scene.people.account_ids[0]}


def test_one_of_which_a_part_was_told_has_its_next_turn_in_five_seconds_too(scene: Scene) -> None:
    ids = filled(scene)
    # What rests, asked at once; then the first exit by itself. The second one is told.
    scene.fault(kind="maintenance", on="query", api_key=scene.people.api_keys[0], count=2)
    follow.follow()
    waits = scene.rows(
        "SELECT extract(epoch FROM now() - followed_at) > 20 FROM deliveries WHERE id = ANY (:ids)", ids=ids
    )
    assert sorted(early for (early,) in waits) == [False] * (len(ids) - 1) + [True]


def test_one_that_is_over_but_for_an_exit_that_could_not_be_cancelled_has_its_next_turn_in_five_seconds(
    scene: Scene,
) -> None:
    ids = filled(scene)
    scene.fault(kind="error_before_execute", on="cancel", api_key=scene.people.api_keys[0])
    _price(scene, "48900")
    scene.run("UPDATE deliveries SET updated_at = now() - interval '1 hour', created_at = now() - interval '2 hours'")
    follow.follow()
    _price(scene, "50000")
    waits = scene.rows(
        "SELECT account_id, state, extract(epoch FROM now() - followed_at) > 20 FROM deliveries WHERE id = ANY (:ids)",
        ids=ids,
    )
    first = scene.people.account_ids[0]
    assert {(state, early) for account, state, early in waits if account == first} == {("filled", True)}
    assert {(state, early) for account, state, early in waits if account != first} == {("closed", False)}
