"""Single spot orders: filters, fills, commission, ids, cancels (EXCHANGES 2.4, 2.5, 2.7)."""

from typing import Any

import pytest

from tests.simulator.client import LIMIT_BUY, MARKET_BUY, Client

ORDER = "/api/v3/order"


def balance(spot: Client, asset: str) -> tuple[str, str]:
    balances = spot.ok("GET", "/api/v3/account")["balances"]
    return next((each["free"], each["locked"]) for each in balances if each["asset"] == asset)


def test_a_market_buy_fills_at_the_last_price_less_commission_in_base(spot: Client) -> None:
    order = spot.ok("POST", ORDER, **MARKET_BUY)
    assert (order["status"], order["cummulativeQuoteQty"]) == ("FILLED", "500.00000000")
    assert order["fills"][0]["commission"] == "0.00001000"
    assert balance(spot, "BTC") == ("1.00999000", "0.00000000")


def test_a_buy_by_quote_amount_is_rounded_down_to_the_step(spot: Client) -> None:
    params = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quoteOrderQty": "25.3"}
    assert spot.ok("POST", ORDER, **params)["executedQty"] == "0.00050000"


def test_a_limit_that_crosses_fills_at_the_better_price(spot: Client) -> None:
    order = spot.ok("POST", ORDER, **{**LIMIT_BUY, "price": "51000"})
    assert (order["status"], order["fills"][0]["price"]) == ("FILLED", "50000.00000000")


def test_a_resting_limit_locks_money_and_fills_when_the_price_comes(spot: Client) -> None:
    spot.ok("POST", ORDER, **LIMIT_BUY, newClientOrderId="rest")
    assert balance(spot, "USDT") == ("9600.00000000", "400.00000000")
    spot.move_price("39000")
    order = spot.ok("GET", ORDER, symbol="BTCUSDT", origClientOrderId="rest")
    assert (order["status"], order["cummulativeQuoteQty"]) == ("FILLED", "400.00000000")
    assert balance(spot, "USDT") == ("9600.00000000", "0.00000000")


def test_a_client_id_is_unique_among_open_orders_only(spot: Client) -> None:
    spot.ok("POST", ORDER, **LIMIT_BUY, newClientOrderId="same")
    assert spot.refused("POST", ORDER, **MARKET_BUY, newClientOrderId="same") == (-2010, "Duplicate order sent.")
    spot.ok("DELETE", ORDER, symbol="BTCUSDT", origClientOrderId="same")
    assert spot.ok("POST", ORDER, **MARKET_BUY, newClientOrderId="same")["status"] == "FILLED"


@pytest.mark.parametrize(
    ("changes", "code", "message"),
    [
        ({"quantity": "0.000001"}, -1013, "Filter failure: LOT_SIZE"),
        ({"quantity": "0.00001"}, -1013, "Filter failure: NOTIONAL"),
        ({"price": "40000.001"}, -1013, "Filter failure: PRICE_FILTER"),
        ({"price": "900000"}, -1013, "Filter failure: PERCENT_PRICE_BY_SIDE"),
        ({"quantity": "1e-2"}, -1100, "Illegal characters found in parameter 'quantity'"),
        ({"quantity": "0.0000000001"}, -1111, "Parameter 'quantity' has too much precision."),
        ({"quantity": "9"}, -2010, "Account has insufficient balance for requested action."),
        ({"timeInForce": ""}, -1102, "Mandatory parameter 'timeInForce' was not sent"),
        ({"symbol": "NOPE"}, -1121, "Invalid symbol."),
        ({"type": "ODD"}, -1116, "Invalid orderType."),
        ({"side": "HOLD"}, -1117, "Invalid side."),
        ({"type": "MARKET"}, -1106, "Parameter"),
        ({"newClientOrderId": "a b"}, -1100, "Illegal characters found in parameter 'newClientOrderId'"),
        ({"type": "LIMIT_MAKER", "timeInForce": "", "price": "51000"}, -2010, "Order would immediately match"),
        (
            {"type": "STOP_LOSS", "timeInForce": "", "price": "", "stopPrice": "49000"},
            -2010, "Order would trigger immediately.",
        ),
    ],
)  # fmt: skip
def test_a_wrong_order_is_refused_in_the_venue_s_words(
    spot: Client, changes: dict[str, Any], code: int, message: str
) -> None:
    refusal = spot.refused("POST", ORDER, **{**LIMIT_BUY, **changes})
    assert refusal[0] == code
    assert refusal[1].startswith(message)
    assert spot.simulator.control("GET", "/_control/ledger") == []


def test_an_ioc_order_that_does_not_cross_expires(spot: Client) -> None:
    assert spot.ok("POST", ORDER, **{**LIMIT_BUY, "timeInForce": "IOC"})["status"] == "EXPIRED"
    assert balance(spot, "USDT") == ("10000.00000000", "0.00000000")


def test_a_partial_fill_rests_and_ends_with_the_next_price(spot: Client) -> None:
    spot.fault("partial", fraction="0.5")
    order = spot.ok("POST", ORDER, **{**LIMIT_BUY, "price": "50000"}, newClientOrderId="half")
    assert (order["status"], order["executedQty"]) == ("PARTIALLY_FILLED", "0.00500000")
    spot.move_price("50000")
    assert spot.ok("GET", ORDER, symbol="BTCUSDT", origClientOrderId="half")["status"] == "FILLED"


def test_a_triggered_stop_sells_at_the_price_that_triggered_it(spot: Client) -> None:
    stop = {"symbol": "BTCUSDT", "side": "SELL", "type": "STOP_LOSS", "quantity": "0.01", "stopPrice": "45000"}
    spot.ok("POST", ORDER, **stop, newClientOrderId="stop")
    spot.move_price("44000")
    order = spot.ok("GET", ORDER, symbol="BTCUSDT", origClientOrderId="stop")
    assert (order["status"], order["cummulativeQuoteQty"]) == ("FILLED", "440.00000000")


def test_what_is_gone_cannot_be_cancelled(spot: Client) -> None:
    order = spot.ok("POST", ORDER, **MARKET_BUY)
    assert spot.refused("DELETE", ORDER, symbol="BTCUSDT", orderId=order["orderId"]) == (-2011, "Unknown order sent.")
    assert spot.refused("GET", ORDER, symbol="BTCUSDT", orderId=999)[0] == -2013


def test_the_limits_are_reported_and_enforced_only_on_demand(spot: Client) -> None:
    headers = spot.send("POST", ORDER, **MARKET_BUY).headers
    assert headers["X-MBX-ORDER-COUNT-10S"] == "1"
    assert int(headers["X-MBX-USED-WEIGHT-1M"]) >= 1
    spot.simulator.control("POST", "/_control/limits", {"enforce": True})
    statuses = {spot.send("POST", ORDER, **{**MARKET_BUY, "quantity": "0.001"}).status_code for _ in range(230)}
    assert statuses == {200, 429}
