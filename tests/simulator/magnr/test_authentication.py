"""Who is let in by Magnr: key, signature and tonce (EXCHANGES 7; vectors of section 9)."""

import base64
import json
import time
from pathlib import Path
from typing import Any

import pytest

from tests.simulator.magnr.client import TRADES, Magnr, refusal, signed_headers
from tests.support.simulator_process import SimulatorProcess

KEPT = Path(__file__).parent / "signing_vectors.json"
VECTORS: list[dict[str, Any]] = json.loads(KEPT.read_text())
GENUINE = [vector for vector in VECTORS if "negative" not in vector["id"]]
MISTAKEN = [vector for vector in VECTORS if "negative" in vector["id"]]
INVALID_SIGNATURE, INVALID_TONCE = (401, "Invalid signature"), (401, "Invalid tonce")


def holder_of(simulator: SimulatorProcess, vector: dict[str, Any], now_ms: int) -> Magnr:
    """The clock stands at the vector's time, and the key of the vector is known."""
    simulator.control("POST", "/_control/clock", {"now_ms": now_ms})
    known = {"api_key": vector["key"], "secret": vector["secret"], "balances": {"BTC": "1"}}
    return Magnr(simulator, simulator.open_account("magnr", **known))


@pytest.mark.parametrize("vector", GENUINE, ids=lambda vector: vector["id"])
def test_a_golden_request_is_genuine(simulator: SimulatorProcess, vector: dict[str, Any]) -> None:
    magnr = holder_of(simulator, vector, vector["tonce_ms"])
    answer = magnr.send_as_is(vector["method"], vector["path"], vector["body"] or "", vector["headers"])
    assert answer.status_code == {"/api/v1/trades/": 201, "/api/v1/trades/1234/": 404}[vector["path"]], answer.text


@pytest.mark.parametrize("vector", MISTAKEN, ids=lambda vector: vector["id"])
def test_a_mistaken_reading_is_refused(simulator: SimulatorProcess, vector: dict[str, Any]) -> None:
    magnr = holder_of(simulator, vector, vector["tonce"] // 1000)
    headers = signed_headers(vector["key"], vector["secret"], vector["tonce"])
    packed = base64.b64decode(headers["Authorization"].removeprefix("Basic ")).decode()
    assert packed == f"{vector['key']}:{vector['signature']}"
    assert refusal(magnr.send_as_is(vector["method"], vector["path"], "", headers)) == INVALID_TONCE


def test_a_tonce_is_used_once_and_the_next_is_higher(magnr: Magnr) -> None:
    now_ms = int(time.time() * 1000)
    sent = [magnr.send("GET", tonce=now_ms + step).status_code for step in (0, 0, -1, 1)]
    assert sent == [200, 401, 401, 200]


@pytest.mark.parametrize(
    ("away_ms", "status"), [(300_000, 200), (-300_000, 200), (300_001, 401), (-300_001, 401)]
)  # fmt: skip
def test_a_tonce_is_at_most_five_minutes_away(magnr: Magnr, away_ms: int, status: int) -> None:
    now_ms = 1_700_000_000_000
    magnr.simulator.control("POST", "/_control/clock", {"now_ms": now_ms})
    assert magnr.send("GET", tonce=now_ms + away_ms).status_code == status


def test_only_a_genuine_request_uses_its_tonce_up(magnr: Magnr) -> None:
    now_ms = int(time.time() * 1000)
    forged = signed_headers(magnr.account["api_key"], "another", now_ms)
    assert refusal(magnr.send_as_is("GET", TRADES, "", forged)) == INVALID_SIGNATURE
    assert magnr.send("GET", tonce=now_ms).status_code == 200


def test_another_key_has_tonces_of_its_own(magnr: Magnr) -> None:
    now_ms = int(time.time() * 1000)
    other = Magnr(magnr.simulator, magnr.simulator.open_account("magnr"))
    assert [client.send("GET", tonce=now_ms).status_code for client in (magnr, other)] == [200, 200]


def test_neither_path_nor_method_is_signed(magnr: Magnr) -> None:
    headers = magnr.headers(int(time.time() * 1000))
    assert refusal(magnr.send_as_is("DELETE", f"{TRADES}77/", "", headers)) == (404, "Trade not found")


def test_the_body_is_signed(magnr: Magnr) -> None:
    headers = magnr.headers(int(time.time() * 1000), '{"size": 1}')
    assert refusal(magnr.send_as_is("POST", TRADES, '{"size": 2}', headers)) == INVALID_SIGNATURE


def test_the_scheme_may_be_in_capitals_as_in_the_php_sample(magnr: Magnr) -> None:
    headers = magnr.headers(int(time.time() * 1000))
    headers["Authorization"] = headers["Authorization"].replace("Basic", "BASIC")
    assert magnr.send_as_is("GET", TRADES, "", headers).status_code == 200


def test_a_signature_without_its_key_is_refused(magnr: Magnr) -> None:
    """As the table of the seed has it: "Basic " + signature."""
    headers = magnr.headers(int(time.time() * 1000))
    packed = base64.b64decode(headers["Authorization"].removeprefix("Basic ")).decode()
    headers["Authorization"] = "Basic " + packed.partition(":")[2]
    assert refusal(magnr.send_as_is("GET", TRADES, "", headers)) == (401, "Invalid API key")


def test_a_wrapped_signature_is_refused(magnr: Magnr) -> None:
    """As the seed's shell sample makes it: `base64` breaks the line after 76 characters."""
    headers = magnr.headers(int(time.time() * 1000))
    packed = base64.b64decode(headers["Authorization"].removeprefix("Basic ")).decode()
    key, _, signature = packed.partition(":")
    wrapped = f"{key}:{signature[:76]}\n{signature[76:]}"
    headers["Authorization"] = "Basic " + base64.b64encode(wrapped.encode()).decode()
    assert refusal(magnr.send_as_is("GET", TRADES, "", headers)) == INVALID_SIGNATURE


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"Authorization": ""}, "Missing authorization"),
        ({"Authorization": "Bearer x"}, "Missing authorization"),
        ({"Authorization": "Basic ?"}, "Invalid authorization"),
        ({"Tonce": ""}, "Invalid tonce"),
        ({"Tonce": "1e12"}, "Invalid tonce"),
        ({"Tonce": "-1"}, "Invalid tonce"),
    ],
)
def test_a_malformed_header_is_refused(magnr: Magnr, changes: dict[str, str], message: str) -> None:
    headers = {**magnr.headers(int(time.time() * 1000)), **changes}
    assert refusal(magnr.send_as_is("GET", TRADES, "", headers)) == (401, message)


def test_a_reading_key_cannot_trade(simulator: SimulatorProcess) -> None:
    reader = Magnr(simulator, simulator.open_account("magnr", balances={"BTC": "1"}, permissions=["read"]))
    assert reader.trades() == []
    assert reader.refused() == (403, "This key may not trade")
    assert refusal(reader.liquidate(1)) == (403, "This key may not trade")


def test_a_key_of_another_venue_is_unknown(simulator: SimulatorProcess) -> None:
    stranger = Magnr(simulator, simulator.open_account("binance"))
    assert refusal(stranger.send("GET")) == (401, "Invalid API key")
