"""Positions, margin, leverage and modes at Bitget's mix (EXCHANGES 5.3; liquidation by Bitget's formula)."""

from typing import Any

import pytest

from tests.simulator.bitget.client import BTC, CLOSE, OPEN, PLACE, REST, STOP, Client

ACCOUNT = "/api/v2/mix/account"
PRODUCT = {"productType": "USDT-FUTURES"}


def account(bitget: Client) -> dict[str, Any]:
    told: dict[str, Any] = bitget.get(f"{ACCOUNT}/account", **BTC)
    return told


def isolate(bitget: Client, leverage: str = "20") -> None:
    bitget.post(f"{ACCOUNT}/set-margin-mode", **BTC, marginMode="isolated")
    bitget.post(f"{ACCOUNT}/set-leverage", **BTC, leverage=leverage)


def test_a_long_gains_as_the_price_rises(bitget: Client) -> None:
    bitget.post(PLACE, **OPEN)
    bitget.move_price("51000")
    held = bitget.positions()[0]
    assert (held["holdSide"], held["openPriceAvg"], held["unrealizedPL"]) == ("long", "50000", "10")
    bitget.post(PLACE, **CLOSE)
    assert bitget.positions() == []
    assert account(bitget)["available"] == "10009.394"  # 10 won; 0.06 % of 500 and of 510 paid


def test_a_short_gains_as_the_price_falls(bitget: Client) -> None:
    bitget.post(PLACE, **{**OPEN, "side": "sell"})
    bitget.move_price("49000")
    held = bitget.positions()[0]
    assert (held["holdSide"], held["total"], held["unrealizedPL"]) == ("short", "0.01", "10")


def test_two_entries_average_and_an_opposite_one_flips(bitget: Client) -> None:
    bitget.post(PLACE, **OPEN)
    bitget.move_price("52000")
    bitget.post(PLACE, **OPEN)
    assert bitget.positions()[0]["openPriceAvg"] == "51000"
    bitget.post(PLACE, **{**OPEN, "side": "sell", "size": "0.03"})
    held = bitget.positions()[0]
    assert (held["holdSide"], held["total"], held["openPriceAvg"]) == ("short", "0.01", "52000")


def test_what_is_available_excludes_the_margin_in_use(bitget: Client) -> None:
    bitget.post(PLACE, **OPEN)
    told = account(bitget)
    assert (told["available"], told["accountEquity"]) == ("9974.7", "9999.7")
    assert bitget.positions()[0]["marginSize"] == "25"


def test_no_position_is_an_empty_list(bitget: Client) -> None:
    assert bitget.positions() == []
    assert bitget.get("/api/v2/mix/position/all-position", **PRODUCT, marginCoin="USDT") == []


@pytest.mark.parametrize("product", ["COIN-FUTURES", "USDC-FUTURES", "SUSDT-FUTURES", "SCOIN-FUTURES", "SUSDC-FUTURES"])
def test_other_product_types_are_known_and_empty(bitget: Client, product: str) -> None:
    assert bitget.get("/api/v2/mix/market/contracts", productType=product) == []
    assert bitget.get(f"{ACCOUNT}/accounts", productType=product) == []
    assert bitget.get("/api/v2/mix/position/all-position", productType=product) == []
    assert bitget.refused("GET", f"{ACCOUNT}/account", **{**BTC, "productType": product}) == "40034"


@pytest.mark.parametrize(("product", "older"), [("COIN-FUTURES", "dmcbl"), ("SUSDT-FUTURES", "sumcbl")])
def test_calls_of_another_product_type_leave_contracts_alone(bitget: Client, product: str, older: str) -> None:
    bitget.post(PLACE, **OPEN, presetStopLossPrice="45000")
    bitget.post(PLACE, **REST)
    for path in ("orders-pending", "orders-history", "orders-plan-pending", "fills"):
        answer = bitget.get(f"/api/v2/mix/order/{path}", productType=product, planType="profit_loss")
        assert not any(answer.values())
    cancelled = bitget.post("/api/v2/mix/order/cancel-plan-order", productType=product, planType="profit_loss")
    assert cancelled == {"successList": [], "failureList": []}
    assert bitget.refused("POST", "/api/v2/mix/order/cancel-all-orders", productType=product) == "22001"
    assert bitget.refused("POST", "/api/v2/mix/order/close-positions", productType=product) == "22002"
    assert bitget.refused("POST", "/api/mix/v1/order/cancel-all-orders", productType=older) == "22001"
    assert bitget.refused("POST", "/api/mix/v1/order/close-all-positions", productType=older) == "22002"
    assert bitget.get("/api/mix/v1/order/marginCoinCurrent", productType=older) == []
    assert bitget.get("/api/mix/v1/plan/currentPlan", productType=older, isPlan="profit_loss") == []
    assert (len(bitget.positions()), len(bitget.exits())) == (1, 1)


def test_an_unknown_product_type_is_refused(bitget: Client) -> None:
    for path in ("/api/v2/mix/market/contracts", f"{ACCOUNT}/accounts", "/api/v2/mix/position/all-position"):
        assert bitget.refused("GET", path, productType="UMCBL") == "40020"


def test_an_account_tells_its_modes_and_leverages(bitget: Client, hedged: Client) -> None:
    told = account(bitget)
    assert (told["marginMode"], told["posMode"], told["crossedMarginLeverage"]) == ("crossed", "one_way_mode", 20)
    assert account(hedged)["posMode"] == "hedge_mode"
    rows = bitget.get(f"{ACCOUNT}/accounts", **PRODUCT)
    assert [(row["marginCoin"], row["available"]) for row in rows] == [("USDT", "10000")]


def test_leverage_halves_the_margin(bitget: Client) -> None:
    told = bitget.post(f"{ACCOUNT}/set-leverage", **BTC, leverage="40")
    assert told == {
        "symbol": "BTCUSDT", "marginCoin": "USDT", "longLeverage": "40", "shortLeverage": "40",
        "crossMarginLeverage": "40", "marginMode": "crossed",
    }  # fmt: skip
    bitget.post(PLACE, **OPEN)
    assert (bitget.positions()[0]["marginSize"], bitget.positions()[0]["leverage"]) == ("12.5", "40")
    bitget.post(f"{ACCOUNT}/set-leverage", **BTC, leverage="40")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"leverage": "126"}, "40797"), ({"symbol": "XRPUSDT", "leverage": "76"}, "40797"),
        ({"leverage": "0"}, "40020"), ({"leverage": "1.5"}, "40020"), ({"leverage": ""}, "40019"),
        ({"leverage": "x"}, "40020"),
    ],
)  # fmt: skip
def test_a_wrong_leverage_is_refused(bitget: Client, changes: dict[str, str], code: str) -> None:
    assert bitget.refused("POST", f"{ACCOUNT}/set-leverage", **{**BTC, **changes}) == code
    bitget.post(f"{ACCOUNT}/set-leverage", **BTC, leverage="125")


def test_an_isolated_hedge_account_sets_its_sides_apart(hedged: Client) -> None:
    hedged.post(f"{ACCOUNT}/set-margin-mode", **BTC, marginMode="isolated")
    assert hedged.refused("POST", f"{ACCOUNT}/set-leverage", **BTC, leverage="10") == "40019"
    told = hedged.post(f"{ACCOUNT}/set-leverage", **BTC, leverage="10", holdSide="long")
    assert (told["longLeverage"], told["shortLeverage"], told["crossMarginLeverage"]) == ("10", "20", "20")
    told = hedged.post(f"{ACCOUNT}/set-leverage", **BTC, longLeverage="5", shortLeverage="7")
    assert (told["longLeverage"], told["shortLeverage"]) == ("5", "7")


def test_leverage_cannot_fall_below_what_the_account_can_pay(bitget: Client) -> None:
    bitget.post(PLACE, **{**OPEN, "size": "2"})
    assert bitget.refused("POST", f"{ACCOUNT}/set-leverage", **BTC, leverage="5") == "40762"
    assert account(bitget)["crossedMarginLeverage"] == 20


def test_new_leverage_gives_an_isolated_position_new_margin(bitget: Client) -> None:
    isolate(bitget)
    bitget.post(PLACE, **{**OPEN, "marginMode": "isolated"})
    bitget.post(f"{ACCOUNT}/set-leverage", **BTC, leverage="10")
    assert bitget.positions()[0]["marginSize"] == "50"
    assert account(bitget)["available"] == "9949.7"


def test_modes_do_not_change_over_positions_and_orders(bitget: Client) -> None:
    position_mode = {**PRODUCT, "posMode": "hedge_mode"}
    bitget.post(PLACE, **REST, clientOid="a")
    assert bitget.refused("POST", f"{ACCOUNT}/set-position-mode", **position_mode) == "40920"
    assert bitget.refused("POST", f"{ACCOUNT}/set-margin-mode", **BTC, marginMode="isolated") == "45117"
    bitget.post("/api/v2/mix/order/cancel-order", **BTC, clientOid="a")
    bitget.post(PLACE, **OPEN)
    assert bitget.refused("POST", f"{ACCOUNT}/set-position-mode", **position_mode) == "40920"
    assert bitget.refused("POST", f"{ACCOUNT}/set-margin-mode", **BTC, marginMode="isolated") == "45117"
    bitget.post(PLACE, **CLOSE)
    assert bitget.post(f"{ACCOUNT}/set-position-mode", **position_mode) == {"posMode": "hedge_mode"}
    assert bitget.post(f"{ACCOUNT}/set-margin-mode", **BTC, marginMode="isolated")["marginMode"] == "isolated"


def test_setting_what_is_set_already_is_a_success(bitget: Client) -> None:
    bitget.post(PLACE, **OPEN)
    bitget.post(f"{ACCOUNT}/set-margin-mode", **BTC, marginMode="crossed")
    bitget.post(f"{ACCOUNT}/set-position-mode", **PRODUCT, posMode="one_way_mode")


def test_a_position_mode_is_of_a_product_type(bitget: Client) -> None:
    bitget.post(f"{ACCOUNT}/set-position-mode", productType="COIN-FUTURES", posMode="hedge_mode")
    assert account(bitget)["posMode"] == "one_way_mode"


def test_an_isolated_position_is_liquidated_by_its_own_margin(bitget: Client) -> None:
    isolate(bitget)
    bitget.post(PLACE, **{**OPEN, "marginMode": "isolated"})
    price = bitget.positions()[0]["liquidationPrice"]
    assert price == "47690.76305221"  # (25 - 0.01 * 50000) / (0.01 * (0.004 - 1))
    bitget.post("/api/v2/mix/order/place-tpsl-order", **{**STOP, "triggerPrice": "40000"})
    bitget.move_price("47691")
    assert len(bitget.positions()) == 1
    bitget.move_price("47690")
    assert bitget.positions() == []
    assert [row["planStatus"] for row in bitget.ended_exits()] == ["cancelled"]


def test_a_crossed_position_is_liquidated_with_the_whole_wallet(bitget: Client) -> None:
    bitget.post(PLACE, **{**OPEN, "size": "3.5"})
    resting = bitget.post(PLACE, **{**REST, "price": "30000"})
    below = float(bitget.positions()[0]["liquidationPrice"])
    assert 46000 < below < 48000
    bitget.move_price(f"{below - 1:.1f}")
    assert bitget.positions() == []
    assert bitget.detail(resting)["state"] == "canceled"
    assert 0 <= float(account(bitget)["available"]) < 1000
    assert [row["symbol"] for row in bitget.simulator.ledger("bitget")] == ["BTCUSDT"] * 2


def test_a_gap_costs_no_more_than_the_wallet_has(bitget: Client) -> None:
    bitget.post(PLACE, **{**OPEN, "size": "3.5"})
    bitget.move_price("30000")
    assert (bitget.positions(), account(bitget)["accountEquity"]) == ([], "0")


def test_half_a_position_has_half_the_isolated_margin(bitget: Client) -> None:
    isolate(bitget)
    bitget.post(PLACE, **{**OPEN, "marginMode": "isolated"})
    bitget.post(PLACE, **{**CLOSE, "marginMode": "isolated", "size": "0.005"})
    assert bitget.positions()[0]["marginSize"] == "12.5"


def test_a_resting_close_binds_no_margin(bitget: Client) -> None:
    bitget.post(PLACE, **OPEN)
    bitget.post(PLACE, **{**CLOSE, "orderType": "limit", "price": "60000"})
    told = account(bitget)
    assert (told["locked"], told["available"]) == ("0", "9974.7")


def test_flipping_needs_margin_for_the_new_side_alone(bitget: Client) -> None:
    bitget.post(PLACE, **{**OPEN, "size": "3"})
    bitget.post(PLACE, **{**OPEN, "side": "sell", "size": "6"})
    assert (bitget.positions()[0]["holdSide"], bitget.positions()[0]["total"]) == ("short", "3")
    assert bitget.refused("POST", PLACE, **{**OPEN, "size": "9"}) == "40762"


def test_spot_and_mix_have_one_price_and_wallets_of_their_own(bitget: Client) -> None:
    bitget.move_price("51000")
    spot = bitget.get("/api/v2/spot/market/tickers", symbol="BTCUSDT")[0]
    mix = bitget.get("/api/v2/mix/market/ticker", symbol="BTCUSDT", **PRODUCT)[0]
    assert (spot["lastPr"], mix["lastPr"], mix["markPrice"]) == ("51000", "51000", "51000")
    bitget.post(PLACE, **OPEN)
    assert bitget.spot_wallet() == ("10000", "0")
