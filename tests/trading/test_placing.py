"""Trading a bought signal by hand, over HTTP, with a worker and an exchange: every line of its contract."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.trading.conftest import FUTURES, SPOT, Desk


def test_a_futures_trade_is_answered_as_the_seed_says(desk: Desk) -> None:
    account, signal = desk.account(), desk.bought()
    answer = desk.trade(signal, tp="52000", quoteQty=100)
    assert answer.status_code == 200, answer.json
    body = answer.json
    delivery_id = body["delivery_id"]
    assert body == {
        "message": "success",
        "status": True,
        "state": "filled",
        "delivery_id": delivery_id,
        "account_id": account.id,
        "signal": {
            "symbol": "BTCUSDT", "side": "BUY", "quantity": 0.02, "price": 50000, "timeInForce": "GTC", "type": "LIMIT",
            "tp": 52000, "sl": 49000, "leverage": 10, "newClientOrderId": body["signal"]["newClientOrderId"],
        },
    }  # fmt: skip
    mine = [order["client_id"] for order in desk.simulator.ledger(FUTURES) if order["type"] == "LIMIT"]
    assert mine == [body["signal"]["newClientOrderId"]]
    assert desk.orders(delivery_id) == {"entry": "filled", "stop": "new", "target1": "new"}
    assert desk.rows("SELECT coalesce(price, trigger_price) FROM orders WHERE leg = 'target1'")[0][0] == 52000


def test_a_spot_trade_is_answered_as_the_seed_says(desk: Desk) -> None:
    desk.account(SPOT)
    answer = desk.trade(desk.bought("spot"), tp=53000, quoteQty="1000")
    assert answer.status_code == 200, answer.json
    signal = answer.json["signal"]
    assert (signal["quantity"], signal["tp"], signal["sl"], signal["type"]) == (0.02, 53000, 49000, "LIMIT")
    assert "leverage" not in signal
    assert "-e" in desk.at_exchange(answer.json["delivery_id"], SPOT)


def test_the_quantity_is_rounded_down_to_the_step(desk: Desk) -> None:
    desk.account()
    answer = desk.trade(desk.bought(), quoteQty="109.99")
    assert answer.json["signal"]["quantity"] == 0.021


def test_an_entry_that_waits_for_its_price_is_accepted(desk: Desk) -> None:
    desk.account()
    answer = desk.trade(desk.bought(price=Decimal(49500)))
    assert (answer.status_code, answer.json["state"]) == (200, "accepted")


@pytest.mark.parametrize("state", ["confirming", "failed", "taken_back"])
def test_who_has_not_bought_it_finds_nothing(desk: Desk, state: str) -> None:
    desk.account()
    signal = desk.signal()
    desk.sell_to(desk.ann, signal, state)
    answer = desk.trade(signal)
    assert (answer.status_code, answer.json["message"]) == (404, "Trade not found, Have you purchased this trade?")


def test_a_signal_that_there_is_none_of_and_ones_own_are_not_found(desk: Desk) -> None:
    signal = desk.signal()
    assert desk.trade(signal, desk.paul).status_code == 404
    assert desk.house.client(desk.ann).post("/spot/trade/999999", json={"tp": 1, "quoteQty": 1}).status_code == 404


def test_the_wrong_market_is_not_allowed(desk: Desk) -> None:
    desk.account()
    answer = desk.trade(desk.bought(), market="spot")
    assert answer.status_code == 403
    assert "futures signal" in answer.json["message"]


def test_a_signal_that_is_off_the_list_is_a_conflict(desk: Desk) -> None:
    desk.account()
    assert desk.trade(desk.bought(is_active=False)).status_code == 409


def test_a_target_that_is_none_of_the_signals_is_named_with_them(desk: Desk) -> None:
    desk.account()
    answer = desk.trade(desk.bought(), tp="51001")
    assert answer.status_code == 422
    assert answer.json["fields"] == {"tp": "Must be one of the signal's targets: 51000, 52000, 53000."}


@pytest.mark.parametrize("body", [
    {"tp": "", "quoteQty": "10"}, {"tp": "51000", "quoteQty": "-1"}, {"tp": "51000", "quoteQty": "NaN"},
    {"tp": None, "quoteQty": "1e99"}, {"tp": "51000", "quoteQty": True},
    {"tp": "51000", "quoteQty": "10", "account_id": 0},
])  # fmt: skip
def test_what_is_no_amount_changes_nothing(desk: Desk, body: dict[str, Any]) -> None:
    desk.account()
    signal = desk.bought()
    answer = desk.house.client(desk.ann).post(f"/futures/trade/{signal.id}", json=body)
    assert answer.status_code == 422
    assert answer.json is not None and answer.json["fields"]
    assert desk.rows("SELECT id FROM deliveries") == []


def test_all_faults_are_told_at_once(desk: Desk) -> None:
    desk.account()
    answer = desk.trade(desk.bought(), tp="1", quoteQty="0.01")
    assert set(answer.json["fields"]) == {"tp", "quoteQty"}


def test_under_the_minimum_the_smallest_amount_that_works_is_named_and_works(desk: Desk) -> None:
    desk.account(SPOT)
    signal = desk.bought("spot")
    answer = desk.trade(signal, quoteQty="1")
    assert answer.status_code == 422
    sentence = answer.json["fields"]["quoteQty"]
    smallest = sentence.removeprefix("Too little: send at least ").split(" ")[0]
    too_small = str(Decimal(smallest) - Decimal("0.01"))
    assert desk.trade(signal, quoteQty=too_small).status_code == 422
    answer = desk.trade(signal, quoteQty=smallest)
    assert answer.status_code == 200, answer.json


def test_without_a_ready_account_the_cure_is_told(desk: Desk) -> None:
    signal = desk.bought()
    assert "connect one" in desk.trade(signal).json["fields"]["account_id"]
    account = desk.account(status="refused", status_reason="The key may withdraw.")
    assert "None of your accounts is ready" in desk.trade(signal).json["fields"]["account_id"]
    answer = desk.trade(signal, account_id=account.id)
    assert answer.status_code == 422
    assert "The key may withdraw." in answer.json["fields"]["account_id"]


def test_nobody_trades_on_an_account_of_somebody_else(desk: Desk) -> None:
    others = desk.account(user=desk.house.user("eve"))
    answer = desk.trade(desk.bought(), account_id=others.id)
    assert answer.json["fields"] == {"account_id": "You have no such exchange account."}


def test_of_several_accounts_the_oldest_at_binance_is_taken_or_the_named_one(desk: Desk) -> None:
    desk.account("phemex")
    first, second = desk.account(), desk.account()
    signal = desk.bought()
    assert desk.trade(signal).json["account_id"] == first.id
    assert desk.trade(signal).status_code == 409
    assert desk.trade(signal, account_id=second.id).json["account_id"] == second.id


def test_who_asks_again_without_naming_an_account_does_not_trade_on_another_one(desk: Desk) -> None:
    first, second, signal = desk.account(), desk.account(), desk.bought()
    assert desk.trade(signal).json["account_id"] == first.id
    desk.run("UPDATE exchange_accounts SET status = 'refused' WHERE id = :id", id=first.id)
    again = desk.trade(signal)
    assert again.status_code == 409 and "account_id" in again.json["message"]
    assert desk.position(second) == 0
    assert desk.trade(signal, account_id=second.id).status_code == 200


def test_the_same_signal_on_the_same_account_again_is_a_conflict_and_places_nothing(desk: Desk) -> None:
    desk.account()
    signal = desk.bought()
    assert desk.trade(signal).status_code == 200
    placed = len(desk.simulator.ledger(FUTURES))
    assert desk.trade(signal).status_code == 409
    assert len(desk.simulator.ledger(FUTURES)) == placed


def test_what_the_exchange_refuses_is_told_with_its_code_and_words(desk: Desk) -> None:
    desk.account()
    desk.fault("reject", on="order", body={"code": -2019, "msg": "Margin is insufficient."})
    answer = desk.trade(desk.bought())
    assert (answer.status_code, answer.json["error"]) == (502, "Exchange error")
    assert "-2019 Margin is insufficient" in answer.json["message"]
    assert desk.rows("SELECT state FROM deliveries") == [("rejected",)]


def test_what_a_rule_forbids_when_its_turn_comes_is_told_as_a_fault(desk: Desk) -> None:
    desk.account()
    # A symbol whose price the worker has not read just now.
    signal = desk.bought(
        symbol="LTCUSDT", price=Decimal(80), stop=Decimal(75), target1=Decimal(90), target2=None, target3=None
    )
    desk.simulator.move_price(FUTURES, "LTCUSDT", "74")
    answer = desk.trade(signal, tp=90)
    assert answer.status_code == 422
    assert "stop" in answer.json["fields"]["signal_id"]
    assert desk.simulator.ledger(FUTURES) == []


def test_a_lost_answer_is_looked_up_and_never_placed_twice(desk: Desk) -> None:
    desk.account()
    desk.fault("lost_answer", on="order", count=1)
    answer = desk.trade(desk.bought())
    assert answer.status_code in (200, 202), answer.json
    desk.wait_for(answer.json["delivery_id"], "filled", task="upkeep.reconcile")
    entries = [name for name in desk.at_exchange(answer.json["delivery_id"]) if name == "-e"]
    assert entries == ["-e"]
    desk.task("upkeep.follow")
    assert desk.trade(desk.bought(), account_id=answer.json["account_id"]).status_code == 200


def test_an_exchange_that_takes_its_time_is_answered_with_pending_and_the_same_id(desk: Desk) -> None:
    desk.account()
    desk.fault("delay", on="order", delay_ms=4400, count=1)
    answer = desk.trade(desk.bought())
    assert (answer.status_code, answer.json["state"], answer.json["status"]) == (202, "pending", True)
    name, delivery_id = answer.json["signal"]["newClientOrderId"], answer.json["delivery_id"]
    desk.wait_for(delivery_id, "filled", task="upkeep.reconcile")
    assert desk.rows("SELECT client_order_id FROM orders WHERE leg = 'entry'") == [(name,)]


def test_a_stop_that_is_refused_takes_the_trade_back_and_says_so(desk: Desk) -> None:
    account = desk.account()
    refusal = {"code": -4015, "msg": "Client order id length."}
    desk.fault("reject", on="order", path="algoOrder", body=refusal)
    answer = desk.trade(desk.bought())
    assert answer.status_code == 502, answer.json
    assert "-4015 Client order id length" in answer.json["message"]
    assert desk.rows("SELECT state, reason FROM deliveries") == [("closed", "unprotected")]
    assert desk.position(account) == 0


def test_a_trade_is_followed_to_its_end_like_a_copy(desk: Desk) -> None:
    desk.account()
    answer = desk.trade(desk.bought())
    delivery_id = answer.json["delivery_id"]
    desk.simulator.move_price(FUTURES, "BTCUSDT", "51100")
    desk.run("UPDATE deliveries SET followed_at = now() - interval '1 minute'")
    desk.wait_for(delivery_id, "closed", task="upkeep.follow")
    assert [kind for kind, _ in desk.told()] == ["filled", "closed"]


def test_the_age_of_a_trade_counts_from_itself(desk: Desk) -> None:
    desk.account()
    signal = desk.bought()
    desk.run("UPDATE signals SET created_at = now() - interval '3 days'")
    assert desk.trade(signal).status_code == 200


def test_a_trade_takes_a_constant_number_of_statements(desk: Desk) -> None:
    for _ in range(8):
        desk.account()
    signal = desk.bought()
    with desk.house.statements() as seen:
        assert desk.trade(signal).status_code == 200
    looks = [statement for statement in seen if "LEFT OUTER JOIN orders" in statement]
    assert len(seen) - len(looks) <= 7, seen
