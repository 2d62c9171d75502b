"""Positions of USDT contracts: profit, modes, leverage, margin, liquidation (EXCHANGES 6.7)."""

import pytest

from tests.simulator.phemex.client import CANCELED, CLOSE, COIN, COIN_MARKET, LIMIT, MARKET, STOP, Phemex

LEVERAGE, SWITCH = "/g-positions/leverage", "/g-positions/switch-pos-mode-sync"
OPEN_LONG = {**MARKET, "posSide": "Long"}
OPEN_SHORT = {**MARKET, "posSide": "Short", "side": "Sell"}


def test_a_long_gains_as_the_price_rises(phemex: Phemex) -> None:
    phemex.place_market()
    phemex.move_price("51000")
    held = phemex.position()
    assert (held["side"], held["size"], held["avgEntryPriceRp"]) == ("Buy", "0.01", "50000")
    assert (held["unRealisedPnlRv"], held["markPriceRp"]) == ("10", "51000")
    phemex.place_market(**CLOSE)
    assert phemex.position()["side"] == "None"
    assert phemex.balance() == ("10009.394", "0")  # 10 won; 0.06 % of 500 and of 510 paid


def test_a_short_gains_as_the_price_falls(phemex: Phemex) -> None:
    phemex.place_market(side="Sell")
    phemex.move_price("49000")
    held = phemex.position()
    assert (held["side"], held["size"], held["unRealisedPnlRv"]) == ("Sell", "0.01", "10")


def test_every_listed_contract_has_a_row_flat_ones_too(phemex: Phemex) -> None:
    rows = phemex.ok("GET", "/g-accounts/accountPositions", currency="USDT")["positions"]
    assert len(rows) == 8
    assert {(row["posSide"], row["posMode"], row["side"], row["leverageRr"]) for row in rows} == {
        ("Merged", "OneWay", "None", "-10")
    }
    (row,) = phemex.ok("GET", "/g-accounts/accountPositions", currency="USDT", symbol="ETHUSDT")["positions"]
    assert row["symbol"] == "ETHUSDT"
    assert phemex.refused("GET", "/g-accounts/accountPositions", currency="BTC") == 11028


def test_the_costlier_call_names_the_size_otherwise(phemex: Phemex) -> None:
    phemex.place_market()
    rows = phemex.ok("GET", "/g-accounts/positions", currency="USDT", symbol="BTCUSDT")["positions"]
    assert (rows[0]["sizeRq"], "size" in rows[0]) == ("0.01", False)


def test_two_entries_average_and_an_opposite_one_flips(phemex: Phemex) -> None:
    phemex.place_market()
    phemex.move_price("52000")
    phemex.place_market()
    assert phemex.position()["avgEntryPriceRp"] == "51000"
    phemex.place_market(side="Sell", orderQtyRq="0.03")
    held = phemex.position()
    assert (held["side"], held["size"], held["avgEntryPriceRp"]) == ("Sell", "0.01", "52000")


def test_an_order_that_reduces_is_cut_to_what_is_open(phemex: Phemex) -> None:
    phemex.place_market()
    assert phemex.place_market(**{**CLOSE, "orderQtyRq": "0.05", "clOrdID": "a"})["orderQtyRq"] == "0.01"
    assert phemex.position()["size"] == "0"


def test_a_resting_reduction_takes_no_more_than_is_left(phemex: Phemex) -> None:
    phemex.place_market(orderQtyRq="0.02")
    phemex.place(side="Sell", priceRp="55000", orderQtyRq="0.02", reduceOnly=True, clOrdID="target")
    phemex.place_market(**CLOSE)
    phemex.move_price("55000")
    order = phemex.remembered("target")
    assert (order["ordStatus"], order["cumQtyRq"], phemex.position()["size"]) == (CANCELED, "0.01", "0")


def test_an_order_that_would_add_is_not_one_that_reduces(phemex: Phemex) -> None:
    phemex.place_market()
    assert phemex.refuses(reduceOnly=True) == 11011


def test_resting_reductions_end_with_the_position_and_stops_of_clients_stay(phemex: Phemex) -> None:
    phemex.place_market()
    phemex.place(side="Sell", priceRp="55000", reduceOnly=True, clOrdID="target")
    phemex.ok("POST", "/g-orders", STOP)
    phemex.place_market(**CLOSE)
    assert phemex.remembered("target")["ordStatus"] == CANCELED
    assert [row["orderType"] for row in phemex.active()] == ["Stop"]


def test_hedged_mode_keeps_both_sides(hedged: Phemex) -> None:
    hedged.place_market(**OPEN_LONG)
    hedged.place_market(**{**OPEN_SHORT, "orderQtyRq": "0.02"})
    long, short = hedged.position("Long"), hedged.position("Short")
    assert (long["side"], long["size"], long["posMode"]) == ("Buy", "0.01", "Hedged")
    assert (short["side"], short["size"]) == ("Sell", "0.02")
    hedged.place_market(posSide="Short", side="Buy", orderQtyRq="0.02")
    assert (hedged.position("Short")["size"], hedged.position("Long")["size"]) == ("0", "0.01")


def test_hedged_mode_names_the_position_and_closes_no_more_than_there_is(hedged: Phemex) -> None:
    assert hedged.refuses() == 20004
    assert hedged.refuses(posSide="Long", side="Sell") == 11057
    hedged.place_market(**OPEN_LONG)
    hedged.place_market(posSide="Long", side="Sell", orderQtyRq="0.05")
    assert hedged.position("Long")["size"] == "0"


def test_a_hedged_cancel_must_name_the_order_s_own_side(hedged: Phemex) -> None:
    hedged.place(posSide="Long", clOrdID="a")
    asked = {"symbol": "BTCUSDT", "clOrdID": "a"}
    assert hedged.refused("DELETE", "/g-orders/cancel", **asked, posSide="Merged") == 20004
    assert hedged.refused("DELETE", "/g-orders/cancel", **asked, posSide="Short") == 10002
    assert hedged.ok("DELETE", "/g-orders/cancel", **asked, posSide="Long")["ordStatus"] == "New"


def test_the_mode_is_one_symbol_s_and_takes_the_leverage_along(phemex: Phemex) -> None:
    phemex.ok("PUT", LEVERAGE, symbol="BTCUSDT", leverageRr="7")
    phemex.ok("PUT", SWITCH, symbol="BTCUSDT", targetPosMode="Hedged")
    assert (phemex.position("Long")["leverageRr"], phemex.position("Short")["leverageRr"]) == ("7", "7")
    assert phemex.position("Merged", "ETHUSDT")["posMode"] == "OneWay"
    phemex.ok("PUT", SWITCH, symbol="BTCUSDT", targetPosMode="Hedged")
    assert phemex.refused("PUT", SWITCH, symbol="BTCUSDT", targetPosMode="Both") == 6001


@pytest.mark.parametrize("order", [LIMIT, MARKET, STOP])
def test_the_mode_is_not_switched_over_an_order_or_a_position(phemex: Phemex, order: dict[str, object]) -> None:
    phemex.ok("POST", "/g-orders", order)
    assert phemex.refused("PUT", SWITCH, symbol="BTCUSDT", targetPosMode="Hedged") == 20005


@pytest.mark.parametrize(
    ("leverage", "cross", "used"),
    [("20", False, "25"), ("-5", True, "100"), ("0", True, "5"), ("2.5", False, "200"), ("100", False, "5")],
)
def test_the_sign_of_the_leverage_is_the_margin_mode(phemex: Phemex, leverage: str, cross: bool, used: str) -> None:
    phemex.place_market()
    assert phemex.ok("PUT", LEVERAGE, symbol="BTCUSDT", leverageRr=leverage) == "OK"
    held = phemex.position()
    assert (held["leverageRr"], held["crossMargin"], held["positionMarginRv"]) == (leverage, cross, used)
    assert phemex.balance()[1] == used


@pytest.mark.parametrize("leverage", ["101", "-101", "0.5"])
def test_a_leverage_beyond_the_limits_is_refused(phemex: Phemex, leverage: str) -> None:
    assert phemex.refused("PUT", LEVERAGE, symbol="BTCUSDT", leverageRr=leverage) == 11004


def test_a_leverage_that_the_balance_cannot_carry_changes_nothing(phemex: Phemex) -> None:
    phemex.place_market(orderQtyRq="1.5")
    assert phemex.refused("PUT", LEVERAGE, symbol="BTCUSDT", leverageRr="2") == 11005
    assert phemex.position()["leverageRr"] == "-10"


def test_hedged_leverage_is_set_for_both_sides(hedged: Phemex) -> None:
    asked = {"symbol": "BTCUSDT", "longLeverageRr": "20", "shortLeverageRr": "-5"}
    hedged.ok("PUT", LEVERAGE, **asked, hedged="true")
    assert (hedged.position("Long")["leverageRr"], hedged.position("Short")["leverageRr"]) == ("20", "-5")
    assert hedged.refused("PUT", LEVERAGE, symbol="BTCUSDT", leverageRr="20") == 20004
    assert hedged.refused("PUT", LEVERAGE, symbol="BTCUSDT", longLeverageRr="20") == 412


def test_one_way_leverage_has_one_number(phemex: Phemex) -> None:
    asked = {"symbol": "BTCUSDT", "longLeverageRr": "20", "shortLeverageRr": "20"}
    assert phemex.refused("PUT", LEVERAGE, **asked) == 20004
    assert phemex.refused("PUT", LEVERAGE, symbol="BTCUSDT") == 412


def test_margin_and_fee_must_be_there(phemex: Phemex) -> None:
    """At ten times, 2 BTC at 50,000 need all of the 10,000, and the fee besides."""
    assert phemex.refused("POST", "/g-orders", {**MARKET, "orderQtyRq": "2"}) == 11001
    phemex.place_market(orderQtyRq="1.98")


def test_an_opposite_order_uses_margin_for_what_it_would_open_only(phemex: Phemex) -> None:
    phemex.place_market()
    for quantity in ("0.01", "0.03"):
        phemex.place(side="Sell", priceRp="51000", orderQtyRq=quantity)
    assert phemex.balance()[1] == "152"  # 50 of the position, and a tenth of 0.02 * 51,000


def test_what_one_account_uses_is_not_another_s(phemex: Phemex) -> None:
    for order in (COIN, COIN_MARKET):
        phemex.ok("POST", "/orders", order)
    assert phemex.balance()[1] == "0"


def test_what_is_lost_cannot_be_spent(phemex: Phemex) -> None:
    phemex.place_market(orderQtyRq="1")
    phemex.move_price("46000")
    balance, used = phemex.balance()
    assert (balance, used) == ("9970", "9000")  # 5,000 of margin, 4,000 lost
    assert phemex.refuses(orderQtyRq="0.25", priceRp="45000") == 11001


def test_an_isolated_position_loses_its_margin_and_no_more(phemex: Phemex) -> None:
    phemex.ok("PUT", LEVERAGE, symbol="BTCUSDT", leverageRr="10")
    phemex.place_market(orderQtyRq="0.1")
    assert phemex.position()["liquidationPriceRp"] == "45226.13065327"
    phemex.move_price("45300")
    assert phemex.position()["side"] == "Buy"
    phemex.move_price("30000")
    assert phemex.position()["side"] == "None"
    assert phemex.balance() == ("9497", "0")  # 500 of margin, 3 of fee
    assert len(phemex.accepted()) == 1


def test_a_cross_position_falls_with_the_whole_account(phemex: Phemex) -> None:
    phemex.place_market(orderQtyRq="1.9")
    phemex.place(symbol="BTCUSDT", priceRp="100", orderQtyRq="0.1", clOrdID="rest")
    price = float(phemex.position()["liquidationPriceRp"])
    phemex.move_price(str(int(price) + 10))
    assert phemex.position()["side"] == "Buy"
    phemex.move_price(str(int(price) - 10))
    assert phemex.position()["side"] == "None"
    assert phemex.remembered("rest")["ordStatus"] == CANCELED
    assert float(phemex.balance()[0]) < 500


def test_margin_is_assigned_to_an_isolated_position(phemex: Phemex) -> None:
    assign = ("POST", "/g-positions/assign")
    asked = {"symbol": "BTCUSDT", "posSide": "Merged", "posBalanceRv": "200"}
    assert phemex.refused(*assign, **asked) == 11006
    phemex.place_market()
    assert phemex.refused(*assign, **asked) == 11007
    phemex.ok("PUT", LEVERAGE, symbol="BTCUSDT", leverageRr="10")
    before = float(phemex.position()["liquidationPriceRp"])
    phemex.ok(*assign, **asked)
    assert phemex.position()["positionMarginRv"] == "200"
    assert float(phemex.position()["liquidationPriceRp"]) < before
    assert phemex.refused(*assign, **{**asked, "posSide": "Long"}) == 20004
    assert phemex.refused(*assign, **{**asked, "posBalanceRv": "40"}) == 11008
    assert phemex.refused(*assign, **{**asked, "posBalanceRv": "20000"}) == 11010
