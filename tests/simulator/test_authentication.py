"""Who is let in, and with which words the others are turned away (EXCHANGES 2.2, 2.7)."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from simulator.binance.parameters import Parameters
from simulator.binance.refusal import Refusal
from simulator.binance.signature import check_signature, check_time
from tests.simulator.client import Client
from tests.support.simulator_process import SimulatorProcess

KEPT = Path(__file__).parent / "signing_vectors.json"
BINANCE: list[dict[str, Any]] = json.loads(KEPT.read_text())


@pytest.mark.parametrize("vector", BINANCE, ids=lambda vector: vector["id"])
def test_a_golden_request_is_genuine(vector: dict[str, Any]) -> None:
    query, body = (vector["query"] or "").encode(), (vector["body"] or "").encode()
    check_signature(vector["secret"].encode(), query, body)


@pytest.mark.parametrize("vector", BINANCE, ids=lambda vector: vector["id"])
def test_a_golden_request_is_refused_with_another_secret(vector: dict[str, Any]) -> None:
    query, body = (vector["query"] or "").encode(), (vector["body"] or "").encode()
    with pytest.raises(Refusal) as refused:
        check_signature(b"another", query, body)
    assert refused.value.code == -1022


def test_the_misprinted_signature_of_the_documentation_is_refused() -> None:
    body = b"quantity=1&price=9000&recvWindow=5000&timestamp=1591702613943&signature="
    body += b"f9d0ae5e813ef6ccf15c2b5a434047a0181cb5a342b903b367ca6d27a66e36f2"
    with pytest.raises(Refusal):
        check_signature(
            b"2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9",
            b"symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC", body,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("age_ms", "window", "code"),
    [(0, None, None), (5000, None, None), (5001, None, -1021), (-999, None, None), (-1000, None, -1021),
     (60000, "60000", None), (0, "60001", -1131), (0, "abc", -1102), (2, "1.5", -1021)],
)  # fmt: skip
def test_the_window_is_closed_on_the_documented_millisecond(age_ms: int, window: str | None, code: int | None) -> None:
    params: Parameters = {"timestamp": str(1_700_000_000_000 - age_ms)}
    if window is not None:
        params["recvWindow"] = window
    if code is None:
        check_time(params, 1_700_000_000_000)
        return
    with pytest.raises(Refusal) as refused:
        check_time(params, 1_700_000_000_000)
    assert refused.value.code == code


def test_microseconds_are_accepted() -> None:
    check_time({"timestamp": "1700000000000000"}, 1_700_000_000_000)


def test_an_unknown_key_is_refused(spot: Client) -> None:
    spot.account = {**spot.account, "api_key": "x" * 64}
    answer = spot.send("GET", "/api/v3/account")
    assert (answer.status_code, answer.json()["code"]) == (401, -2015)


def test_a_malformed_key_is_refused(spot: Client) -> None:
    spot.account = {**spot.account, "api_key": "no key!"}
    assert spot.refused("GET", "/api/v3/account")[0] == -2014


def test_a_request_without_signature_is_refused(spot: Client) -> None:
    answer = spot.send_as_is("GET", "/api/v3/account", f"timestamp={int(time.time() * 1000)}")
    assert answer.json()["code"] == -1102


def test_a_parameter_after_the_signature_is_refused(spot: Client) -> None:
    sent = spot.send("GET", "/api/v3/account").request.url
    assert sent is not None
    answer = spot.send_as_is("GET", "/api/v3/account", sent.partition("?")[2] + "&omitZeroBalances=true")
    assert answer.json()["code"] == -1022


def test_a_reading_key_cannot_trade(simulator: SimulatorProcess) -> None:
    reader = Client(simulator, "/binance", simulator.open_account(permissions=["read"]))
    reader.ok("GET", "/api/v3/account")
    assert reader.refused("POST", "/api/v3/order", symbol="BTCUSDT")[0] == -2015


def test_a_key_that_may_withdraw_says_so(simulator: SimulatorProcess) -> None:
    account = simulator.open_account(permissions=["read", "trade", "withdraw"])
    restrictions = Client(simulator, "/binance", account).ok("GET", "/sapi/v1/account/apiRestrictions")
    assert restrictions["enableWithdrawals"] is True


def test_a_futures_key_is_unknown_on_spot(simulator: SimulatorProcess) -> None:
    account = simulator.open_account("binance-futures")
    Client(simulator, "/binance-futures", account).ok("GET", "/fapi/v3/balance")
    assert Client(simulator, "/binance", account).refused("GET", "/api/v3/account")[0] == -2015
