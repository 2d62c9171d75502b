"""Who is let in by Bitget: key, time, signature, passphrase, permission (EXCHANGES 4.1, 5.2, 5.7)."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from simulator.bitget.limits import Limits
from simulator.bitget.refusal import Refusal
from tests.simulator.bitget.client import BTC, OPEN, PLACE, SPOT, SPOT_BUY, Client
from tests.support.simulator_process import SimulatorProcess

KEPT = Path(__file__).parent / "signing_vectors.json"
VECTORS: list[dict[str, Any]] = json.loads(KEPT.read_text())
GENUINE = [vector for vector in VECTORS if "negative" not in vector["id"]]
MISTAKEN = [vector for vector in VECTORS if "negative" in vector["id"]]
ASSETS, NOW_MS = "/api/v2/spot/account/assets", 1_700_000_000_000
UNKNOWN_CODES = {"40001", "40002", "40003", "40005", "40006", "40008", "40009", "40011", "40012", "40014", "40037"}


def send_vector(simulator: SimulatorProcess, vector: dict[str, Any]) -> Any:
    """As it is written down, with the clock at its time and its key known."""
    simulator.control("POST", "/_control/clock", {"now_ms": vector["timestamp_ms"]})
    known = {name: vector[name] for name in ("secret", "passphrase")}
    simulator.open_account("bitget", api_key=vector["key"], balances={"USDT": "10000"}, **known)
    url = f"{simulator.url}/bitget{vector['path']}" + ("?" + vector["query"] if vector["query"] else "")
    headers = {
        "ACCESS-KEY": vector["key"], "ACCESS-SIGN": vector["signature"],
        "ACCESS-TIMESTAMP": str(vector["timestamp_ms"]), "ACCESS-PASSPHRASE": vector["passphrase"],
    }  # fmt: skip
    return simulator.session.request(vector["method"], url, data=vector["body"], headers=headers, timeout=5)


@pytest.mark.parametrize("vector", GENUINE, ids=lambda vector: vector["id"])
def test_a_golden_request_is_genuine(simulator: SimulatorProcess, vector: dict[str, Any]) -> None:
    answer = send_vector(simulator, vector)
    assert answer.status_code in (200, 400)
    assert answer.json()["code"] not in UNKNOWN_CODES, answer.text


@pytest.mark.parametrize("vector", MISTAKEN, ids=lambda vector: vector["id"])
def test_a_mistaken_reading_is_refused(simulator: SimulatorProcess, vector: dict[str, Any]) -> None:
    answer = send_vector(simulator, vector)
    assert (answer.status_code, answer.json()["code"]) == (400, "40009")


@pytest.mark.parametrize("vector", GENUINE, ids=lambda vector: vector["id"])
def test_a_golden_request_is_refused_with_another_signature(
    simulator: SimulatorProcess, vector: dict[str, Any]
) -> None:
    signature = "A" + vector["signature"][1:] if vector["signature"][0] != "A" else "B" + vector["signature"][1:]
    assert send_vector(simulator, {**vector, "signature": signature}).json()["code"] == "40009"


@pytest.mark.parametrize(
    ("header", "value", "code"),
    [
        ("ACCESS-KEY", "", "40001"), ("ACCESS-SIGN", "", "40002"), ("ACCESS-TIMESTAMP", "", "40003"),
        ("ACCESS-PASSPHRASE", "", "40011"), ("ACCESS-KEY", "no key!", "40006"), ("ACCESS-KEY", "x" * 36, "40037"),
        ("ACCESS-SIGN", "AAAA", "40009"), ("ACCESS-PASSPHRASE", "another", "40012"),
        ("ACCESS-TIMESTAMP", "now", "40005"),
    ],
)  # fmt: skip
def test_a_wrong_header_is_refused_by_its_code(bitget: Client, header: str, value: str, code: str) -> None:
    answer = bitget.send_as_is("GET", ASSETS, **{header: value})
    assert (answer.status_code, answer.json()["code"]) == (400, code)


@pytest.mark.parametrize(
    ("age_ms", "code"), [(30_000, "00000"), (30_001, "40008"), (-30_000, "00000"), (-30_001, "40008")]
)
def test_a_timestamp_may_be_half_a_minute_off(bitget: Client, age_ms: int, code: str) -> None:
    bitget.simulator.control("POST", "/_control/clock", {"now_ms": NOW_MS})
    stamp = {"ACCESS-TIMESTAMP": str(NOW_MS - age_ms)}
    assert bitget.send_as_is("GET", ASSETS, **stamp).json()["code"] == code


def test_seconds_are_no_timestamp(bitget: Client) -> None:
    assert bitget.send_as_is("GET", ASSETS, **{"ACCESS-TIMESTAMP": str(int(time.time()))}).json()["code"] == "40008"


def test_a_changed_body_is_refused(bitget: Client) -> None:
    sent = bitget.send("POST", SPOT, **SPOT_BUY).request
    url, body = str(sent.url), str(sent.body).replace("0.01", "0.02")
    answer = bitget.simulator.session.post(url, data=body, headers=dict(sent.headers), timeout=5)
    assert answer.json()["code"] == "40009"


@pytest.mark.parametrize(
    ("window", "age_ms", "code"),
    [("1000", 0, "00000"), ("1000", 5000, "40078"), ("60000", 0, "40079"), ("x", 0, "40079")],
)
def test_an_order_is_valid_for_its_own_window(bitget: Client, window: str, age_ms: int, code: str) -> None:
    request_time = str(int(time.time() * 1000) - age_ms)
    answer = bitget.send("POST", SPOT, **SPOT_BUY, requestTime=request_time, receiveWindow=window)
    assert answer.json()["code"] == code


def test_a_reading_key_cannot_trade(simulator: SimulatorProcess) -> None:
    reader = Client(simulator, simulator.open_account("bitget", permissions=["read"]))
    assert reader.get("/api/v2/spot/account/info")["authorities"] == ["readonly"]
    assert reader.refused("POST", PLACE, **OPEN) == "40014"
    assert reader.refused("POST", "/api/v2/mix/account/set-leverage", **BTC, leverage="10") == "40014"
    assert reader.post("/api/spot/v1/trade/open-orders", symbol="BTCUSDT_SPBL") == []


def test_a_trading_key_that_may_not_read_reads_nothing(simulator: SimulatorProcess) -> None:
    trader = Client(simulator, simulator.open_account("bitget", permissions=["trade"]))
    assert trader.refused("GET", ASSETS) == "40014"


def test_a_key_that_may_withdraw_says_so(simulator: SimulatorProcess) -> None:
    account = simulator.open_account("bitget", permissions=["read", "trade", "withdraw"])
    info = Client(simulator, account).get("/api/v2/spot/account/info")
    assert (info["authorities"], info["ips"]) == (["readonly", "trade", "withdraw"], "")
    assert Client(simulator, account).get("/api/spot/v1/account/getInfo")["authorities"][-1] == "withdraw"


def test_a_passphrase_is_made_up_where_none_is_given(simulator: SimulatorProcess) -> None:
    assert simulator.open_account("bitget")["passphrase"]
    assert simulator.open_account("bitget", passphrase="own")["passphrase"] == "own"


def test_limits_are_told_and_enforced_when_asked_to(bitget: Client) -> None:
    bitget.simulator.control("POST", "/_control/clock", {"now_ms": NOW_MS})
    bitget.simulator.control("POST", "/_control/limits", {"venue": "bitget", "enforce": True})
    stamp = {"ACCESS-TIMESTAMP": str(NOW_MS)}
    sent = [bitget.send_as_is("GET", ASSETS, **stamp) for _ in range(11)]
    assert [answer.headers["x-mbx-used-remain-limit"] for answer in sent] == [*map(str, range(9, -1, -1)), "0"]
    assert (sent[-1].status_code, sent[-1].json()["code"]) == (429, "429")
    bitget.simulator.control("POST", "/_control/clock", {"now_ms": NOW_MS + 1000})
    assert bitget.send_as_is("GET", ASSETS, **stamp).status_code == 200


def test_an_address_that_asks_too_much_is_shut_out_for_five_minutes() -> None:
    limits = Limits()
    limits.enforced = True
    for _ in range(6000):
        limits.use(NOW_MS)
    for at_ms in (NOW_MS, NOW_MS + 299_999):
        with pytest.raises(Refusal) as refused:
            limits.use(at_ms)
        assert (refused.value.status, refused.value.code) == (429, "429")
    limits.use(NOW_MS + 300_000)


def test_reopening_a_key_sets_the_named_balances_alone(bitget: Client) -> None:
    key = {name: bitget.account[name] for name in ("api_key", "secret", "passphrase")}
    bitget.simulator.open_account("bitget", **key, balances={"BTC": "3"})
    assert (bitget.spot_wallet("BTC"), bitget.spot_wallet()) == (("3", "0"), ("10000", "0"))
    assert bitget.get("/api/v2/mix/account/accounts", productType="USDT-FUTURES")[0]["available"] == "10000"


def test_an_unknown_path_is_the_venue_s_404(bitget: Client) -> None:
    answer = bitget.send("GET", "/api/v3/account/assets")
    assert (answer.status_code, answer.json()["code"]) == (404, "40404")
