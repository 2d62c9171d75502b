"""Bitget's v1: the same account and books under older names (EXCHANGES 4)."""

from typing import Any

import pytest

from tests.simulator.bitget.client import OPEN, PLACE, SPOT, SPOT_BUY, Client
from tests.support.simulator_process import SimulatorProcess

TRADE, MIX, PLAN = "/api/spot/v1/trade", "/api/mix/v1/order", "/api/mix/v1/plan"
BTC = {"symbol": "BTCUSDT_UMCBL", "marginCoin": "USDT"}
SPOT_ORDER = {
    "symbol": "BTCUSDT_SPBL", "side": "buy", "orderType": "limit", "force": "normal", "price": "40000",
    "quantity": "0.01", "clientOrderId": "s1",
}  # fmt: skip
LONG = {**BTC, "size": "0.01", "side": "open_long", "orderType": "market", "clientOid": "e1"}
EXIT = {**BTC, "planType": "loss_plan", "triggerPrice": "45000", "holdSide": "long", "size": "0.01"}


def positions(bitget: Client) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = bitget.get("/api/mix/v1/position/singlePosition-v2", **BTC)
    return rows


# Public


def test_the_time_is_a_text_of_its_own(simulator: SimulatorProcess) -> None:
    answer = simulator.session.get(f"{simulator.url}/bitget/api/spot/v1/public/time", timeout=5).json()
    assert answer["data"].isdecimal()


def test_rules_are_told_with_suffixes(bitget: Client) -> None:
    rows = bitget.get("/api/spot/v1/public/products")
    assert (rows[0]["symbol"], rows[0]["priceScale"], rows[0]["quantityScale"]) == ("BTCUSDT_SPBL", "2", "6")
    contracts = bitget.get("/api/mix/v1/market/contracts", productType="UMCBL")
    assert (contracts[0]["symbol"], contracts[0]["pricePlace"], len(contracts)) == ("BTCUSDT_UMCBL", "1", 8)
    assert bitget.get("/api/mix/v1/market/symbol-leverage", symbol="ADAUSDT_UMCBL")["maxLeverage"] == "75"


@pytest.mark.parametrize("product", ["dmcbl", "cmcbl", "sumcbl", "sdmcbl", "scmcbl", "SUMCBL"])
def test_other_product_types_are_known_and_empty(bitget: Client, product: str) -> None:
    for path in ("market/contracts", "account/accounts", "position/allPosition-v2"):
        assert bitget.get(f"/api/mix/v1/{path}", productType=product) == []
    assert bitget.refused("GET", "/api/mix/v1/market/contracts", productType="USDT-FUTURES") == "40020"


def test_prices_are_those_of_v2(bitget: Client) -> None:
    bitget.move_price("51000")
    assert bitget.get("/api/spot/v1/market/ticker", symbol="BTCUSDT_SPBL")["close"] == "51000"
    assert bitget.get("/api/mix/v1/market/ticker", symbol="BTCUSDT_UMCBL")["last"] == "51000"
    assert bitget.get("/api/mix/v1/market/mark-price", symbol="BTCUSDT_UMCBL")["markPrice"] == "51000"


@pytest.mark.parametrize("name", ["BTCUSDT", "BTCUSDT_SPBL", "BTCUSD_DMCBL", "NOPE_UMCBL"])
def test_a_symbol_without_its_suffix_does_not_exist(bitget: Client, name: str) -> None:
    assert bitget.refused("POST", f"{MIX}/placeOrder", **{**LONG, "symbol": name}) == "40034"


# Spot


def test_a_spot_order_is_one_order_behind_both_doors(bitget: Client) -> None:
    placed = bitget.post(f"{TRADE}/orders", **SPOT_ORDER)
    assert placed["clientOrderId"] == "s1"
    assert bitget.spot_order(placed)["status"] == "live"
    row = bitget.post(f"{TRADE}/orderInfo", symbol="BTCUSDT_SPBL", clientOrderId="s1")[0]
    assert (row["status"], row["quantity"], row["symbol"]) == ("new", "0.01", "BTCUSDT_SPBL")
    assert bitget.post(f"{TRADE}/open-orders", symbol="BTCUSDT_SPBL") == [row]
    bitget.move_price("40000")
    row = bitget.post(f"{TRADE}/orderInfo", symbol="BTCUSDT_SPBL", orderId=placed["orderId"])[0]
    assert (row["status"], row["fillPrice"], row["fillQuantity"], row["fillTotalAmount"]) == (
        "full_fill",
        "40000",
        "0.01",
        "400",
    )
    assert bitget.post(f"{TRADE}/history", symbol="BTCUSDT_SPBL") == [row]
    assert bitget.post(f"{TRADE}/fills", symbol="BTCUSDT_SPBL")[0]["feeCcy"] == "BTC"


def test_a_market_buy_names_its_quantity_in_quote(bitget: Client) -> None:
    market = {**SPOT_ORDER, "orderType": "market", "quantity": "500"}
    placed = bitget.post(f"{TRADE}/orders", **market)
    assert bitget.spot_order(placed)["baseVolume"] == "0.01"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"symbol": "BTCUSDT"}, "40034"), ({"force": "gtc"}, "40020"), ({"quantity": ""}, "40019"),
        ({"quantity": "1"}, "43012"), ({"price": "40000.001"}, "40808"), ({"clientOrderId": "known"}, "43118"),
    ],
)  # fmt: skip
def test_a_wrong_spot_order_is_refused_by_its_code(bitget: Client, changes: dict[str, str], code: str) -> None:
    bitget.post(SPOT, **SPOT_BUY, clientOid="known")
    assert bitget.refused("POST", f"{TRADE}/orders", **{**SPOT_ORDER, **changes}) == code


def test_a_cancelled_spot_order_answers_its_bare_id(bitget: Client) -> None:
    placed = bitget.post(f"{TRADE}/orders", **SPOT_ORDER)
    which = {"symbol": "BTCUSDT_SPBL", "orderId": placed["orderId"]}
    assert bitget.post(f"{TRADE}/cancel-order", **which) == placed["orderId"]
    assert bitget.refused("POST", f"{TRADE}/cancel-order", **which) == "43004"
    bitget.post(f"{TRADE}/orders", **SPOT_ORDER)
    assert bitget.post(f"{TRADE}/cancel-order-v2", symbol="BTCUSDT_SPBL", clientOid="s1")["clientOrderId"] == "s1"
    bitget.post(f"{TRADE}/orders", **SPOT_ORDER)
    bitget.post(f"{TRADE}/cancel-symbol-order", symbol="BTCUSDT_SPBL")
    assert bitget.spot_wallet() == ("10000", "0")


def test_assets_say_lock_where_v2_says_locked(bitget: Client) -> None:
    bitget.post(f"{TRADE}/orders", **SPOT_ORDER)
    row = bitget.get("/api/spot/v1/account/assets", coin="USDT")[0]
    assert (row["coinName"], row["available"], row["frozen"], row["lock"]) == ("USDT", "9600", "400", "0")
    assert [row["coinName"] for row in bitget.get("/api/spot/v1/account/assets-lite")] == ["USDT", "BTC"]


def test_a_spot_plan_goes_through_its_states(bitget: Client) -> None:
    path, of_symbol = "/api/spot/v1/plan", {"symbol": "BTCUSDT_SPBL", "pageSize": "20"}
    plan = {
        "symbol": "BTCUSDT_SPBL", "side": "sell", "triggerPrice": "45000", "size": "0.01", "orderType": "market",
        "triggerType": "market_price", "clientOid": "p",
    }  # fmt: skip
    placed = bitget.post(f"{path}/placePlan", **plan)
    assert bitget.post(f"{path}/currentPlan", **of_symbol)["orderList"][0]["status"] == "not_trigger"
    bitget.move_price("45000")
    row = bitget.post(f"{path}/historyPlan", **of_symbol, startTime="0", endTime="9999999999999")["orderList"][0]
    assert (row["orderId"], row["status"]) == (placed["orderId"], "triggered")
    assert bitget.spot_order({"orderId": row["executeOrderId"]})["status"] == "filled"
    bitget.post(f"{path}/placePlan", **{**plan, "triggerPrice": "60000"})
    bitget.post(f"{path}/cancelPlan", clientOid="p")
    assert bitget.post(f"{path}/currentPlan", **of_symbol)["orderList"] == []


# Mix


def test_a_hedged_order_names_what_it_does(hedged: Client) -> None:
    placed = hedged.post(f"{MIX}/placeOrder", **LONG)
    order = hedged.get(f"{MIX}/detail", symbol="BTCUSDT_UMCBL", clientOid="e1")
    assert (order["orderId"], order["side"], order["posSide"]) == (placed["orderId"], "open_long", "long")
    assert (order["state"], order["priceAvg"], order["filledQty"], order["fee"]) == ("filled", 50000, 0.01, -0.3)
    hedged.post(f"{MIX}/placeOrder", **{**LONG, "side": "open_short"})
    assert [row["holdSide"] for row in positions(hedged)] == ["long", "short"]
    hedged.post(f"{MIX}/placeOrder", **{**LONG, "side": "close_long"})
    assert [row["holdSide"] for row in positions(hedged)] == ["short"]


def test_a_one_way_order_says_single(bitget: Client) -> None:
    bitget.post(f"{MIX}/placeOrder", **{**LONG, "side": "buy_single"})
    closing = {**LONG, "side": "sell_single", "size": "0.05", "reduceOnly": True}
    order = bitget.detail(bitget.post(f"{MIX}/placeOrder", **closing))
    assert (order["size"], order["reduceOnly"]) == ("0.01", "YES")
    assert positions(bitget) == []


def test_the_wrong_mode_is_refused(bitget: Client, hedged: Client) -> None:
    assert bitget.refused("POST", f"{MIX}/placeOrder", **LONG) == "40774"
    assert hedged.refused("POST", f"{MIX}/placeOrder", **{**LONG, "side": "buy_single"}) == "40774"
    assert hedged.refused("POST", f"{MIX}/placeOrder", **{**LONG, "side": "buy"}) == "40020"


def test_a_position_is_told_in_older_words(hedged: Client) -> None:
    hedged.post(PLACE, **OPEN, tradeSide="open")
    hedged.move_price("51000")
    row = positions(hedged)[0]
    assert (row["averageOpenPrice"], row["marketPrice"], row["margin"], row["leverage"]) == (
        "50000",
        "51000",
        "25.5",
        20,
    )
    assert (row["marginMode"], row["holdMode"], row["openDelegateCount"]) == ("crossed", "double_hold", "0")
    assert "unrealizedPLR" not in row
    for name in ("allPosition-v2", "allPosition"):
        assert hedged.get(f"/api/mix/v1/position/{name}", productType="umcbl", marginCoin="USDT") == [row]


def test_an_account_is_told_in_older_words(bitget: Client) -> None:
    told = bitget.get("/api/mix/v1/account/account", **BTC)
    assert (told["equity"], told["available"], told["unrealizedPL"]) == ("10000", "10000", None)
    assert (told["holdMode"], told["marginMode"], told["crossMarginLeverage"]) == ("single_hold", "crossed", 20)
    assert [row["equity"] for row in bitget.get("/api/mix/v1/account/accounts", productType="umcbl")] == ["10000"]


def test_settings_are_those_of_v2(bitget: Client) -> None:
    path = "/api/mix/v1/account"
    assert bitget.post(f"{path}/setMarginMode", **BTC, marginMode="fixed")["marginMode"] == "fixed"
    assert bitget.post(f"{path}/setLeverage", **BTC, leverage=25, holdSide="long")["longLeverage"] == "25"
    bitget.post(f"{path}/setPositionMode", productType="umcbl", holdMode="double_hold")
    told = bitget.get("/api/v2/mix/account/account", symbol="BTCUSDT", productType="USDT-FUTURES", marginCoin="USDT")
    assert (told["marginMode"], told["isolatedLongLever"], told["posMode"]) == ("isolated", 25, "hedge_mode")
    bitget.post(f"{MIX}/placeOrder", **LONG)
    assert bitget.refused("POST", f"{path}/setPositionMode", productType="umcbl", holdMode="single_hold") == "40920"
    assert bitget.refused("POST", f"{path}/setMarginMode", **BTC, marginMode="isolated") == "40020"


def test_orders_are_cancelled_one_by_one_by_symbol_and_by_product(hedged: Client) -> None:
    resting = {**LONG, "orderType": "limit", "price": "40000", "timeInForceValue": "normal"}
    placed = hedged.post(f"{MIX}/placeOrder", **resting)
    row = hedged.get(f"{MIX}/current", symbol="BTCUSDT_UMCBL")[0]
    assert (row["state"], row["price"], row["priceAvg"]) == ("new", 40000, None)
    assert hedged.get(f"{MIX}/marginCoinCurrent", productType="umcbl", marginCoin="USDT") == [row]
    assert hedged.post(f"{MIX}/cancel-order", **BTC, clientOid="e1") == placed
    placed = hedged.post(f"{MIX}/placeOrder", **resting)
    assert hedged.post(f"{MIX}/cancel-symbol-orders", **BTC)["order_ids"] == [placed["orderId"]]
    placed = hedged.post(f"{MIX}/placeOrder", **resting)
    answer = hedged.post(f"{MIX}/cancel-all-orders", productType="umcbl", marginCoin="USDT")
    assert answer["order_ids"] == [placed["orderId"]]
    assert {row["state"] for row in hedged.get(f"{MIX}/history", symbol="BTCUSDT_UMCBL")["orderList"]} == {"canceled"}


def test_all_positions_are_closed_at_once(hedged: Client) -> None:
    hedged.post(f"{MIX}/placeOrder", **LONG)
    answer = hedged.post(f"{MIX}/close-all-positions", productType="umcbl")
    assert (len(answer["order_info"]), positions(hedged)) == (1, [])
    assert hedged.get(f"{MIX}/fills", symbol="BTCUSDT_UMCBL")[0]["orderId"] == answer["order_info"][0]["orderId"]
    assert hedged.refused("POST", f"{MIX}/close-all-positions", productType="umcbl") == "22002"


def test_attached_exits_are_those_of_v2(hedged: Client) -> None:
    hedged.post(f"{MIX}/placeOrder", **LONG, presetTakeProfitPrice="60000", presetStopLossPrice="45000")
    assert [row["planType"] for row in hedged.exits()] == ["loss_plan", "profit_plan"]
    rows = hedged.get(f"{PLAN}/currentPlan", productType="umcbl", isPlan="profit_loss")
    assert {(row["planType"], row["side"], row["status"]) for row in rows} == {
        ("loss_plan", "close_long", "not_trigger"), ("profit_plan", "close_long", "not_trigger"),
    }  # fmt: skip
    assert hedged.get(f"{PLAN}/currentPlan", symbol="BTCUSDT_UMCBL") == []


def test_exits_of_a_part_and_of_the_whole_go_through_their_states(hedged: Client) -> None:
    hedged.post(f"{MIX}/placeOrder", **LONG)
    hedged.post(f"{PLAN}/placeTPSL", **EXIT, clientOid="part")
    whole = {name: value for name, value in EXIT.items() if name != "size"}
    hedged.post(f"{PLAN}/placePositionsTPSL", **{**whole, "planType": "pos_profit", "triggerPrice": "60000"})
    assert hedged.refused("POST", f"{PLAN}/placePositionsTPSL", **EXIT) == "40020"
    assert hedged.refused("POST", f"{PLAN}/placeTPSL", **{**EXIT, "triggerPrice": "55000"}) == "40917"
    hedged.move_price("45000")
    asked = {"symbol": "BTCUSDT_UMCBL", "isPlan": "profit_loss", "startTime": "0", "endTime": "9999999999999"}
    rows = {row["planType"]: row for row in hedged.get(f"{PLAN}/historyPlan", **asked)["orderList"]}
    assert (rows["loss_plan"]["status"], rows["pos_profit"]["status"]) == ("triggered", "cancel")
    order = hedged.get(f"{MIX}/detail", symbol="BTCUSDT_UMCBL", orderId=rows["loss_plan"]["executeOrderId"])
    assert (order["state"], order["side"], order["totalProfits"]) == ("filled", "close_long", -50)


def test_cancelling_a_plan_needs_its_type(hedged: Client) -> None:
    hedged.post(f"{MIX}/placeOrder", **LONG)
    placed = hedged.post(f"{PLAN}/placeTPSL", **EXIT)
    which = {**BTC, "orderId": placed["orderId"]}
    assert hedged.refused("POST", f"{PLAN}/cancelPlan", **which) == "40019"
    assert hedged.refused("POST", f"{PLAN}/cancelPlan", **which, planType="profit_plan") == "43025"
    assert hedged.post(f"{PLAN}/cancelPlan", **which, planType="loss_plan") == placed


def test_an_exit_is_changed_and_a_trailing_one_follows(hedged: Client) -> None:
    hedged.post(f"{MIX}/placeOrder", **LONG)
    placed = hedged.post(f"{PLAN}/placeTPSL", **EXIT)
    hedged.post(f"{PLAN}/modifyTPSLPlan", **BTC, orderId=placed["orderId"], planType="loss_plan", triggerPrice="40000")
    assert hedged.exits()[0]["triggerPrice"] == "40000"
    trailing = {**BTC, "side": "close_long", "size": "0.01", "triggerPrice": "51000", "rangeRate": "1"}
    hedged.post(f"{PLAN}/placeTrailStop", **trailing)
    hedged.move_price("52000")
    hedged.move_price("51480")
    assert positions(hedged) == []


def test_a_mix_plan_enters_at_its_price(hedged: Client) -> None:
    plan = {**LONG, "triggerPrice": "52000", "triggerType": "market_price", "presetStopLossPrice": "50000"}
    hedged.post(f"{PLAN}/placePlan", **plan)
    assert hedged.get(f"{PLAN}/currentPlan", symbol="BTCUSDT_UMCBL")[0]["planType"] == "normal_plan"
    hedged.move_price("52000")
    assert positions(hedged)[0]["total"] == "0.01"
    assert [row["triggerPrice"] for row in hedged.exits()] == ["50000"]


def test_one_way_exits_say_long_too(bitget: Client) -> None:
    bitget.post(f"{MIX}/placeOrder", **{**LONG, "side": "buy_single"})
    bitget.post(f"{PLAN}/placeTPSL", **EXIT)
    bitget.move_price("45000")
    assert positions(bitget) == []
