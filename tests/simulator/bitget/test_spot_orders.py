"""Spot orders at Bitget: sizes, fees, refusals, look-ups (EXCHANGES 5.3, 5.5, 5.7)."""

import json
import time
from typing import Any

import pytest

from tests.simulator.bitget.client import SPOT, SPOT_BUY, SPOT_INFO, Client

TRADE = "/api/v2/spot/trade"
MARKET_BUY = {"symbol": "BTCUSDT", "side": "buy", "orderType": "market", "size": "500"}
MARKET_SELL = {**MARKET_BUY, "side": "sell", "size": "0.01"}


def test_a_market_buy_names_its_size_in_quote_and_pays_its_fee_in_base(bitget: Client) -> None:
    order = bitget.spot_order(bitget.post(SPOT, **MARKET_BUY))
    assert (order["status"], order["size"], order["baseVolume"], order["quoteVolume"]) == (
        "filled",
        "500",
        "0.01",
        "500",
    )
    assert json.loads(order["feeDetail"])["BTC"]["totalFee"] == -0.00001
    assert bitget.spot_wallet() == ("9500", "0")
    assert bitget.spot_wallet("BTC") == ("1.00999", "0")


def test_a_market_sale_names_its_size_in_base_and_pays_its_fee_in_quote(bitget: Client) -> None:
    bitget.post(SPOT, **MARKET_SELL)
    assert bitget.spot_wallet() == ("10499.5", "0")
    assert bitget.spot_wallet("BTC") == ("0.99", "0")


def test_a_resting_order_freezes_its_money_until_it_fills_at_its_price(bitget: Client) -> None:
    placed = bitget.post(SPOT, **SPOT_BUY, clientOid="a")
    assert placed["clientOid"] == "a"
    assert bitget.spot_wallet() == ("9600", "400")
    bitget.move_price("39000")
    order = bitget.spot_order(placed)
    assert (order["status"], order["priceAvg"]) == ("filled", "40000")
    assert bitget.spot_wallet() == ("9600", "0")


def test_a_limit_order_that_crosses_fills_at_the_better_price(bitget: Client) -> None:
    order = bitget.spot_order(bitget.post(SPOT, **{**SPOT_BUY, "price": "50500"}))
    assert (order["status"], order["priceAvg"]) == ("filled", "50000")
    assert bitget.spot_wallet() == ("9500", "0")


@pytest.mark.parametrize(
    ("force", "price", "status"),
    [
        ("post_only", "50000", "cancelled"), ("post_only", "49999", "live"), ("ioc", "49999", "cancelled"),
        ("IOC", "50000", "filled"), ("fok", "49999", "cancelled"), ("fok", "50000", "filled"), ("GTC", "49999", "live"),
    ],
)  # fmt: skip
def test_a_force_decides_what_becomes_of_an_order(bitget: Client, force: str, price: str, status: str) -> None:
    placed = bitget.post(SPOT, **{**SPOT_BUY, "force": force, "price": price})
    assert bitget.spot_order(placed)["status"] == status


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"symbol": "NOPE"}, "40034"), ({"symbol": "BTCUSDT_SPBL"}, "40034"), ({"side": "up"}, "40020"),
        ({"side": ""}, "40019"), ({"orderType": "stop"}, "40020"), ({"size": ""}, "40019"), ({"size": "0"}, "40020"),
        ({"size": "1e-2"}, "40020"), ({"size": "0.0100001"}, "40808"), ({"price": "40000.001"}, "40808"),
        ({"price": ""}, "40019"), ({"size": "0.00002"}, "45110"), ({"size": "1"}, "43012"), ({"force": "day"}, "40020"),
        ({"price": "52500.01"}, "43009"), ({"side": "sell", "price": "47499.99"}, "43008"),
        ({"side": "sell", "size": "2", "price": "50000"}, "43012"), ({"clientOid": "x" * 51}, "40304"),
        ({"clientOid": "é"}, "40305"), ({"clientOid": "a/b"}, "40305"), ({"presetStopLossPrice": "40001"}, "43014"),
        ({"presetTakeProfitPrice": "39999"}, "43013"),
    ],
)  # fmt: skip
def test_a_wrong_order_is_refused_by_its_code(bitget: Client, changes: dict[str, Any], code: str) -> None:
    assert bitget.refused("POST", SPOT, **{**SPOT_BUY, **changes}) == code
    assert bitget.simulator.ledger("bitget") == []


def test_a_client_id_is_unique_among_pending_orders_only(bitget: Client) -> None:
    bitget.post(SPOT, **SPOT_BUY, clientOid="same")
    assert bitget.refused("POST", SPOT, **SPOT_BUY, clientOid="same") == "43118"
    bitget.post(f"{TRADE}/cancel-order", symbol="BTCUSDT", clientOid="same")
    second = bitget.post(SPOT, **SPOT_BUY, clientOid="same")
    assert bitget.get(SPOT_INFO, clientOid="same")[0]["orderId"] == second["orderId"]


def test_a_cancelled_order_gives_its_money_back(bitget: Client) -> None:
    placed = bitget.post(SPOT, **SPOT_BUY)
    assert bitget.post(f"{TRADE}/cancel-order", symbol="BTCUSDT", orderId=placed["orderId"]) == placed
    assert bitget.spot_order(placed)["status"] == "cancelled"
    assert bitget.spot_wallet() == ("10000", "0")
    assert bitget.refused("POST", f"{TRADE}/cancel-order", symbol="BTCUSDT", orderId=placed["orderId"]) == "43004"
    assert bitget.refused("POST", f"{TRADE}/cancel-order", symbol="BTCUSDT", clientOid="never") == "43001"


def test_an_unknown_order_is_an_empty_list(bitget: Client) -> None:
    assert bitget.get(SPOT_INFO, clientOid="never") == []
    assert bitget.get(SPOT_INFO, orderId="1") == []
    assert bitget.refused("GET", SPOT_INFO) == "40019"


def test_a_client_id_is_forgotten_two_hours_after_the_end(bitget: Client) -> None:
    now_ms = int(time.time() * 1000)
    bitget.simulator.control("POST", "/_control/clock", {"now_ms": now_ms})
    placed = bitget.post(SPOT, **MARKET_SELL, clientOid="a")

    def found(**by: str) -> int:
        query = "&".join(f"{name}={value}" for name, value in by.items())
        stamp = {"ACCESS-TIMESTAMP": str(now_ms + 7_200_001)}
        return len(bitget.send_as_is("GET", f"{SPOT_INFO}?{query}", **stamp).json()["data"])

    assert len(bitget.get(SPOT_INFO, clientOid="a")) == 1
    bitget.simulator.control("POST", "/_control/clock", {"advance_ms": 7_200_001})
    assert (found(clientOid="a"), found(orderId=placed["orderId"])) == (0, 1)


def test_open_orders_and_history_and_fills_are_told_apart(bitget: Client) -> None:
    resting, filled = bitget.post(SPOT, **SPOT_BUY), bitget.post(SPOT, **MARKET_SELL)
    unfilled = bitget.get(f"{TRADE}/unfilled-orders", symbol="BTCUSDT")
    assert [(row["orderId"], row["priceAvg"], row["basePrice"]) for row in unfilled] == [
        (resting["orderId"], "40000", "0")
    ]
    assert [row["orderId"] for row in bitget.get(f"{TRADE}/history-orders")] == [filled["orderId"]]
    fill = bitget.get(f"{TRADE}/fills", symbol="BTCUSDT", orderId=filled["orderId"])[0]
    assert (fill["priceAvg"], fill["size"], fill["amount"], fill["tradeScope"]) == ("50000", "0.01", "500", "taker")
    assert fill["feeDetail"]["totalFee"] == "-0.5"


def test_all_orders_of_a_symbol_go_at_once_and_plans_stay(bitget: Client) -> None:
    bitget.post(SPOT, **SPOT_BUY)
    eth = bitget.post(SPOT, **{**SPOT_BUY, "symbol": "ETHUSDT", "price": "2000", "size": "0.01"})
    plan = {**MARKET_SELL, "triggerPrice": "45000"}
    bitget.post(f"{TRADE}/place-plan-order", **plan)
    bitget.post(f"{TRADE}/cancel-symbol-order", symbol="BTCUSDT")
    assert [row["orderId"] for row in bitget.get(f"{TRADE}/unfilled-orders")] == [eth["orderId"]]
    assert len(bitget.get(f"{TRADE}/current-plan-order", symbol="BTCUSDT")["orderList"]) == 1


def test_a_batch_that_fails_is_a_success_with_a_failure_list(bitget: Client) -> None:
    answer = bitget.post(f"{TRADE}/batch-cancel-order", symbol="BTCUSDT", orderList=[{"orderId": "1"}])
    assert (answer["successList"], answer["failureList"][0]["errorCode"]) == ([], "43001")
    orders = [SPOT_BUY, {**SPOT_BUY, "size": "9"}]
    answer = bitget.post(f"{TRADE}/batch-orders", symbol="BTCUSDT", orderList=orders)
    assert (len(answer["successList"]), answer["failureList"][0]["errorCode"]) == (1, "43012")


def test_a_market_order_that_fills_in_part_ends_cancelled(bitget: Client) -> None:
    bitget.fault("partial", fraction="0.5")
    order = bitget.spot_order(bitget.post(SPOT, **MARKET_BUY))
    assert (order["status"], order["baseVolume"], order["quoteVolume"]) == ("cancelled", "0.005", "250")
    assert bitget.spot_wallet() == ("9750", "0")


def test_the_rest_of_a_limit_order_fills_with_the_next_price(bitget: Client) -> None:
    bitget.fault("partial", fraction="0.25")
    placed = bitget.post(SPOT, **{**SPOT_BUY, "price": "50000"})
    order = bitget.spot_order(placed)
    assert (order["status"], order["baseVolume"]) == ("partially_filled", "0.0025")
    assert bitget.spot_wallet() == ("9500", "375")
    bitget.move_price("49999")
    assert bitget.spot_order(placed)["status"] == "filled"


def test_fill_or_kill_never_fills_in_part(bitget: Client) -> None:
    bitget.fault("partial", fraction="0.5")
    order = bitget.spot_order(bitget.post(SPOT, **{**SPOT_BUY, "price": "50000", "force": "fok"}))
    assert (order["status"], order["baseVolume"]) == ("cancelled", "0")


def test_assets_leave_out_what_is_empty_unless_asked(bitget: Client) -> None:
    bitget.post(SPOT, **{**MARKET_SELL, "size": "1"})
    held = bitget.get("/api/v2/spot/account/assets")
    assert [row["coin"] for row in held] == ["USDT"]
    every = bitget.get("/api/v2/spot/account/assets", assetType="all")
    assert [row["coin"] for row in every] == ["USDT", "BTC"]
    assert {"available", "frozen", "locked"} <= set(held[0])
