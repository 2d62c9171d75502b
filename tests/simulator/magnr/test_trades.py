"""Trades on Magnr: opening, looking, closing by price or by hand, and the money of it."""

from typing import Any

import pytest

from tests.simulator.magnr.client import TRADES, Magnr, refusal
from tests.support.simulator_process import SimulatorProcess

ASKED = {"side": "buy", "size": 0.2, "exchange": "LOCAL", "pair": "BTCUSD"}
NOT_FOUND = (404, "Trade not found")
TOO_LITTLE = (400, "Insufficient funds")


def test_a_trade_opens_at_the_price_of_the_moment(magnr: Magnr) -> None:
    magnr.simulator.control("POST", "/_control/clock", {"now_ms": 1_700_000_000_999})
    placed = magnr.send("POST", asked={**ASKED, "stop_margin": 500, "take": 1000}, tonce=1_700_000_000_999)
    answer = magnr.send("GET", f"{TRADES}{placed.json()['id']}/", tonce=1_700_000_001_000)
    assert (placed.status_code, placed.json()) == (201, {"id": 1})
    assert answer.json() == {
        "trade": {
            "id": 1, "side": "buy", "leverage": 10, "size": 0.2, "deposit": 0.02, "exchange": "LOCAL",
            "created_at": 1_700_000_000, "closed_at": None, "open_price": 50000.0, "close_price": None,
            "closed_reason": None, "trade_rate": 0.48, "daily_rate": 0.2, "trade_fees": 0.00096, "daily_fees": 0.0,
            "stop_margin": 500.0, "trail_margin": None, "sell_limit": 1000.0, "status": "open", "profit": None,
        },
    }  # fmt: skip


def test_leverage_is_ten_where_none_is_given(magnr: Magnr) -> None:
    placed = magnr.send("POST", asked=ASKED).json()["id"]
    assert magnr.trade(placed)["leverage"] == 10


@pytest.mark.parametrize(("leverage", "deposit"), [(10, 0.02), (5, 0.04), (2, 0.1)])
def test_the_deposit_is_the_size_over_the_leverage(magnr: Magnr, leverage: int, deposit: float) -> None:
    assert magnr.trade(magnr.place(leverage=leverage))["deposit"] == deposit


def test_an_account_in_dollars_deposits_dollars(simulator: SimulatorProcess) -> None:
    magnr = Magnr(simulator, simulator.open_account("magnr", balances={"USD": "2000"}))
    first = magnr.place(leverage=5)
    assert magnr.trade(first)["deposit"] == 2000.0
    assert magnr.refused(size=0.00001) == TOO_LITTLE
    magnr.move_price("51000")
    magnr.liquidate(first)
    assert magnr.trade(first)["profit"] == 152.0  # 0.2 x 1000, less 0.48 % of 10,000
    assert magnr.trade(magnr.place(size=0.2, leverage=5))["status"] == "open"


def test_what_the_balance_cannot_hold_is_refused(magnr: Magnr) -> None:
    magnr.place(size=6)
    assert magnr.refused(size=4.00001) == TOO_LITTLE
    magnr.place(size=4)
    assert len(magnr.accepted()) == 2


@pytest.mark.parametrize(
    ("exchange", "pair"), [("Bitstamp", "BTCUSD"), ("Bitfinex", "BTCUSD"), ("ItBit", "XBTUSD"), ("LOCAL", "BTCUSD")]
)
def test_every_exchange_has_its_own_name_for_the_pair(magnr: Magnr, exchange: str, pair: str) -> None:
    magnr.move_price("43210.5")
    assert magnr.trade(magnr.place(exchange=exchange, pair=pair))["open_price"] == 43210.5


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("side", "BUY"), ("side", None), ("size", "0.2"), ("size", 0), ("size", -1), ("size", None), ("size", True),
        ("size", 0.30000000000000004), ("leverage", 3), ("leverage", "10"), ("leverage", True),
        ("exchange", "Binance"), ("exchange", ["LOCAL"]), ("pair", "XBTUSD"), ("pair", "BTCUSDT"), ("type", "limit"),
        ("stop_margin", -5), ("stop_margin", "5"), ("take", 0),
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_named(magnr: Magnr, name: str, sent: Any) -> None:
    assert magnr.refused(**{name: sent}) == (400, f"Missing or invalid parameter: {name}")
    assert magnr.accepted() == []


def test_itbit_does_not_know_the_others_pair(magnr: Magnr) -> None:
    assert magnr.refused(exchange="ItBit") == (400, "Missing or invalid parameter: pair")


@pytest.mark.parametrize("body", ["", "{", "[]", "side=buy"])
def test_a_body_that_is_no_object_is_refused(magnr: Magnr, body: str) -> None:
    answer = magnr.send_as_is("POST", TRADES, body, magnr.headers(next(magnr.tonces), body))
    assert answer.status_code == 400
    assert magnr.accepted() == []


@pytest.mark.parametrize(
    ("side", "price", "reason"),
    [
        ("buy", "49500", "stop"), ("buy", "49400", "stop"), ("buy", "51000", "limit"), ("buy", "51500", "limit"),
        ("sell", "50500", "stop"), ("sell", "49000", "limit"),
    ],
)  # fmt: skip
def test_the_price_closes_a_trade_at_its_distances(magnr: Magnr, side: str, price: str, reason: str) -> None:
    placed = magnr.place(side=side, stop_margin=500, take=1000)
    magnr.move_price(price)
    trade = magnr.trade(placed)
    assert (trade["status"], trade["closed_reason"], trade["close_price"]) == ("settled", reason, float(price))


@pytest.mark.parametrize(("side", "price"), [("buy", "49500.01"), ("buy", "50999.99"), ("sell", "50499.99")])
def test_a_trade_stays_open_between_its_distances(magnr: Magnr, side: str, price: str) -> None:
    placed = magnr.place(side=side, stop_margin=500, take=1000)
    magnr.move_price(price)
    assert magnr.trade(placed)["status"] == "open"


def test_the_distances_count_from_the_opening_price(magnr: Magnr) -> None:
    magnr.move_price("40000")
    placed = magnr.place(stop_margin=500)
    magnr.move_price("39500.01")
    assert magnr.trade(placed)["status"] == "open"
    magnr.move_price("39500")
    assert magnr.trade(placed)["status"] == "settled"


@pytest.mark.parametrize(("side", "stop"), [("buy", 4346.23), ("sell", 5260.83)])
def test_without_a_stop_the_deposit_is_the_limit(magnr: Magnr, side: str, stop: float) -> None:
    """0.2 bitcoins, deposit 0.02, fee 0.00096: 9.52 % may be lost, in bitcoins at the closing price."""
    placed = magnr.place(side=side)
    assert magnr.trade(placed)["stop_margin"] == stop
    sign = -1 if side == "buy" else 1
    magnr.move_price(str(round(50000 + sign * stop, 2)))
    assert magnr.trade(placed)["status"] == "open"
    magnr.move_price(str(round(50000 + sign * (stop + 0.01), 2)))
    trade = magnr.trade(placed)
    assert (trade["status"], trade["closed_reason"], trade["profit"]) == ("settled", "insufficient funds", -0.02)


def test_a_wider_stop_does_not_outlast_the_deposit(magnr: Magnr) -> None:
    placed = magnr.place(stop_margin=20000)
    magnr.move_price("40000")
    assert magnr.trade(placed)["closed_reason"] == "insufficient funds"


def test_a_liquidated_trade_is_settled_with_its_profit(magnr: Magnr) -> None:
    placed = magnr.place()
    magnr.move_price("51000")
    answer = magnr.liquidate(placed)
    assert (answer.status_code, answer.json()) == (200, {"id": placed})
    trade = magnr.trade(placed)
    assert (trade["status"], trade["closed_reason"], trade["close_price"]) == ("settled", "user", 51000.0)
    assert trade["profit"] == 0.00296156  # 0.2 x 1000 / 51000, less 0.48 % of 0.2


def test_profit_comes_back_with_the_deposit(magnr: Magnr) -> None:
    placed = magnr.place(size=10)
    magnr.move_price("51000")
    magnr.liquidate(placed)
    assert magnr.trade(placed)["profit"] == 0.14807843
    assert magnr.refused(size=11.4808) == TOO_LITTLE
    magnr.place(size=11.4807)


def test_a_loss_is_gone_from_the_balance(magnr: Magnr) -> None:
    placed = magnr.place(size=10, stop_margin=500)
    magnr.move_price("49500")
    assert magnr.trade(placed)["profit"] == -0.14901011
    assert magnr.refused(size=8.51) == TOO_LITTLE
    magnr.place(size=8.5)


def test_a_short_trade_earns_as_the_price_falls(magnr: Magnr) -> None:
    placed = magnr.place(side="sell")
    magnr.move_price("49000")
    magnr.liquidate(placed)
    assert magnr.trade(placed)["profit"] == 0.00312163


def test_a_fee_is_due_for_each_whole_day(magnr: Magnr) -> None:
    start_ms = 1_700_000_000_000
    magnr.simulator.control("POST", "/_control/clock", {"now_ms": start_ms})
    placed = magnr.send("POST", asked=ASKED, tonce=start_ms).json()["id"]
    magnr.simulator.control("POST", "/_control/clock", {"advance_ms": 3 * 86_400_000 - 1})
    magnr.send("DELETE", f"{TRADES}{placed}/", tonce=start_ms + 3 * 86_400_000)
    trade = magnr.send("GET", f"{TRADES}{placed}/", tonce=start_ms + 3 * 86_400_000 + 1).json()["trade"]
    assert (trade["daily_fees"], trade["profit"]) == (0.0008, -0.00176)  # two days of 0.2 %, and 0.48 %
    assert trade["closed_at"] == start_ms // 1000 + 3 * 86_400 - 1


def test_a_trade_that_has_ended_does_not_end_again(magnr: Magnr) -> None:
    placed = magnr.place(stop_margin=500)
    magnr.liquidate(placed)
    magnr.move_price("40000")
    assert magnr.trade(placed)["closed_reason"] == "user"


def test_a_trade_is_liquidated_once(magnr: Magnr) -> None:
    placed = magnr.place()
    assert magnr.liquidate(placed).status_code == 200
    assert refusal(magnr.liquidate(placed)) == (409, "The trade is settled")


def test_a_pending_trade_cannot_be_liquidated_and_opens_with_the_next_price(magnr: Magnr) -> None:
    magnr.fault("partial")
    placed = magnr.place(stop_margin=500)
    trade = magnr.trade(placed)
    assert (trade["status"], trade["open_price"], trade["deposit"]) == ("pending", None, 0.02)
    assert refusal(magnr.liquidate(placed)) == (409, "The trade is pending")
    magnr.move_price("49000")
    trade = magnr.trade(placed)
    assert (trade["status"], trade["open_price"]) == ("open", 49000.0)


def test_a_closed_trade_is_settled_with_the_next_price(magnr: Magnr) -> None:
    placed = magnr.place()
    magnr.fault("partial", on="cancel")
    magnr.liquidate(placed)
    trade = magnr.trade(placed)
    assert (trade["status"], trade["close_price"], trade["profit"]) == ("closed", 50000.0, None)
    assert refusal(magnr.liquidate(placed)) == (409, "The trade is closed")
    magnr.move_price("60000")
    trade = magnr.trade(placed)
    assert (trade["status"], trade["close_price"], trade["profit"]) == ("settled", 50000.0, -0.00096)


@pytest.mark.parametrize("path", [f"{TRADES}77/", f"{TRADES}abc/", f"{TRADES}{'9' * 5000}/"])
def test_an_unknown_trade_is_not_found(magnr: Magnr, path: str) -> None:
    assert [refusal(magnr.send(method, path)) for method in ("GET", "DELETE")] == [NOT_FOUND, NOT_FOUND]


def test_the_trade_of_another_key_is_not_found(magnr: Magnr) -> None:
    placed = magnr.place()
    other = Magnr(magnr.simulator, magnr.simulator.open_account("magnr"))
    assert refusal(other.liquidate(placed)) == NOT_FOUND
    assert other.trades() == []


def test_all_trades_are_listed_oldest_first(magnr: Magnr) -> None:
    first, second = magnr.place(), magnr.place(side="sell", size=0.1)
    magnr.liquidate(first)
    assert [(trade["id"], trade["status"]) for trade in magnr.trades()] == [(first, "settled"), (second, "open")]


@pytest.mark.parametrize("path", ["/api/v1/trades", "/api/v1/trades/1", "/v1/api/trades/", "/api/v1/trades/1/2/"])
def test_another_path_is_not_found(magnr: Magnr, path: str) -> None:
    assert refusal(magnr.send("GET", path)) == (404, "Not found")


def test_the_price_of_another_venue_moves_nothing_here(magnr: Magnr) -> None:
    placed = magnr.place(stop_margin=500)
    magnr.simulator.control("POST", "/_control/prices", {"venue": "binance", "symbol": "BTCUSDT", "price": "1000"})
    assert magnr.trade(placed)["status"] == "open"
