"""Futures orders: positions, modes, margin, refusals (EXCHANGES 3.3, 3.4, 3.6)."""

import json
from typing import Any

import pytest

from tests.simulator.client import LIMIT_BUY, MARKET_BUY, STOP, Client
from tests.support.simulator_process import SimulatorProcess

ORDER = "/fapi/v1/order"
CLOSE = {"symbol": "BTCUSDT", "side": "SELL", "type": "MARKET", "quantity": "0.01", "reduceOnly": "true"}


def position(futures: Client) -> dict[str, Any]:
    positions: list[dict[str, Any]] = futures.ok("GET", "/fapi/v3/positionRisk")
    assert len(positions) == 1
    return positions[0]


def wallet(futures: Client) -> str:
    return str(futures.ok("GET", "/fapi/v3/balance")[0]["balance"])


def test_an_acknowledged_order_says_new_although_it_has_filled(futures: Client) -> None:
    assert futures.ok("POST", ORDER, **MARKET_BUY, newClientOrderId="a")["status"] == "NEW"
    order = futures.ok("GET", ORDER, symbol="BTCUSDT", origClientOrderId="a")
    assert (order["status"], order["avgPrice"]) == ("FILLED", "50000.00000")


def test_a_long_gains_as_the_price_rises(futures: Client) -> None:
    futures.ok("POST", ORDER, **MARKET_BUY)
    futures.move_price("51000")
    held = position(futures)
    assert (held["positionAmt"], held["unRealizedProfit"]) == ("0.010", "10.00000000")
    futures.ok("POST", ORDER, **CLOSE)
    assert futures.ok("GET", "/fapi/v3/positionRisk") == []
    assert wallet(futures) == "10009.49500000"  # 10 won; 0.05 % of 500 and of 510 paid


def test_a_funded_wallet_has_an_update_time(futures: Client) -> None:
    assert futures.ok("GET", "/fapi/v3/account")["assets"][0]["updateTime"] > 0
    assert futures.ok("GET", "/fapi/v3/balance")[0]["updateTime"] > 0


def test_two_entries_average_and_an_opposite_one_flips(futures: Client) -> None:
    futures.ok("POST", ORDER, **MARKET_BUY)
    futures.move_price("52000")
    futures.ok("POST", ORDER, **MARKET_BUY)
    assert position(futures)["entryPrice"] == "51000"
    futures.ok("POST", ORDER, **{**CLOSE, "quantity": "0.03", "reduceOnly": "false"})
    assert (position(futures)["positionAmt"], position(futures)["entryPrice"]) == ("-0.010", "52000")


def test_hedge_mode_keeps_both_sides(simulator: SimulatorProcess) -> None:
    account = simulator.open_account(balances={"USDT": "10000"}, position_mode="hedge")
    futures = Client(simulator, "/binance-futures", account)
    futures.ok("POST", ORDER, **MARKET_BUY, positionSide="LONG")
    futures.ok("POST", ORDER, **{**MARKET_BUY, "side": "SELL"}, positionSide="SHORT")
    amounts = {each["positionSide"]: each["positionAmt"] for each in futures.ok("GET", "/fapi/v3/positionRisk")}
    assert amounts == {"LONG": "0.010", "SHORT": "-0.010"}
    assert futures.refused("POST", ORDER, **MARKET_BUY)[0] == -4061
    assert futures.refused("POST", ORDER, **MARKET_BUY, positionSide="LONG", reduceOnly="true")[0] == -4062
    too_much = {**MARKET_BUY, "side": "SELL", "quantity": "0.02"}
    assert futures.refused("POST", ORDER, **too_much, positionSide="LONG")[0] == -2022


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"positionSide": "LONG"}, -4061), ({"positionSide": "UP"}, -4060), ({"reduceOnly": "true"}, -2022),
        ({"reduceOnly": "perhaps"}, -4062), ({"quantity": "0.001"}, -4164), ({"quantity": "0.0005"}, -1111),
        ({"quantity": "0"}, -4003), ({"quantity": "2000"}, -4005), ({"price": "40000.05"}, -4014),
        ({"price": "40000.001"}, -1111), ({"quantity": "90"}, -2019), ({"timeInForce": "GTX", "price": "51000"}, -5022),
        ({"timeInForce": "FOK"}, -5021), ({"type": "STOP_MARKET", "stopPrice": "45000"}, -4120),
        ({"type": "ODD"}, -1116), ({"symbol": "NOPE"}, -1121), ({"newClientOrderId": "x" * 37}, -4015),
        ({"price": ""}, -1102), ({"type": "MARKET"}, -1106),
    ],
)  # fmt: skip
def test_a_wrong_order_is_refused_by_its_code(futures: Client, changes: dict[str, Any], code: int) -> None:
    assert futures.refused("POST", ORDER, **{**LIMIT_BUY, **changes})[0] == code


def test_a_duplicate_client_id_is_refused_while_the_first_is_open(futures: Client) -> None:
    futures.ok("POST", ORDER, **LIMIT_BUY, newClientOrderId="same")
    assert futures.refused("POST", ORDER, **LIMIT_BUY, newClientOrderId="same")[0] == -4116
    futures.ok("DELETE", "/fapi/v1/allOpenOrders", symbol="BTCUSDT")
    futures.ok("POST", ORDER, **LIMIT_BUY, newClientOrderId="same")


def test_a_batch_answers_each_order_on_its_own(futures: Client) -> None:
    batch = json.dumps([MARKET_BUY, {**MARKET_BUY, "quantity": "0.0001"}])
    reports = futures.ok("POST", "/fapi/v1/batchOrders", batchOrders=batch)
    assert [report.get("code", report.get("status")) for report in reports] == ["NEW", -1111]


def test_a_changed_order_fills_at_its_new_price(futures: Client) -> None:
    futures.ok("POST", ORDER, **LIMIT_BUY, newClientOrderId="a")
    change = {"symbol": "BTCUSDT", "side": "BUY", "quantity": "0.01", "price": "30000", "origClientOrderId": "a"}
    futures.ok("PUT", ORDER, **change)
    futures.move_price("39000")
    assert futures.ok("GET", ORDER, symbol="BTCUSDT", origClientOrderId="a")["status"] == "NEW"
    futures.move_price("29000")
    assert futures.ok("GET", ORDER, symbol="BTCUSDT", origClientOrderId="a")["avgPrice"] == "30000.00000"


def test_settings_that_need_no_change_or_cannot_change_say_so(futures: Client) -> None:
    leverage, margin, dual = "/fapi/v1/leverage", "/fapi/v1/marginType", "/fapi/v1/positionSide/dual"
    assert futures.ok("POST", leverage, symbol="BTCUSDT", leverage=50)["maxNotionalValue"] == "3000000"
    assert futures.refused("POST", leverage, symbol="BTCUSDT", leverage=126)[0] == -4028
    assert futures.refused("POST", margin, symbol="BTCUSDT", marginType="CROSSED")[0] == -4046
    assert futures.refused("POST", dual, dualSidePosition="false")[0] == -4059
    futures.ok("POST", ORDER, **LIMIT_BUY)
    assert futures.refused("POST", margin, symbol="BTCUSDT", marginType="ISOLATED")[0] == -4047
    assert futures.refused("POST", dual, dualSidePosition="true")[0] == -4067
    futures.move_price("40000")
    assert futures.refused("POST", margin, symbol="BTCUSDT", marginType="ISOLATED")[0] == -4048
    assert futures.refused("POST", dual, dualSidePosition="true")[0] == -4068


def test_an_isolated_position_loses_its_own_margin_and_no_more(futures: Client) -> None:
    futures.ok("POST", "/fapi/v1/marginType", symbol="BTCUSDT", marginType="ISOLATED")
    futures.ok("POST", "/fapi/v1/leverage", symbol="BTCUSDT", leverage=10)
    futures.ok("POST", ORDER, **MARKET_BUY)
    liquidation = float(position(futures)["liquidationPrice"])
    assert 45000 < liquidation < 45300
    futures.move_price(f"{liquidation + 10:.1f}")
    assert position(futures)["positionAmt"] == "0.010"
    futures.move_price("45100")
    assert futures.ok("GET", "/fapi/v3/positionRisk") == []
    assert float(wallet(futures)) > 9949


def test_a_cross_position_is_liquidated_when_the_wallet_is_spent(simulator: SimulatorProcess) -> None:
    futures = Client(simulator, "/binance-futures", simulator.open_account(balances={"USDT": "100"}))
    futures.ok("POST", ORDER, **MARKET_BUY)
    futures.move_price("41000")
    assert position(futures)["positionAmt"] == "0.010"
    futures.move_price("40000")
    assert futures.ok("GET", "/fapi/v3/positionRisk") == []
    assert len(simulator.control("GET", "/_control/ledger")) == 1


def test_a_stop_triggers_closes_and_ends(futures: Client) -> None:
    futures.ok("POST", ORDER, **MARKET_BUY)
    futures.ok("POST", "/fapi/v1/algoOrder", **STOP, clientAlgoId="sl")
    futures.ok("DELETE", "/fapi/v1/allOpenOrders", symbol="BTCUSDT")
    assert futures.ok("GET", "/fapi/v1/algoOrder", clientAlgoId="sl")["algoStatus"] == "NEW"
    futures.move_price("44000")
    algo = futures.ok("GET", "/fapi/v1/algoOrder", clientAlgoId="sl")
    assert (algo["algoStatus"], algo["actualPrice"]) == ("FINISHED", "44000.00000")
    born = futures.ok("GET", ORDER, symbol="BTCUSDT", orderId=algo["actualOrderId"])
    assert (born["origType"], born["status"]) == ("STOP_MARKET", "FILLED")


def test_a_sibling_stays_unless_it_closes_the_position(futures: Client) -> None:
    futures.ok("POST", ORDER, **MARKET_BUY)
    closing = {key: STOP[key] for key in STOP if key not in ("quantity", "reduceOnly")} | {"closePosition": "true"}
    futures.ok("POST", "/fapi/v1/algoOrder", **closing, clientAlgoId="close")
    futures.ok("POST", "/fapi/v1/algoOrder", **STOP, clientAlgoId="amount")
    futures.ok("POST", ORDER, **CLOSE)
    assert [algo["clientAlgoId"] for algo in futures.ok("GET", "/fapi/v1/openAlgoOrders")] == ["amount"]
    futures.move_price("44000")
    assert futures.ok("GET", "/fapi/v1/algoOrder", clientAlgoId="amount")["algoStatus"] == "REJECTED"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"triggerPrice": "51000"}, -2021), ({"closePosition": "true"}, -4137), ({"triggerPrice": ""}, -1102),
        ({"closePosition": "true", "quantity": ""}, -1106), ({"algoType": "VP"}, -1130),
        ({"triggerPrice": "45000.05"}, -4014), ({"type": "LIMIT"}, -1116),
    ],
)  # fmt: skip
def test_a_wrong_conditional_order_is_refused(futures: Client, changes: dict[str, Any], code: int) -> None:
    assert futures.refused("POST", "/fapi/v1/algoOrder", **{**STOP, **changes})[0] == code


def test_a_cancelled_conditional_order_answers_a_textual_code(futures: Client) -> None:
    futures.ok("POST", "/fapi/v1/algoOrder", **STOP, clientAlgoId="sl")
    assert futures.ok("DELETE", "/fapi/v1/algoOrder", clientAlgoId="sl")["code"] == "200"
    assert futures.refused("DELETE", "/fapi/v1/algoOrder", clientAlgoId="sl")[0] == -2011


@pytest.mark.parametrize(
    "path",
    ["v1/leverageBracket", "v2/balance", "v2/account", "v3/account", "v2/positionRisk", "v1/symbolConfig",
     "v1/accountConfig", "v1/openOrders", "v1/allOrders?", "v1/userTrades", "v1/allAlgoOrders?"],
)  # fmt: skip
def test_every_reading_call_answers(futures: Client, path: str) -> None:
    futures.ok("POST", ORDER, **MARKET_BUY)
    params = {"symbol": "BTCUSDT"} if path.endswith("?") else {}
    assert futures.ok("GET", f"/fapi/{path.rstrip('?')}", **params) is not None


def test_a_listen_key_is_given_kept_and_taken(futures: Client) -> None:
    key = futures.ok("POST", "/fapi/v1/listenKey")["listenKey"]
    assert futures.ok("PUT", "/fapi/v1/listenKey")["listenKey"] == key
    futures.ok("DELETE", "/fapi/v1/listenKey")
    assert futures.refused("PUT", "/fapi/v1/listenKey")[0] == -1125
