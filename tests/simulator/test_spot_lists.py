"""OCO and OTOCO: what one order does to its siblings (EXCHANGES 2.6)."""

from typing import Any

import pytest

from tests.simulator.client import OCO, OTOCO, Client


def states(spot: Client) -> list[str]:
    return [order["status"] for order in spot.ok("GET", "/api/v3/allOrders", symbol="BTCUSDT")]


def test_the_legs_of_an_oco_lock_the_amount_once(spot: Client) -> None:
    spot.ok("POST", "/api/v3/orderList/oco", **{**OCO, "quantity": "0.9"})
    balances = {each["asset"]: each for each in spot.ok("GET", "/api/v3/account")["balances"]}
    assert balances["BTC"]["locked"] == "0.90000000"


@pytest.mark.parametrize(("price", "expected"), [("61000", ["EXPIRED", "FILLED"]), ("44950", ["FILLED", "EXPIRED"])])
def test_a_leg_that_fills_ends_the_other(spot: Client, price: str, expected: list[str]) -> None:
    spot.ok("POST", "/api/v3/orderList/oco", **OCO)
    spot.move_price(price)
    assert states(spot) == expected
    assert spot.ok("GET", "/api/v3/openOrderList") == []


def test_cancelling_a_leg_cancels_the_list(spot: Client) -> None:
    orders = spot.ok("POST", "/api/v3/orderList/oco", **OCO)
    spot.ok("DELETE", "/api/v3/order", symbol="BTCUSDT", orderId=orders["orders"][0]["orderId"])
    assert states(spot) == ["CANCELED", "CANCELED"]


def test_prices_in_the_wrong_relation_are_refused(spot: Client) -> None:
    refusal = spot.refused("POST", "/api/v3/orderList/oco", **{**OCO, "abovePrice": "49000"})
    assert refusal == (-2010, "The relationship of the prices for the orders is not correct.")


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"side": "BUY"}, -1165), ({"belowType": "LIMIT_MAKER", "belowStopPrice": "", "belowTimeInForce": ""}, -1168)],
)
def test_a_limit_on_the_wrong_side_is_refused(spot: Client, changes: dict[str, Any], code: int) -> None:
    assert spot.refused("POST", "/api/v3/orderList/oco", **{**OCO, **changes})[0] == code


def test_exits_wait_until_the_entry_is_full(spot: Client) -> None:
    spot.ok("POST", "/api/v3/orderList/otoco", **OTOCO, listClientOrderId="list")
    assert states(spot) == ["NEW", "PENDING_NEW", "PENDING_NEW"]
    spot.move_price("48500")
    assert states(spot) == ["FILLED", "NEW", "NEW"]
    assert spot.ok("GET", "/api/v3/orderList", origClientOrderId="list")["listOrderStatus"] == "EXECUTING"


def test_exits_of_an_entry_that_filled_at_once_are_reported_as_pending(spot: Client) -> None:
    answer = spot.ok("POST", "/api/v3/orderList/otoco", **{**OTOCO, "workingPrice": "50000"})
    assert [report["status"] for report in answer["orderReports"]] == ["FILLED", "PENDING_NEW", "PENDING_NEW"]
    assert states(spot) == ["FILLED", "NEW", "NEW"]


def test_a_half_filled_entry_that_is_cancelled_leaves_no_exit(spot: Client) -> None:
    spot.fault("partial", fraction="0.5")
    answer = spot.ok("POST", "/api/v3/orderList/otoco", **{**OTOCO, "workingPrice": "50000"})
    spot.ok("DELETE", "/api/v3/orderList", symbol="BTCUSDT", orderListId=answer["orderListId"])
    assert states(spot) == ["CANCELED"] * 3


def test_exits_that_ask_for_more_than_the_commission_left_expire(simulator: Any) -> None:
    spot = Client(simulator, "/binance", simulator.open_account(balances={"USDT": "10000"}))
    spot.ok("POST", "/api/v3/orderList/otoco", **{**OTOCO, "workingPrice": "50000", "pendingQuantity": "0.01"})
    assert states(spot) == ["FILLED", "EXPIRED", "EXPIRED"]
    assert spot.ok("GET", "/api/v3/openOrderList") == []
