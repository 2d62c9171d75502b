"""Who is let in by Phemex: key, signature, expiry, permission (EXCHANGES 6.2, 6.9; vectors of section 9)."""

import hashlib
import hmac
import json
import time
from pathlib import Path
from typing import Any

import pytest

from tests.simulator.phemex.client import LIMIT, Phemex
from tests.support.simulator_process import SimulatorProcess

KEPT = Path(__file__).parent / "signing_vectors.json"
VECTORS: list[dict[str, Any]] = json.loads(KEPT.read_text())
GENUINE = [vector for vector in VECTORS if "negative" not in vector["id"]]
MISTAKEN = [vector for vector in VECTORS if "negative" in vector["id"]]
NOT_GENUINE = (401, 10500, "API Signature verification failed.")
WALLETS = "/spot/wallets"


def holder_of(simulator: SimulatorProcess, vector: dict[str, Any]) -> Phemex:
    """The clock stands a minute before the vector's expiry, and its key is known."""
    simulator.control("POST", "/_control/clock", {"now_ms": (vector["expiry_s"] - 60) * 1000})
    known = {"api_key": vector["key"], "secret": vector["secret"], "balances": {"USDT": "10000", "BTC": "1"}}
    return Phemex(simulator, simulator.open_account("phemex", **known))


def send(phemex: Phemex, vector: dict[str, Any], headers: dict[str, str]) -> tuple[int, int, str]:
    """Status, code and message."""
    answer = phemex.send_as_is(
        vector["method"], vector["path"], vector["query"] or "", vector.get("body") or "", headers
    )
    return answer.status_code, answer.json()["code"], answer.json()["msg"]


@pytest.mark.parametrize("vector", GENUINE, ids=lambda vector: vector["id"])
def test_a_golden_request_is_genuine(simulator: SimulatorProcess, vector: dict[str, Any]) -> None:
    status, code, _ = send(holder_of(simulator, vector), vector, vector["headers"])
    assert status == 200
    assert code in (0, 10002)  # done, or there is no such order


@pytest.mark.parametrize("vector", GENUINE, ids=lambda vector: vector["id"])
def test_a_golden_request_is_refused_with_another_secret(simulator: SimulatorProcess, vector: dict[str, Any]) -> None:
    phemex = holder_of(simulator, {**vector, "secret": "another"})
    assert send(phemex, vector, vector["headers"]) == NOT_GENUINE


@pytest.mark.parametrize("vector", MISTAKEN, ids=lambda vector: vector["id"])
def test_a_mistaken_reading_is_refused(simulator: SimulatorProcess, vector: dict[str, Any]) -> None:
    headers = {
        "x-phemex-access-token": vector["key"],
        "x-phemex-request-expiry": str(vector["expiry_s"]),
        "x-phemex-request-signature": vector["signature"],
    }
    assert send(holder_of(simulator, vector), vector, headers) == NOT_GENUINE


def test_a_question_mark_in_what_is_signed_is_a_mistake(phemex: Phemex) -> None:
    expiry, query = str(int(time.time()) + 60), "currency=USDT"
    headers = phemex.headers(WALLETS, "?" + query, expiry, "")
    assert phemex.send_as_is("GET", WALLETS, query, "", headers).status_code == 401


def test_an_upper_case_signature_is_a_mistake(phemex: Phemex) -> None:
    headers = phemex.headers(WALLETS, "", str(int(time.time()) + 60), "")
    shouted = {**headers, "x-phemex-request-signature": headers["x-phemex-request-signature"].upper()}
    assert phemex.send_as_is("GET", WALLETS, "", "", shouted).status_code == 401


@pytest.mark.parametrize(("expiry_s", "code"), [(1_700_000_000, 0), (1_699_999_999, 10500)])
def test_a_request_is_good_until_its_expiry(phemex: Phemex, expiry_s: int, code: int) -> None:
    phemex.simulator.control("POST", "/_control/clock", {"now_ms": 1_700_000_000_999})
    phemex.now_s = expiry_s - 60
    told = phemex.send("GET", WALLETS).json()
    assert told["code"] == code
    assert "expired" in told["msg"] or not code


def test_an_expiry_in_milliseconds_is_refused(phemex: Phemex) -> None:
    phemex.now_s = int(time.time() * 1000)
    assert phemex.send("GET", WALLETS).status_code == 401


def test_an_unknown_key_is_told_so(phemex: Phemex) -> None:
    phemex.account = {**phemex.account, "api_key": "unknown"}
    answer = phemex.send("GET", WALLETS)
    assert (answer.status_code, answer.json()["msg"]) == (401, "401 Failed to load API KEY.")


def test_a_request_without_signature_is_refused(phemex: Phemex) -> None:
    headers = phemex.headers(WALLETS, "", str(int(time.time()) + 60), "")
    del headers["x-phemex-request-signature"]
    answer = phemex.send_as_is("GET", WALLETS, "", "", headers)
    assert (answer.status_code, answer.json()["code"]) == (401, 10500)


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/g-orders"), ("PUT", "/orders/create"), ("DELETE", "/spot/orders"), ("PUT", "/positions/leverage")],
)
def test_a_reading_key_cannot_write(simulator: SimulatorProcess, method: str, path: str) -> None:
    reader = Phemex(simulator, simulator.open_account("phemex", permissions=["read"]))
    reader.ok("GET", WALLETS)
    answer = reader.send(method, path, LIMIT if method == "POST" else None)
    assert (answer.status_code, answer.json()["msg"]) == (403, "401 Insufficient privilege.")


def test_what_a_post_has_in_its_query_is_signed_and_not_read(phemex: Phemex) -> None:
    body, expiry = json.dumps(LIMIT), str(int(time.time()) + 60)
    signed = "/g-orders" + "orderQtyRq=5" + expiry + body
    mac = hmac.new(phemex.account["secret"].encode(), signed.encode(), hashlib.sha256).hexdigest()
    headers = {**phemex.headers("", "", expiry, ""), "x-phemex-request-signature": mac}
    answer = phemex.send_as_is("POST", "/g-orders", "orderQtyRq=5", body, headers)
    assert answer.json()["data"]["orderQtyRq"] == "0.01"
