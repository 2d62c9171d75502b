"""What stands around Phemex's books: products, prices, limits, faults, balances, the same bytes again."""

from typing import Any

import pytest
import requests

from simulator.phemex.limits import Limits
from simulator.phemex.refusal import Refusal
from tests.simulator.phemex.client import COIN, LIMIT, MARKET, SPOT, Phemex
from tests.support.simulator_process import SimulatorProcess


def public(simulator: SimulatorProcess, path: str) -> Any:
    return simulator.session.get(f"{simulator.url}/phemex{path}", timeout=5).json()


def test_the_time_is_that_of_the_clock(simulator: SimulatorProcess) -> None:
    simulator.control("POST", "/_control/clock", {"now_ms": 1_676_172_826_345})
    assert public(simulator, "/public/time") == {"code": 0, "msg": "", "data": {"serverTime": 1_676_172_826_345}}


@pytest.mark.parametrize("path", ["/public/products", "/public/products-plus"])
def test_products_tell_scales_ticks_and_limits(simulator: SimulatorProcess, path: str) -> None:
    told = public(simulator, path)["data"]
    coin = {each["symbol"]: each for each in told["products"]}
    assert (coin["BTCUSD"]["tickSize"], coin["BTCUSD"]["priceScale"], coin["BTCUSD"]["settleCurrency"]) == (
        0.5, 4, "BTC",
    )  # fmt: skip
    assert (coin["sBTCUSDT"]["baseTickSizeEv"], coin["sBTCUSDT"]["quoteTickSizeEv"]) == (100, 1_000_000)
    linear = {each["symbol"]: each for each in told["perpProductsV2"]}
    assert (linear["BTCUSDT"]["qtyStepSize"], linear["BTCUSDT"]["maxLeverage"]) == ("0.001", 100)
    assert len(linear) == 8
    assert (linear["BTCUSDT"]["pricePrecision"], linear["BTCUSDT"]["qtyPrecision"]) == (1, 3)
    assert {each["currency"]: each["valueScale"] for each in told["currencies"]}["USD"] == 4


def test_older_products_have_fees(simulator: SimulatorProcess) -> None:
    older = {each["symbol"]: each for each in public(simulator, "/v1/exchange/public/products")["data"]}
    assert older["BTCUSD"]["takerFeeRateEr"] == 75_000


def test_prices_are_told_in_the_words_of_each_market(phemex: Phemex) -> None:
    for symbol in ("BTCUSD", "BTCUSDT", "sBTCUSDT"):
        phemex.move_price("51000", symbol)
    coin = public(phemex.simulator, "/md/ticker/24hr?symbol=BTCUSD")
    assert (coin["error"], coin["result"]["lastEp"], coin["result"]["markEp"]) == (None, 510_000_000, 510_000_000)
    assert public(phemex.simulator, "/v1/md/ticker/24hr?symbol=BTCUSD")["result"]["openEp"] == 500_000_000
    linear = public(phemex.simulator, "/md/v2/ticker/24hr?symbol=BTCUSDT")["result"]
    assert (linear["closeRp"], linear["markPriceRp"]) == ("51000", "51000")
    assert public(phemex.simulator, "/md/spot/ticker/24hr?symbol=sBTCUSDT")["result"]["lastEp"] == 5_100_000_000_000
    assert public(phemex.simulator, "/md/v2/ticker/24hr?symbol=NOPE")["code"] == 11027


def test_a_currency_goes_to_its_trading_account_and_to_the_spot_wallet(simulator: SimulatorProcess) -> None:
    account = simulator.open_account("phemex", balances={"BTC": "2", "SOL": "7"})
    phemex = Phemex(simulator, account)
    wallets = {each["currency"]: each["balanceEv"] for each in phemex.ok("GET", "/spot/wallets")}
    assert wallets == {"USDT": 0, "BTC": 200_000_000, "SOL": 700_000_000}
    told = phemex.ok("GET", "/accounts/accountPositions", currency="BTC")["account"]
    assert (told["accountBalanceEv"], phemex.balance()) == (200_000_000, ("0", "0"))


def test_every_group_has_its_own_headers(phemex: Phemex) -> None:
    for order, path, group in ((LIMIT, "/g-orders", "-CONTRACT"), (SPOT, "/spot/orders", "-SPOTORDER")):
        headers = phemex.send("POST", path, order).headers
        assert (headers[f"x-ratelimit-remaining{group}"], headers[f"x-ratelimit-capacity{group}"]) == ("499", "500")
    headers = phemex.send("GET", "/spot/wallets").headers
    assert (headers["x-ratelimit-remaining"], headers["x-ratelimit-capacity"]) == ("99", "100")
    assert "x-ratelimit-retry-after" not in headers
    headers = phemex.send("GET", "/g-accounts/positions", currency="USDT").headers
    assert headers["x-ratelimit-remaining-CONTRACT"] == "474"


def test_limits_are_enforced_on_demand(phemex: Phemex) -> None:
    phemex.simulator.control("POST", "/_control/clock", {"now_ms": 1_700_000_040_000})
    phemex.now_s = 1_700_000_040
    phemex.simulator.control("POST", "/_control/limits", {"enforce": True, "venue": "phemex"})
    answers = [phemex.send("GET", "/spot/wallets") for _ in range(101)]
    assert [answer.status_code for answer in answers] == [200] * 100 + [429]
    assert (answers[-1].json()["code"], answers[-1].headers["x-ratelimit-retry-after"]) == (39995, "60")
    assert phemex.send("POST", "/g-orders", LIMIT).status_code == 200


def test_an_address_is_blocked_for_what_is_left_of_five_minutes() -> None:
    limits = Limits(enforced=True)
    for _ in range(5000):
        limits.count_request(now_ms=1_700_000_100_000)
    with pytest.raises(Refusal) as refused:
        limits.count_request(now_ms=1_700_000_100_000)
    assert (refused.value.status, refused.value.headers) == (429, b"x-ratelimit-retry-after: 300\r\n")
    limits.count_request(now_ms=1_700_000_400_000)


@pytest.mark.parametrize(("kind", "executed"), [("refuse", 0), ("lost_answer", 1)])
def test_a_reset_connection_tells_nothing_about_the_order(phemex: Phemex, kind: str, executed: int) -> None:
    phemex.fault(kind)
    with pytest.raises(requests.ConnectionError):
        phemex.send("POST", "/g-orders", MARKET)
    assert len(phemex.accepted()) == executed


@pytest.mark.parametrize(
    ("kind", "status", "code", "executed"),
    [
        ("error_after_execute", 503, 11107, 1), ("error_before_execute", 503, 11107, 0), ("maintenance", 503, 503, 0),
        ("rate_limit", 429, 39995, 0), ("ban", 403, 403, 0), ("reject", 200, 11001, 0),
    ],
)  # fmt: skip
def test_an_error_is_worded_as_the_venue_words_it(
    phemex: Phemex, kind: str, status: int, code: int, executed: int
) -> None:
    phemex.fault(kind)
    answer = phemex.send("POST", "/orders", COIN)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert ("x-ratelimit-retry-after-CONTRACT" in answer.headers) == (kind == "rate_limit")
    assert len(phemex.accepted()) == executed


def test_a_rejection_carries_the_code_that_was_asked_for(phemex: Phemex) -> None:
    phemex.fault("reject", body=11150)
    assert phemex.refuses() == 11150
    phemex.fault("reject", body={"code": 11082, "msg": "TE_CANNOT_COVER_ESTIMATE_ORDER_LOSS", "data": None})
    assert phemex.refuses() == 11082


def test_garbage_is_half_an_answer_to_an_executed_order(phemex: Phemex) -> None:
    phemex.fault("garbage")
    answer = phemex.send("POST", "/spot/orders", SPOT)
    with pytest.raises(requests.JSONDecodeError):
        answer.json()
    assert len(phemex.accepted()) == 1


@pytest.mark.parametrize(("about", "struck"), [("order", "/g-orders"), ("cancel", "/g-orders/all")])
def test_a_fault_is_aimed_at_one_kind_of_call(phemex: Phemex, about: str, struck: str) -> None:
    phemex.fault("maintenance", on=about)
    phemex.ok("GET", "/spot/wallets")
    method, body = ("POST", LIMIT) if about == "order" else ("DELETE", None)
    assert phemex.send(method, struck, body, **({} if body else {"symbol": "BTCUSDT"})).status_code == 503


@pytest.mark.parametrize(("delay_ms", "executed"), [(60_000, 1), (61_000, 0)])
def test_a_late_order_executes_only_before_its_own_expiry(phemex: Phemex, delay_ms: int, executed: int) -> None:
    phemex.simulator.control("POST", "/_control/clock", {"now_ms": 1_700_000_000_000})
    phemex.now_s = 1_700_000_000
    phemex.fault("late_execute", delay_ms=delay_ms)
    query = "&".join(f"{name}={value}" for name, value in MARKET.items())
    headers = phemex.headers("/g-orders/create", query, "1700000060", "")
    with pytest.raises(requests.Timeout):
        phemex.simulator.session.put(
            f"{phemex.simulator.url}/phemex/g-orders/create?{query}", headers=headers, timeout=0.1
        )
    assert phemex.accepted() == []
    phemex.simulator.control("POST", "/_control/clock", {"advance_ms": delay_ms})
    assert len(phemex.accepted()) == executed


def test_an_unknown_path_is_the_venue_s_404(simulator: SimulatorProcess) -> None:
    answer = simulator.session.get(simulator.url + "/phemex/nowhere", timeout=5)
    assert (answer.status_code, answer.json()["code"]) == (404, 404)
