"""Claim, ask, plan, send, record: what a batch leaves in the books of both sides."""

from __future__ import annotations

import sys

import pytest
from sqlalchemy import event

from mysignals.extensions import db
from mysignals.services import fan_out
from mysignals.services import keys as keys_service
from mysignals.services.holds import Hold
from tests.fan_out.conftest import Scene

planner = sys.modules["mysignals.services.fan_out.planner"]


def test_a_batch_places_one_entry_a_stop_and_a_target_for_everybody(scene: Scene) -> None:
    _, ids = scene.signal()
    fan_out.deliver(ids)
    assert scene.states(ids) == {"filled"}
    assert len(scene.entries(ids)) == len(ids)
    legs = scene.rows("SELECT leg, count(*) FROM orders WHERE delivery_id = ANY (:ids) GROUP BY 1", ids=ids)
    assert dict(map(tuple, legs)) == {"entry": 4, "stop": 4, "target1": 4}


def test_a_batch_that_comes_twice_places_nothing_the_second_time(scene: Scene) -> None:
    _, ids = scene.signal()
    fan_out.deliver(ids)
    fan_out.deliver(ids)
    assert len(scene.entries(ids)) == len(ids)


def test_what_another_worker_has_claimed_is_left_alone(scene: Scene) -> None:
    _, ids = scene.signal()
    scene.run("UPDATE deliveries SET state = 'sending' WHERE id = :id", id=ids[0])
    fan_out.deliver(ids)
    assert len(scene.entries(ids[1:])) == len(ids) - 1
    assert scene.states(ids[:1]) == {"sending"}


def test_everybody_is_told_what_was_filled_and_where_it_stops(scene: Scene) -> None:
    _, ids = scene.signal()
    fan_out.deliver(ids)
    told = scene.rows("SELECT kind, message FROM notifications WHERE delivery_id = ANY (:ids)", ids=ids)
    assert [kind for kind, _ in told] == ["filled"] * 4
    assert "Filled on Binance: BUY BTCUSDT futures" in told[0][1]
    assert "Stop 49000, target 51000." in told[0][1]


def test_a_signal_that_is_too_old_is_expired_and_not_sent(scene: Scene) -> None:
    _, ids = scene.signal(age=61)
    fan_out.deliver(ids)
    assert scene.states(ids) == {"expired"}
    assert scene.entries(ids) == []


def test_client_ids_and_a_fence_are_stored_with_the_claim(scene: Scene) -> None:
    from mysignals.services.fan_out.claim import claim

    _, ids = scene.signal()
    claimed = claim(ids, Hold())
    stored = scene.rows(
        "SELECT client_id, fence_at > now() FROM deliveries WHERE state = 'sending' AND id = ANY (:ids)", ids=ids
    )
    assert sorted(tuple(row) for row in stored) == sorted((row.client_id, True) for row in claimed)
    assert all(len(row.client_id) <= 24 for row in claimed)


def test_an_answer_that_was_lost_is_looked_up_and_the_order_placed_once(scene: Scene) -> None:
    _, ids = scene.signal()
    scene.fault(kind="lost_answer", on="order", count=2)
    fan_out.deliver(ids)
    assert sorted(scene.entries(ids)) == sorted(set(scene.entries(ids)))
    assert len(scene.entries(ids)) == len(ids)
    assert scene.states(ids) == {"filled"}


def test_an_order_that_nobody_can_tell_about_is_unknown_and_never_sent_again(scene: Scene) -> None:
    _, ids = scene.signal()
    scene.fault_of_accounts(kind="lost_answer", on="any")
    fan_out.deliver(ids)
    scene.simulator.control("DELETE", "/_control/faults")
    assert scene.states(ids) == {"unknown"}
    scene.run(
        "UPDATE deliveries SET created_at = now() - interval '1 minute', updated_at = now() - interval '1 minute'"
    )
    fan_out.sweep()
    fan_out.deliver(ids)
    assert scene.states(ids) == {"unknown"}
    assert len(scene.entries(ids)) == len(ids)
    told = scene.rows("SELECT DISTINCT kind FROM notifications WHERE delivery_id = ANY (:ids)", ids=ids)
    assert told == [], "most are found by the first look of reconcile"


def test_an_exchange_that_cannot_be_reached_puts_the_delivery_back_in_the_queue(scene: Scene) -> None:
    _, ids = scene.signal()
    scene.simulator.stop()
    try:
        fan_out.deliver(ids)
    finally:
        scene.simulator.__enter__()
    assert scene.states(ids) == {"queued"}
    told = scene.rows("SELECT count(*) FROM notifications WHERE delivery_id = ANY (:ids)", ids=ids)
    assert told == [(0,)]


@pytest.mark.parametrize("fraction", ["0.5"])
def test_a_partial_fill_is_recorded_as_such_and_has_its_stop(scene: Scene, fraction: str) -> None:
    _, ids = scene.signal()
    scene.fault(kind="partial", fraction=fraction)
    fan_out.deliver(ids)
    assert scene.states(ids) == {"partially_filled"}
    stops = scene.rows("SELECT state FROM orders WHERE leg = 'stop' AND delivery_id = ANY (:ids)", ids=ids)
    assert stops == [("new",)] * 4


def test_one_account_that_is_refused_does_not_touch_the_others(scene: Scene) -> None:
    _, ids = scene.signal()
    scene.fault(kind="reject", on="order", api_key=scene.people.api_keys[0], body={"code": -2019, "msg": "Margin."})
    fan_out.deliver(ids)
    assert scene.states(ids) == {"filled", "rejected"}
    told = scene.rows("SELECT message FROM notifications WHERE kind = 'refused'")
    assert len(told) == 1
    assert "Not placed on Binance" in told[0][0]


def test_settings_and_modes_that_were_asked_for_are_remembered(scene: Scene) -> None:
    scene.run("DELETE FROM account_symbol_settings")
    scene.run("UPDATE exchange_accounts SET position_mode = NULL")
    _, ids = scene.signal()
    fan_out.deliver(ids)
    assert scene.rows("SELECT DISTINCT leverage, margin_mode FROM account_symbol_settings") == [(20, "cross")]
    assert scene.rows("SELECT DISTINCT position_mode FROM exchange_accounts") == [("one_way",)]


def test_a_market_entry_is_skipped_when_the_price_has_run_away(scene: Scene) -> None:
    scene.simulator.control(
        "POST", "/_control/prices", {"venue": "binance-futures", "symbol": "BTCUSDT", "price": "50500"}
    )
    _, ids = scene.signal(entry_type="MARKET")
    fan_out.deliver(ids)
    scene.simulator.control(
        "POST", "/_control/prices", {"venue": "binance-futures", "symbol": "BTCUSDT", "price": "50000"}
    )
    assert scene.states(ids) == {"skipped"}
    assert scene.rows("SELECT DISTINCT reason FROM deliveries WHERE id = ANY (:ids)", ids=ids) == [("price_moved",)]


def test_a_batch_costs_the_same_number_of_statements_whatever_its_size(scene: Scene) -> None:
    counts = []
    for size in (1, 4):
        _, ids = scene.signal()
        seen: list[str] = []
        listen = lambda *rest, seen=seen: seen.append(rest[2])  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", listen)
        fan_out.deliver(ids[:size])
        event.remove(db.engine, "before_cursor_execute", listen)
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert counts[1] <= 8


def test_one_key_that_cannot_be_opened_harms_nobody_else_and_its_owner_is_told(scene: Scene) -> None:
    _, ids = scene.signal()
    scene.run("UPDATE exchange_accounts SET sealed_credentials = 'x' WHERE id = :id", id=scene.people.account_ids[0])
    fan_out.deliver(ids)
    assert scene.states(ids) == {"filled", "rejected"}
    told = scene.rows("SELECT message FROM notifications WHERE kind = 'refused'")
    assert len(told) == 1
    assert "Save the key again" in told[0][0]


def test_max_open_holds_when_two_signals_are_claimed_one_after_the_other(scene: Scene) -> None:
    from mysignals.services.fan_out.claim import claim

    scene.run("UPDATE followings SET max_open = 1")
    (_, first), (_, second) = scene.signal(), scene.signal()
    claim(first, Hold())
    fan_out.deliver(second)
    assert scene.states(second) == {"skipped"}
    assert scene.entries(second) == []


def test_a_signal_too_old_expires_even_when_its_questions_get_no_answer(scene: Scene) -> None:
    scene.run("UPDATE followings SET sizing_mode = 'percent', sizing_value = 1")
    scene.fault(kind="lost_answer", on="any")
    _, young = scene.signal()
    fan_out.deliver(young)
    assert scene.states(young) == {"queued"}
    _, old = scene.signal(age=100)
    fan_out.deliver(old)
    assert scene.states(old) == {"expired"}


def test_leverage_set_for_an_entry_that_was_refused_is_remembered(scene: Scene) -> None:
    scene.run("UPDATE followings SET max_leverage = 5")
    _, ids = scene.signal()
    scene.fault(kind="reject", on="order", body={"code": -2019, "msg": "Margin is insufficient."})
    fan_out.deliver(ids)
    assert scene.states(ids) == {"rejected"}
    assert scene.rows("SELECT DISTINCT leverage FROM account_symbol_settings") == [(5,)]


def test_a_setting_in_doubt_is_not_remembered(scene: Scene) -> None:
    scene.run("UPDATE followings SET max_leverage = 5")
    _, ids = scene.signal()
    scene.fault_of_accounts(kind="lost_answer", on="any")
    fan_out.deliver(ids)
    assert scene.states(ids) == {"queued"}
    assert scene.rows("SELECT count(*) FROM account_symbol_settings") == [(0,)]


def test_a_memory_of_settings_is_asked_for_again_after_an_hour(scene: Scene) -> None:
    scene.run("UPDATE account_symbol_settings SET leverage = 7, updated_at = now() - interval '61 minutes'")
    _, ids = scene.signal()
    fan_out.deliver(ids)
    assert scene.rows("SELECT DISTINCT leverage FROM account_symbol_settings") == [(20,)]


def test_a_position_mode_that_the_exchange_contradicts_is_forgotten(scene: Scene) -> None:
    _, ids = scene.signal()
    body = {"code": -4061, "msg": "Order's position side does not match user's setting."}
    scene.fault(kind="reject", on="order", body=body)
    fan_out.deliver(ids)
    assert scene.rows("SELECT DISTINCT position_mode FROM exchange_accounts") == [(None,)]


def test_a_hedge_account_trades_as_it_is_and_is_not_switched(scene: Scene) -> None:
    for key in scene.people.api_keys:
        scene.simulator.control(
            "POST",
            "/_control/accounts",
            {
                "venue": "binance-futures",
                "api_key": key,
                "secret": "s" * 32,
                "position_mode": "hedge",
                "balances": {"USDT": "100000"},
            },
        )
    keys = [keys_service.seal(key, "s" * 32) for key in scene.people.api_keys]
    for account_id, sealed in zip(scene.people.account_ids, keys, strict=True):
        scene.run(
            "UPDATE exchange_accounts SET position_mode = NULL, sealed_credentials = :sealed WHERE id = :id",
            sealed=sealed,
            id=account_id,
        )
    scene.run("UPDATE followings SET targets = 'ladder', sizing_value = 200")
    _, ids = scene.signal()
    fan_out.deliver(ids)
    assert scene.rows("SELECT DISTINCT state, raw_code FROM deliveries WHERE id = ANY (:ids)", ids=ids) == [
        ("filled", None)
    ]
    assert scene.rows("SELECT DISTINCT position_mode FROM exchange_accounts") == [("hedge",)]


def _opposite(scene: Scene) -> list[int]:
    """Queued deliveries of a short of the same symbol."""
    signal_id, ids = scene.signal()
    scene.run("UPDATE signals SET side = 'SELL', stop = 51000, target1 = 49000 WHERE id = :id", id=signal_id)
    return ids


def test_the_other_side_of_an_open_copy_is_skipped_where_an_account_has_one_position_a_symbol(scene: Scene) -> None:
    _, longs = scene.signal()
    fan_out.deliver(longs)
    shorts = _opposite(scene)
    fan_out.deliver(shorts)
    assert scene.states(shorts) == {"skipped"} and scene.entries(shorts) == []
    rows = scene.rows("SELECT reason, message FROM deliveries WHERE id = ANY (:ids)", ids=shorts)
    assert {row.reason for row in rows} == {"opposed"}
    assert all("hedge mode" in row.message for row in rows)


def test_in_hedge_mode_both_sides_are_copied(scene: Scene) -> None:
    scene.run("UPDATE exchange_accounts SET position_mode = 'hedge'")
    _, longs = scene.signal()
    fan_out.deliver(longs)
    shorts = _opposite(scene)
    fan_out.deliver(shorts)
    assert "opposed" not in {
        row.reason for row in scene.rows("SELECT reason FROM deliveries WHERE id = ANY (:ids)", ids=shorts)
    }


def test_a_closed_copy_opposes_nobody(scene: Scene) -> None:
    _, longs = scene.signal()
    fan_out.deliver(longs)
    scene.run("UPDATE deliveries SET state = 'closed'")
    shorts = _opposite(scene)
    fan_out.deliver(shorts)
    assert "skipped" not in scene.states(shorts)


def test_one_row_that_cannot_be_planned_harms_nobody_else_and_its_owner_is_told(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, ids = scene.signal()
    real = planner.plan_one

    def poisoned(row, *rest):  # type: ignore[no-untyped-def]
        if row.id == ids[0]:
            raise ZeroDivisionError
        return real(row, *rest)

    monkeypatch.setattr(planner, "plan_one", poisoned)
    fan_out.deliver(ids)
    assert (scene.states(ids[:1]), scene.states(ids[1:])) == ({"rejected"}, {"filled"})
    told = scene.rows("SELECT message FROM notifications WHERE delivery_id = :id", id=ids[0])
    assert "an internal error" in told[0][0]


def move_price(scene: Scene, price: str) -> None:
    body = {"venue": "binance-futures", "symbol": "BTCUSDT", "price": price}
    scene.simulator.control("POST", "/_control/prices", body)


def price_questions(scene: Scene) -> int:
    counted = scene.simulator.control("GET", "/_control/requests?venue=binance-futures")
    assert isinstance(counted, dict)
    return sum(row["count"] for row in counted["requests"] if row["path"].endswith("/ticker/price"))


@pytest.mark.parametrize("entry_type", ["LIMIT", "MARKET"])
def test_an_entry_whose_stop_the_market_has_reached_is_skipped_and_its_owner_told_why(
    scene: Scene, entry_type: str
) -> None:
    scene.run("UPDATE followings SET max_deviation_bps = 1000")
    move_price(scene, "49000")
    _, ids = scene.signal(entry_type=entry_type)
    fan_out.deliver(ids)
    assert scene.states(ids) == {"skipped"} and scene.entries(ids) == []
    (told,) = scene.rows("SELECT DISTINCT reason, message FROM deliveries WHERE id = ANY (:ids)", ids=ids)
    assert told.reason == "stop"
    assert "The price is 49000 and has reached the stop 49000 of this BUY" in told.message


def test_a_limit_entry_above_its_stop_is_sent(scene: Scene) -> None:
    move_price(scene, "49000.1")
    _, ids = scene.signal()
    fan_out.deliver(ids)
    assert scene.states(ids) == {"filled"}


def test_a_batch_asks_for_one_price_whatever_its_size_and_two_batches_of_one_moment_share_it(scene: Scene) -> None:
    _, ids = scene.signal()
    before = price_questions(scene)
    fan_out.deliver(ids[:2])
    fan_out.deliver(ids[2:])
    assert price_questions(scene) == before + 1


def test_an_entry_whose_price_cannot_be_read_waits_and_tells_why_when_it_is_too_old(scene: Scene) -> None:
    _, ids = scene.signal(age=1)
    scene.fault(kind="error_before_execute", on="any")
    fan_out.deliver(ids)
    assert scene.states(ids) == {"queued"}
    scene.run("UPDATE signals SET created_at = now() - interval '61 seconds'")
    fan_out.deliver(ids)
    assert scene.states(ids) == {"expired"} and scene.entries(ids) == []
    (message,) = scene.rows("SELECT DISTINCT message FROM deliveries WHERE id = ANY (:ids)", ids=ids)[0]
    assert "The exchange did not tell its price, without which no stop is sent." in message


def test_the_leverage_of_an_isolated_copy_is_lowered_until_its_stop_comes_before_the_liquidation(scene: Scene) -> None:
    scene.run("UPDATE followings SET margin_mode = 'isolated', max_leverage = 125")
    signal_id, ids = scene.signal()
    scene.run("UPDATE signals SET stop = 45000 WHERE id = :id", id=signal_id)
    fan_out.deliver(ids)
    assert scene.states(ids) == {"filled"}
    # 1 / (0.1 + 0.005 + 0.002) is 9.35.
    settings = scene.rows("SELECT DISTINCT leverage, margin_mode FROM account_symbol_settings")
    assert [tuple(row) for row in settings] == [(9, "isolated")]


@pytest.mark.parametrize(("fraction", "state", "bought"), [("0.5", "closed", True), ("0", "cancelled", False)])
def test_what_an_entry_had_bought_when_it_was_taken_back_is_in_our_books(
    scene: Scene, fraction: str, state: str, bought: bool
) -> None:
    """It rested when it was placed, and had bought (more) when its stop was refused."""
    scene.fault_of_accounts(kind="partial", on="order", count=1, fraction=fraction)
    scene.fault(kind="reject", on="order", path="algoOrder", body={"code": -2021, "msg": "Order would trigger."})
    _, ids = scene.signal()
    fan_out.deliver(ids)
    scene.simulator.control("DELETE", "/_control/faults")
    assert scene.states(ids) == {state}
    entries = scene.rows("SELECT state, filled_quantity FROM orders WHERE leg = 'entry'")
    assert [row.state for row in entries] == ["cancelled"] * len(ids)
    assert all(bool(row.filled_quantity) is bought for row in entries)
    told = scene.rows("SELECT DISTINCT kind, left(message, 17) FROM notifications")
    assert [tuple(row) for row in told] == [("closed", "Closed on Binance")]
