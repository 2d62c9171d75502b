"""Spot plan orders and attached exits at Bitget (EXCHANGES 5.3, 5.5)."""

from typing import Any

import pytest

from tests.simulator.bitget.client import SPOT, SPOT_BUY, Client

TRADE = "/api/v2/spot/trade"
PLAN = {
    "symbol": "BTCUSDT", "side": "sell", "orderType": "market", "triggerPrice": "45000", "triggerType": "fill_price",
    "planType": "amount", "size": "0.01",
}  # fmt: skip


def waiting(bitget: Client) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = bitget.get(f"{TRADE}/current-plan-order", symbol="BTCUSDT")["orderList"]
    return rows


def ended(bitget: Client) -> dict[str, Any]:
    rows: list[dict[str, Any]] = bitget.get(f"{TRADE}/history-plan-order", symbol="BTCUSDT")["orderList"]
    assert len(rows) == 1
    return rows[0]


def test_a_plan_freezes_nothing_and_becomes_an_order_at_its_price(bitget: Client) -> None:
    placed = bitget.post(f"{TRADE}/place-plan-order", **PLAN, clientOid="p")
    assert bitget.spot_wallet("BTC") == ("1", "0")
    bitget.move_price("45001")
    assert [row["status"] for row in waiting(bitget)] == ["live"]
    bitget.move_price("44000")
    plan = ended(bitget)
    assert (plan["orderId"], plan["status"], plan["clientOid"]) == (placed["orderId"], "executed", "p")
    order = bitget.spot_order({"orderId": plan["executeOrderId"]})
    assert (order["status"], order["priceAvg"], order["baseVolume"]) == ("filled", "44000", "0.01")


@pytest.mark.parametrize(("trigger", "elsewhere"), [("45000", "55000"), ("55000", "45000")])
def test_a_plan_waits_for_its_price_from_where_the_price_was(bitget: Client, trigger: str, elsewhere: str) -> None:
    bitget.post(f"{TRADE}/place-plan-order", **{**PLAN, "triggerPrice": trigger})
    bitget.move_price(elsewhere)
    assert len(waiting(bitget)) == 1
    bitget.move_price(trigger)
    assert waiting(bitget) == []


def test_a_plan_with_too_little_at_its_trigger_fails(bitget: Client) -> None:
    bitget.post(f"{TRADE}/place-plan-order", **{**PLAN, "size": "2"})
    bitget.move_price("45000")
    assert (ended(bitget)["status"], ended(bitget)["executeOrderId"]) == ("fail_execute", "")
    assert bitget.spot_wallet("BTC") == ("1", "0")


def test_a_total_plan_buys_for_its_quote(bitget: Client) -> None:
    bitget.post(f"{TRADE}/place-plan-order", **{**PLAN, "side": "buy", "planType": "total", "size": "450"})
    bitget.move_price("45000")
    assert bitget.spot_order({"orderId": ended(bitget)["executeOrderId"]})["baseVolume"] == "0.01"


def test_a_plan_by_amount_buys_that_much(bitget: Client) -> None:
    bitget.post(f"{TRADE}/place-plan-order", **{**PLAN, "side": "buy"})
    bitget.move_price("45000")
    assert bitget.spot_order({"orderId": ended(bitget)["executeOrderId"]})["baseVolume"] == "0.01"


def test_a_limit_plan_rests_at_its_execute_price(bitget: Client) -> None:
    limit = {**PLAN, "orderType": "limit", "executePrice": "46000", "triggerPrice": 45000}
    bitget.post(f"{TRADE}/place-plan-order", **limit)
    bitget.move_price("45000")
    assert bitget.get(f"{TRADE}/unfilled-orders")[0]["priceAvg"] == "46000"
    assert bitget.spot_wallet("BTC") == ("0.99", "0.01")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"triggerPrice": ""}, "40019"), ({"triggerPrice": "45000.001"}, "40808"), ({"size": "0.00000001"}, "40808"),
        ({"size": "0.00001"}, "45110"), ({"planType": "some"}, "40020"), ({"orderType": "limit"}, "40019"),
        ({"clientOid": "known"}, "43118"),
    ],
)  # fmt: skip
def test_a_wrong_plan_is_refused_by_its_code(bitget: Client, changes: dict[str, Any], code: str) -> None:
    bitget.post(f"{TRADE}/place-plan-order", **PLAN, clientOid="known")
    assert bitget.refused("POST", f"{TRADE}/place-plan-order", **{**PLAN, **changes}) == code


def test_a_cancelled_plan_does_not_trigger(bitget: Client) -> None:
    bitget.post(f"{TRADE}/place-plan-order", **PLAN, clientOid="p")
    assert bitget.post(f"{TRADE}/cancel-plan-order", clientOid="p") == {"result": "success"}
    assert bitget.refused("POST", f"{TRADE}/cancel-plan-order", clientOid="p") == "43004"
    assert bitget.refused("POST", f"{TRADE}/cancel-plan-order", orderId="1") == "43025"
    bitget.move_price("44000")
    assert (ended(bitget)["status"], bitget.spot_wallet("BTC")) == ("cancelled", ("1", "0"))


def test_an_attached_stop_sells_what_the_entry_has_brought(bitget: Client) -> None:
    bitget.post(SPOT, **SPOT_BUY, presetStopLossPrice="35000", presetTakeProfitPrice="60000")
    asked = f"{TRADE}/unfilled-orders"
    assert bitget.get(asked, tpslType="tpsl") == []
    bitget.move_price("40000")
    exits = bitget.get(asked, tpslType="tpsl")
    assert [(row["triggerPrice"], row["size"]) for row in exits] == [("60000", "0.00999"), ("35000", "0.00999")]
    bitget.move_price("35000")
    assert bitget.spot_wallet("BTC") == ("1", "0")


def test_a_tpsl_order_is_placed_beside_orders_without_a_client_id_of_ours(bitget: Client) -> None:
    wanted = {"symbol": "BTCUSDT", "side": "sell", "orderType": "market", "size": "0.01", "tpslType": "tpsl"}
    placed = bitget.post(SPOT, **wanted, triggerPrice="45000", clientOid="ignored")
    assert placed["clientOid"] != "ignored"
    bitget.post(f"{TRADE}/cancel-order", symbol="BTCUSDT", tpslType="tpsl", orderId=placed["orderId"])
    assert bitget.get(f"{TRADE}/unfilled-orders", tpslType="tpsl") == []
