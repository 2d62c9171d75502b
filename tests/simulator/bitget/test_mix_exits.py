"""Stops, targets and plan orders of Bitget's mix (EXCHANGES 5.5, 5.6)."""

from typing import Any

import pytest

from tests.simulator.bitget.client import BTC, CLOSE, OPEN, PLACE, REST, STOP, Client

ORDER = "/api/v2/mix/order"
TPSL, PLAN = f"{ORDER}/place-tpsl-order", f"{ORDER}/place-plan-order"
PRODUCT = {"productType": "USDT-FUTURES"}
PRESETS = {"presetStopLossPrice": "45000", "presetStopSurplusPrice": "60000"}
ENTRY = {**OPEN, "planType": "normal_plan", "triggerPrice": "52000", "triggerType": "mark_price"}
WHOLE = {**BTC, "planType": "pos_loss", "triggerPrice": "45000", "holdSide": "buy"}


def plan_orders(bitget: Client, path: str = "orders-plan-pending") -> list[dict[str, Any]]:
    return list(bitget.get(f"{ORDER}/{path}", **PRODUCT, planType="normal_plan")["entrustedList"] or [])


# What rides on an entry


def test_attached_exits_are_made_when_the_entry_fills(bitget: Client) -> None:
    bitget.post(PLACE, **REST, presetStopLossPrice="35000", presetStopSurplusPrice="60000")
    assert bitget.exits() == []
    bitget.move_price("40000")
    told = [(row["planType"], row["size"], row["triggerPrice"], row["posSide"]) for row in bitget.exits()]
    assert told == [("loss_plan", "0.01", "35000", "long"), ("profit_plan", "0.01", "60000", "long")]
    assert len(bitget.simulator.ledger("bitget")) == 1


def test_attached_exits_have_the_size_that_has_really_filled(bitget: Client) -> None:
    bitget.fault("partial", fraction="0.5")
    bitget.post(PLACE, **OPEN, **PRESETS)
    assert [row["size"] for row in bitget.exits()] == ["0.005", "0.005"]


def test_a_limit_entry_gets_its_exits_when_it_is_done(bitget: Client) -> None:
    bitget.fault("partial", fraction="0.5")
    placed = bitget.post(PLACE, **{**REST, "price": "50000"}, **PRESETS)
    assert bitget.exits() == []
    bitget.post(f"{ORDER}/cancel-order", **BTC, orderId=placed["orderId"])
    assert [row["size"] for row in bitget.exits()] == ["0.005", "0.005"]


def test_a_cancelled_entry_never_gets_exits(bitget: Client) -> None:
    placed = bitget.post(PLACE, **REST, presetStopLossPrice="35000")
    bitget.post(f"{ORDER}/cancel-order", **BTC, orderId=placed["orderId"])
    assert (bitget.exits(), bitget.ended_exits()) == ([], [])


def test_a_cancelled_entry_gets_no_exits_beside_a_position_either(bitget: Client) -> None:
    bitget.post(PLACE, **OPEN)
    placed = bitget.post(PLACE, **REST, presetStopLossPrice="35000")
    bitget.post(f"{ORDER}/cancel-order", **BTC, orderId=placed["orderId"])
    assert bitget.exits() == []


def test_an_order_that_only_closes_the_other_side_gets_no_exits(bitget: Client) -> None:
    bitget.post(PLACE, **OPEN)
    bitget.post(PLACE, **{**OPEN, "side": "sell"}, presetStopLossPrice="55000")
    assert (bitget.exits(), bitget.ended_exits()) == ([], [])


def test_a_triggered_stop_closes_and_takes_the_target_with_it(bitget: Client) -> None:
    bitget.post(PLACE, **OPEN, **PRESETS)
    bitget.move_price("44000")
    assert (bitget.positions(), bitget.exits()) == ([], [])
    stop, target = bitget.ended_exits()
    assert (stop["planStatus"], target["planStatus"], target["executeOrderId"]) == ("executed", "cancelled", "")
    order = bitget.detail({"orderId": stop["executeOrderId"]})
    assert (order["state"], order["priceAvg"], order["side"], order["reduceOnly"]) == ("filled", "44000", "sell", "YES")
    assert order["totalProfits"] == "-60"


def test_a_stop_that_the_filling_price_has_passed_fires_at_once(bitget: Client) -> None:
    bitget.post(PLACE, **REST, presetStopLossPrice="35000")
    bitget.move_price("34000")
    assert bitget.positions() == []
    assert bitget.ended_exits()[0]["planStatus"] == "executed"


@pytest.mark.parametrize(
    ("side", "preset", "price", "code"),
    [
        ("buy", "presetStopLossPrice", "50000", "40917"), ("buy", "presetStopSurplusPrice", "50000", "40915"),
        ("sell", "presetStopLossPrice", "50000", "45122"), ("sell", "presetStopSurplusPrice", "50000", "40832"),
    ],
)  # fmt: skip
def test_an_attached_exit_on_the_wrong_side_is_refused(
    bitget: Client, side: str, preset: str, price: str, code: str
) -> None:
    assert bitget.refused("POST", PLACE, **{**OPEN, "side": side, preset: price}) == code
    assert bitget.positions() == []


# Placed beside a position


def test_a_stop_is_found_by_its_client_id_before_and_after(bitget: Client) -> None:
    bitget.post(PLACE, **OPEN)
    placed = bitget.post(TPSL, **STOP, clientOid="sl")
    asked = {**PRODUCT, "planType": "profit_loss", "clientOid": "sl"}
    row = bitget.get(f"{ORDER}/orders-plan-pending", **asked)["entrustedList"][0]
    assert (row["orderId"], row["planStatus"], row["executeOrderId"]) == (placed["orderId"], "live", "")
    bitget.move_price("45000")
    row = bitget.get(f"{ORDER}/orders-plan-history", **asked)["entrustedList"][0]
    assert (row["planStatus"], bitget.detail({"orderId": row["executeOrderId"]})["state"]) == ("executed", "filled")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"triggerPrice": "50000"}, "40917"), ({"planType": "profit_plan"}, "40915"),
        ({"planType": "pos_profit"}, "40915"), ({"planType": "sl"}, "40020"), ({"size": ""}, "40019"),
        ({"holdSide": "sell", "triggerPrice": "55000"}, "22002"), ({"holdSide": "long"}, "40774"),
        ({"holdSide": ""}, "40019"), ({"triggerPrice": "45000.05"}, "40808"), ({"triggerPrice": ""}, "40019"),
        ({"size": "0.00001"}, "45111"), ({"clientOid": "known"}, "40786"), ({"triggerType": "last"}, "40020"),
        ({"productType": "COIN-FUTURES"}, "40034"), ({"marginCoin": ""}, "40019"),
    ],
)  # fmt: skip
def test_a_wrong_stop_is_refused_by_its_code(bitget: Client, changes: dict[str, Any], code: str) -> None:
    bitget.post(PLACE, **OPEN)
    bitget.post(TPSL, **STOP, clientOid="known")
    assert bitget.refused("POST", TPSL, **{**STOP, **changes}) == code


def test_without_a_position_there_is_nothing_to_protect(bitget: Client) -> None:
    assert bitget.refused("POST", TPSL, **STOP) == "22002"


def test_in_hedge_mode_an_exit_names_long_or_short(hedged: Client) -> None:
    hedged.post(PLACE, **OPEN, tradeSide="open")
    hedged.post(PLACE, **{**OPEN, "side": "sell"}, tradeSide="open")
    assert hedged.refused("POST", TPSL, **STOP) == "40774"
    hedged.post(TPSL, **{**STOP, "holdSide": "long"})
    assert hedged.refused("POST", TPSL, **{**STOP, "holdSide": "short"}) == "45122"
    hedged.post(TPSL, **{**STOP, "holdSide": "short", "triggerPrice": "55000"})
    hedged.move_price("45000")
    assert [row["holdSide"] for row in hedged.positions()] == ["short"]
    assert [(row["side"], row["tradeSide"]) for row in hedged.exits()] == [("sell", "close")]


def test_a_partial_stop_closes_its_part_only(bitget: Client) -> None:
    bitget.post(PLACE, **OPEN)
    bitget.post(TPSL, **{**STOP, "size": "0.004"})
    bitget.move_price("45000")
    assert bitget.positions()[0]["total"] == "0.006"


def test_a_stop_closes_at_most_what_is_open(bitget: Client) -> None:
    bitget.post(PLACE, **OPEN)
    bitget.post(TPSL, **{**STOP, "size": "0.01"})
    bitget.post(PLACE, **{**CLOSE, "size": "0.007"})
    bitget.move_price("45000")
    order = bitget.detail({"orderId": bitget.ended_exits()[0]["executeOrderId"]})
    assert (order["size"], order["baseVolume"]) == ("0.003", "0.003")
    assert bitget.positions() == []


def test_two_stops_share_a_position_and_the_second_takes_the_rest(bitget: Client) -> None:
    bitget.post(PLACE, **OPEN)
    bitget.post(TPSL, **{**STOP, "size": "0.006"})
    bitget.post(TPSL, **{**STOP, "size": "0.01", "triggerPrice": "44000"})
    bitget.move_price("43000")
    orders = [bitget.detail({"orderId": row["executeOrderId"]}) for row in bitget.ended_exits()]
    assert [order["baseVolume"] for order in orders] == ["0.006", "0.004"]


def test_a_stop_of_the_whole_position_grows_with_it(bitget: Client) -> None:
    bitget.post(PLACE, **OPEN)
    bitget.post(TPSL, **WHOLE, size="0.001")  # a size beside pos_loss is tolerated and ignored
    bitget.post(PLACE, **OPEN)
    bitget.move_price("45000")
    assert bitget.positions() == []


def test_a_second_stop_of_the_whole_position_takes_the_place_of_the_first(bitget: Client) -> None:
    bitget.post(PLACE, **OPEN)
    bitget.post(TPSL, **WHOLE)
    bitget.post(TPSL, **{**WHOLE, "triggerPrice": "46000"})
    assert [row["triggerPrice"] for row in bitget.exits()] == ["46000"]


def test_exits_are_cancelled_when_the_position_is_gone(bitget: Client) -> None:
    bitget.post(PLACE, **OPEN, **PRESETS)
    bitget.post(TPSL, **STOP)
    bitget.post(TPSL, **WHOLE)
    bitget.post(PLACE, **CLOSE)
    assert {row["planStatus"] for row in bitget.ended_exits()} == {"cancelled"}
    assert (len(bitget.ended_exits()), bitget.exits()) == (4, [])


def test_exits_are_cancelled_when_the_position_flips(bitget: Client) -> None:
    bitget.post(PLACE, **OPEN)
    bitget.post(TPSL, **STOP)
    bitget.post(PLACE, **{**OPEN, "side": "sell", "size": "0.03"})
    assert [row["planStatus"] for row in bitget.ended_exits()] == ["cancelled"]


def test_an_execute_price_makes_a_resting_order(bitget: Client) -> None:
    bitget.post(PLACE, **OPEN)
    bitget.post(TPSL, **STOP, executePrice="46000")
    bitget.move_price("45000")
    resting = bitget.get(f"{ORDER}/orders-pending", **PRODUCT)["entrustedList"]
    assert [(row["price"], row["side"], row["status"]) for row in resting] == [("46000", "sell", "live")]


def test_both_exits_of_a_position_are_placed_at_once_or_not_at_all(bitget: Client) -> None:
    bitget.post(PLACE, **OPEN)
    both = {**BTC, "holdSide": "buy", "stopSurplusTriggerPrice": "60000", "stopLossTriggerPrice": "45000"}
    wrong = {**both, "stopLossTriggerPrice": "55000"}
    assert bitget.refused("POST", f"{ORDER}/place-pos-tpsl", **wrong) == "40917"
    assert bitget.exits() == []
    placed = bitget.post(f"{ORDER}/place-pos-tpsl", **both, stopLossClientOid="sl", stopSurplusClientOid="tp")
    assert [row["clientOid"] for row in placed] == ["tp", "sl"]
    assert [row["planType"] for row in bitget.exits()] == ["pos_profit", "pos_loss"]


def test_a_changed_stop_waits_for_its_new_price_alone(bitget: Client) -> None:
    bitget.post(PLACE, **OPEN)
    placed = bitget.post(TPSL, **STOP)
    changed = {**BTC, "orderId": placed["orderId"], "triggerPrice": "40000", "size": "0.004"}
    bitget.post(f"{ORDER}/modify-tpsl-order", **changed)
    bitget.move_price("44000")
    assert bitget.positions()[0]["total"] == "0.01"
    bitget.move_price("40000")
    assert bitget.positions()[0]["total"] == "0.006"


def test_a_stop_cannot_be_changed_to_the_wrong_side(bitget: Client) -> None:
    bitget.post(PLACE, **OPEN)
    placed = bitget.post(TPSL, **STOP)
    path = f"{ORDER}/modify-tpsl-order"
    assert bitget.refused("POST", path, **BTC, orderId=placed["orderId"], triggerPrice="51000") == "40917"
    assert bitget.refused("POST", path, **BTC, orderId="1", triggerPrice="41000") == "43025"
    assert bitget.exits()[0]["triggerPrice"] == "45000"


def test_a_trailing_stop_follows_and_fires_when_the_price_comes_back(bitget: Client) -> None:
    bitget.post(PLACE, **OPEN)
    trailing = {**STOP, "planType": "moving_plan", "triggerPrice": "51000", "rangeRate": "1"}
    bitget.post(TPSL, **trailing)
    for price in ("50000", "51000", "52000", "51481"):
        bitget.move_price(price)
        assert len(bitget.positions()) == 1
    bitget.move_price("51480")
    assert bitget.positions() == []
    assert bitget.refused("POST", TPSL, **{**trailing, "rangeRate": "11"}) == "40020"


# Cancelling


def test_exits_are_cancelled_by_either_id_and_failures_are_listed(bitget: Client) -> None:
    bitget.post(PLACE, **OPEN)
    stop, target = bitget.post(TPSL, **STOP, clientOid="sl"), bitget.post(TPSL, **{**STOP, "triggerPrice": "44000"})
    wanted = [{"clientOid": "sl"}, {"orderId": target["orderId"]}, {"orderId": "1"}]
    answer = bitget.post(f"{ORDER}/cancel-plan-order", **BTC, planType="profit_loss", orderIdList=wanted)
    assert answer["successList"] == [stop, target]
    assert [row["errorCode"] for row in answer["failureList"]] == ["43025"]
    again = bitget.post(f"{ORDER}/cancel-plan-order", **BTC, orderIdList=[{"clientOid": "sl"}])
    assert [row["errorCode"] for row in again["failureList"]] == ["22001"]


def test_all_exits_of_a_symbol_go_at_once_and_plan_orders_stay(bitget: Client) -> None:
    bitget.post(PLACE, **OPEN, **PRESETS)
    bitget.post(PLAN, **ENTRY)
    answer = bitget.post(f"{ORDER}/cancel-plan-order", **PRODUCT, symbol="BTCUSDT", planType="profit_loss")
    assert len(answer["successList"]) == 2
    assert (bitget.exits(), len(plan_orders(bitget))) == ([], 1)


# Plan orders


def test_a_plan_order_enters_at_its_price_with_exits_of_its_own(bitget: Client) -> None:
    bitget.post(PLAN, **ENTRY, clientOid="e", stopLossTriggerPrice="51000", stopSurplusTriggerPrice="60000")
    assert bitget.get("/api/v2/mix/account/account", **BTC)["available"] == "10000"
    bitget.move_price("52000")
    plan = plan_orders(bitget, "orders-plan-history")[0]
    assert (plan["planStatus"], plan["clientOid"], plan["posSide"]) == ("executed", "e", "net")
    assert bitget.detail({"orderId": plan["executeOrderId"]})["state"] == "filled"
    assert [row["triggerPrice"] for row in bitget.exits()] == ["51000", "60000"]


def test_a_plan_order_without_margin_at_its_trigger_fails(bitget: Client) -> None:
    bitget.post(PLAN, **{**ENTRY, "size": "100", "triggerPrice": 52000})
    bitget.move_price("52000")
    plan = plan_orders(bitget, "orders-plan-history")[0]
    assert (plan["planStatus"], plan["executeOrderId"], bitget.positions()) == ("fail_trigger", "", [])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"triggerPrice": ""}, "40019"), ({"triggerPrice": "52000.01"}, "40808"), ({"size": "0.00001"}, "45111"),
        ({"size": "0.0001", "triggerPrice": "40000"}, "45110"), ({"tradeSide": "open"}, "40774"),
        ({"planType": "profit_plan"}, "40020"), ({"clientOid": "known"}, "40786"), ({"orderType": "limit"}, "40019"),
        ({"stopLossTriggerPrice": "53000"}, "40917"), ({"stopSurplusTriggerPrice": "51000"}, "40915"),
    ],
)  # fmt: skip
def test_a_wrong_plan_order_is_refused_by_its_code(bitget: Client, changes: dict[str, Any], code: str) -> None:
    bitget.post(PLAN, **ENTRY, clientOid="known")
    assert bitget.refused("POST", PLAN, **{**ENTRY, **changes}) == code


def test_plan_types_are_listed_apart(bitget: Client) -> None:
    bitget.post(PLACE, **OPEN, presetStopLossPrice="45000")
    bitget.post(PLAN, **ENTRY)
    assert [row["planType"] for row in plan_orders(bitget)] == ["normal_plan"]
    assert [row["planType"] for row in bitget.exits()] == ["loss_plan"]
    assert bitget.refused("GET", f"{ORDER}/orders-plan-pending", **PRODUCT) == "40019"


def test_a_trailing_plan_order_enters_when_the_price_comes_back(bitget: Client) -> None:
    trailing = {**ENTRY, "planType": "track_plan", "triggerPrice": "49000", "callbackRatio": "1"}
    bitget.post(PLAN, **trailing, stopLossTriggerPrice="40000")
    for price in ("49000", "48000", "48479"):
        bitget.move_price(price)
        assert bitget.positions() == []
    bitget.move_price("48480")
    assert bitget.positions()[0]["holdSide"] == "long"
    assert [row["triggerPrice"] for row in bitget.exits()] == ["40000"]


def test_a_closing_order_gets_no_exits(hedged: Client) -> None:
    hedged.post(PLACE, **OPEN, tradeSide="open")
    hedged.post(PLACE, **{**OPEN, "size": "0.004"}, tradeSide="close", presetStopLossPrice="45000")
    assert hedged.exits() == []
