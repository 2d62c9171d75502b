"""Cancelling a trade by hand, over HTTP, with a worker and an exchange."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest

from mysignals.models import ExchangeAccount, Signal
from tests.support.waiting import wait_until
from tests.trading.conftest import FUTURES, SPOT, Desk

WAITING = Decimal(49500)
"""Below the market, above the stop."""


def resting(desk: Desk) -> tuple[ExchangeAccount, Signal, int]:
    account, signal = desk.account(), desk.bought(price=WAITING)
    answer = desk.trade(signal)
    assert answer.json["state"] == "accepted", answer.json
    return account, signal, answer.json["delivery_id"]


def filled(desk: Desk) -> tuple[ExchangeAccount, Signal, int]:
    account, signal = desk.account(), desk.bought()
    answer = desk.trade(signal)
    assert answer.json["state"] == "filled", answer.json
    return account, signal, answer.json["delivery_id"]


def test_an_entry_that_rests_is_cancelled_as_the_seed_says(desk: Desk) -> None:
    account, signal, delivery_id = resting(desk)
    answer = desk.cancel(signal)
    assert answer.status_code == 200, answer.json
    body = answer.json
    assert (body["message"], body["signal_id"], body["status"]) == ("Successfully Cancelled Signal!", signal.id, True)
    assert (body["state"], body["filled_quantity"], body["average_price"]) == ("cancelled", 0, None)
    assert desk.resting(account, "futures") == []
    assert set(desk.orders(delivery_id).values()) <= {"cancelled", "expired"}
    assert desk.told()[-1][0] == "cancelled"


def test_what_had_filled_is_kept_and_the_answer_says_that_it_has_no_stop(desk: Desk) -> None:
    account, signal, delivery_id = filled(desk)
    answer = desk.cancel(signal)
    assert answer.status_code == 200, answer.json
    assert (answer.json["filled_quantity"], answer.json["average_price"]) == (0.02, 50000)
    assert "0.02 BTC had filled at 50000" in answer.json["details"]
    assert "no stop and no target any more" in answer.json["details"]
    assert (desk.state(delivery_id), desk.position(account)) == ("closed", Decimal("0.02"))
    assert desk.resting(account, "futures") == []


def test_what_had_filled_is_closed_where_that_is_asked_for(desk: Desk) -> None:
    account, signal, delivery_id = filled(desk)
    answer = desk.cancel(signal, filled="close")
    assert answer.status_code == 200, answer.json
    assert "was closed" in answer.json["details"]
    assert (desk.state(delivery_id), desk.position(account)) == ("closed", 0)
    assert desk.resting(account, "futures") == []


def test_a_half_filled_entry_on_spot_ends_with_what_it_has_bought(desk: Desk) -> None:
    account, signal = desk.account(SPOT), desk.bought("spot")
    desk.fault("partial", SPOT, fraction="0.5")
    placed = desk.trade(signal, quoteQty=1000)
    desk.simulator.control("DELETE", "/_control/faults")
    assert placed.json["state"] == "partially_filled", placed.json
    answer = desk.cancel(signal)
    assert (answer.status_code, answer.json["filled_quantity"]) == (200, 0.01)
    assert desk.resting(account, "spot") == []


@pytest.mark.parametrize(("body", "field"), [({"filled": "sell"}, "filled"), ({"account_id": "x"}, "account_id")])
def test_what_cannot_be_read_changes_nothing(desk: Desk, body: dict[str, Any], field: str) -> None:
    _, signal, delivery_id = resting(desk)
    answer = desk.cancel(signal, **body)
    assert (answer.status_code, list(answer.json["fields"])) == (422, [field])
    assert desk.rows("SELECT cancel_asked_at FROM deliveries WHERE id = :id", id=delivery_id) == [(None,)]


def test_only_ones_own_trades_by_hand_are_found(desk: Desk) -> None:
    _, signal, _ = resting(desk)
    eve = desk.house.user("eve")
    assert desk.cancel(signal, eve).status_code == 404
    copied = desk.signal()
    desk.house.delivery(desk.ann, copied, desk.account())
    assert desk.cancel(copied).status_code == 404


def test_cancelled_already_is_a_conflict(desk: Desk) -> None:
    _, signal, _ = resting(desk)
    assert desk.cancel(signal).status_code == 200
    again = desk.cancel(signal)
    assert (again.status_code, again.json["error"]) == (409, "Conflict")


def test_several_accounts_have_to_be_named(desk: Desk) -> None:
    first, second, signal = desk.account(), desk.account(), desk.bought(price=WAITING)
    for account in (first, second):
        assert desk.trade(signal, account_id=account.id).status_code == 200
    answer = desk.cancel(signal)
    assert answer.json["fields"] == {
        "account_id": f"You trade this signal on several accounts; name one of {first.id}, {second.id}."
    }
    assert desk.cancel(signal, account_id=second.id).status_code == 200
    assert desk.cancel(signal).status_code == 200


def test_of_two_at_once_one_cancels_and_the_other_conflicts(desk: Desk) -> None:
    _, signal, _ = resting(desk)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: desk.cancel(signal).status_code, range(2)))
    assert sorted(answers) == [200, 409]


def test_one_that_still_waits_in_the_queue_is_cancelled_and_nothing_is_sent(desk: Desk) -> None:
    account, signal = desk.account(), desk.bought()
    queued = desk.house.delivery(
        desk.ann, signal, account, trade_sizing="quote", trade_value=Decimal(100), targets="first"
    )
    answer = desk.cancel(signal)
    assert (answer.status_code, answer.json["state"]) == (200, "cancelled")
    desk.task("trade.deliver", queued.id)
    desk.task("upkeep.sweep")
    other = desk.trade(desk.bought(), account_id=account.id)
    assert other.status_code == 200
    assert desk.state(queued.id) == "cancelled"
    assert desk.at_exchange(other.json["delivery_id"])
    assert len([one for one in desk.simulator.ledger(FUTURES) if one["type"] == "LIMIT"]) == 1


def test_a_trade_in_doubt_is_looked_up_first_and_cancelled_then(desk: Desk) -> None:
    account, signal = desk.account(), desk.bought(price=WAITING)
    desk.fault("lost_answer", on="order", count=1)
    desk.fault("refuse", on="query", path="v1/order")
    placed = desk.trade(signal)
    assert (placed.status_code, desk.state(placed.json["delivery_id"])) == (202, "unknown")
    delivery_id = placed.json["delivery_id"]
    answer = desk.cancel(signal)
    assert (answer.status_code, answer.json["state"]) == (202, "pending")
    assert desk.cancel(signal).status_code == 409
    desk.simulator.control("DELETE", "/_control/faults")

    def over() -> bool:
        desk.task("upkeep.reconcile")
        desk.task("trade.cancel_waiting")
        return desk.state(delivery_id) == "cancelled"

    wait_until(over, 25, "the end of the cancelled trade", every=0.5)
    assert desk.resting(account, "futures") == []


def test_one_that_only_its_owner_could_settle_is_looked_up_again_when_it_is_cancelled(desk: Desk) -> None:
    account, signal = desk.account(), desk.bought(price=WAITING)
    desk.fault("lost_answer", on="order", count=1)
    desk.fault("refuse", on="query", path="v1/order")
    delivery_id = desk.trade(signal).json["delivery_id"]
    desk.run("UPDATE deliveries SET reason = 'in_doubt', look_at = now() + interval '10 minutes'")
    assert desk.cancel(signal).status_code == 202
    desk.simulator.control("DELETE", "/_control/faults")

    def over() -> bool:
        desk.task("upkeep.reconcile")
        desk.task("trade.cancel_waiting")
        return desk.state(delivery_id) == "cancelled"

    wait_until(over, 25, "the end of the cancelled trade", every=0.5)
    assert desk.resting(account, "futures") == []


def test_a_lost_answer_to_a_cancel_is_repeated_until_nothing_rests(desk: Desk) -> None:
    account, signal, delivery_id = resting(desk)
    desk.fault("lost_answer", on="cancel", count=2)
    answer = desk.cancel(signal)
    assert answer.status_code in (200, 202)
    desk.wait_for(delivery_id, "cancelled", task="trade.cancel_waiting")
    assert desk.resting(account, "futures") == []


def test_what_the_broker_lost_is_cancelled_by_the_sweep(desk: Desk) -> None:
    account, _, delivery_id = filled(desk)
    desk.run("UPDATE deliveries SET cancel_asked_at = now(), cancel_closes = true")
    desk.wait_for(delivery_id, "closed", task="trade.cancel_waiting")
    assert desk.position(account) == 0


def test_a_fill_between_the_request_and_the_cancel_is_told(desk: Desk) -> None:
    account, signal, _ = resting(desk)
    desk.simulator.move_price(FUTURES, "BTCUSDT", "49400")
    answer = desk.cancel(signal)
    assert (answer.status_code, answer.json["state"]) == (200, "closed"), answer.json
    assert answer.json["filled_quantity"] == float(desk.position(account)) > 0
    assert desk.resting(account, "futures") == []


def test_a_position_that_cannot_be_closed_keeps_its_stop_and_is_followed_again(desk: Desk) -> None:
    account, signal, delivery_id = filled(desk)
    desk.fault("reject", on="order", body={"code": -4131, "msg": "The counterparty's best price does not meet."})
    answer = desk.cancel(signal, filled="close")
    assert answer.status_code == 502, answer.json
    assert "-4131" in answer.json["message"] and "stop and its target stay" in answer.json["message"]
    assert len(desk.resting(account, "futures")) == 2
    assert desk.state(delivery_id) == "filled"
    desk.simulator.control("DELETE", "/_control/faults")
    assert desk.cancel(signal, filled="close").status_code == 200
    assert desk.position(account) == 0


def test_what_a_target_has_closed_by_then_is_not_closed_again_out_of_another_trade(desk: Desk) -> None:
    account, mine, other = desk.account(), desk.bought(), desk.bought()
    assert [desk.trade(mine).status_code, desk.trade(other, tp="53000").status_code] == [200, 200]
    desk.simulator.move_price(FUTURES, "BTCUSDT", "51200")
    assert desk.position(account) == Decimal("0.02")
    answer = desk.cancel(mine, filled="close")
    assert (answer.status_code, answer.json["state"]) == (200, "closed"), answer.json
    assert desk.position(account) == Decimal("0.02"), "the other trade's"
    assert len(desk.resting(account, "futures")) == 2, "its stop and its target"


def test_exits_that_cannot_be_read_are_waited_for_before_anything_is_closed(desk: Desk) -> None:
    account, signal, delivery_id = filled(desk)
    desk.fault("refuse", on="query", path="lgoOrder")
    assert desk.cancel(signal, filled="close").status_code == 202
    assert desk.position(account) == Decimal("0.02")
    desk.simulator.control("DELETE", "/_control/faults")
    desk.wait_for(delivery_id, "closed", task="trade.cancel_waiting")
    assert desk.position(account) == 0


def test_an_order_that_tells_the_same_again_keeps_the_time_at_which_it_changed(desk: Desk) -> None:
    _, signal, delivery_id = filled(desk)
    changed = "SELECT coalesce(updated_at, created_at) FROM orders WHERE delivery_id = :id AND leg = 'entry'"
    before = desk.rows(changed, id=delivery_id)
    desk.fault("reject", on="order", body={"code": -4131, "msg": "The counterparty's best price does not meet."})
    assert desk.cancel(signal, filled="close").status_code == 502
    assert desk.rows(changed, id=delivery_id) == before


def test_what_cannot_be_sold_just_now_counts_as_without_a_stop_until_it_is(desk: Desk) -> None:
    desk.account(SPOT)
    signal = desk.bought("spot")
    delivery_id = desk.trade(signal, quoteQty=1000).json["delivery_id"]
    desk.fault("maintenance", SPOT, on="order")
    assert desk.cancel(signal, filled="close").status_code == 202
    bare = "SELECT unprotected_since IS NOT NULL, unprotected_ms > 0 FROM deliveries WHERE id = :id"
    assert desk.rows(bare, id=delivery_id) == [(True, False)]
    desk.simulator.control("DELETE", "/_control/faults")
    desk.wait_for(delivery_id, "closed", task="trade.cancel_waiting")
    assert desk.rows(bare, id=delivery_id) == [(False, True)]


def test_a_trade_at_magnr_ends_as_a_whole(desk: Desk) -> None:
    account = desk.account("magnr")
    signal = desk.bought(symbol="BTCUSD", entry_type="MARKET", leverage=5, target2=None, target3=None)
    placed = desk.trade(signal)
    assert placed.status_code == 200, placed.json
    assert list(desk.cancel(signal).json["fields"]) == ["filled"]
    answer = desk.cancel(signal, filled="close")
    assert (answer.status_code, answer.json["state"]) == (200, "closed"), answer.json
    assert account.id == placed.json["account_id"]


def test_a_worker_that_dies_in_the_middle_leaves_a_cancel_that_is_finished(desk: Desk) -> None:
    account, signal, delivery_id = filled(desk)
    desk.fault("delay", on="cancel", delay_ms=3000)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(desk.cancel, signal)
        wait_until(lambda: desk.rows("SELECT id FROM deliveries WHERE held_until > now()"), 5, "the turn")
        desk.floor.worker.kill()
        assert waiting.result(20).status_code == 202
    desk.simulator.control("DELETE", "/_control/faults")
    desk.floor.worker.start()
    desk.run("UPDATE deliveries SET held_until = now() WHERE held_until > now()")
    desk.wait_for(delivery_id, "closed", task="trade.cancel_waiting")
    assert desk.resting(account, "futures") == []
    assert desk.position(account) == Decimal("0.02")
