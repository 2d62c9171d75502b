"""The control API, and the process itself."""

import json
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.simulator.client import LIMIT_BUY, MARKET_BUY, OTOCO, STOP, Client
from tests.support.simulator_process import ROOT, SimulatorProcess


def test_control_needs_the_token(simulator: SimulatorProcess) -> None:
    assert simulator.session.get(simulator.url + "/_control/ledger", timeout=5).status_code == 401


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("accounts", {"venue": "nowhere"}), ("accounts", {"venue": "binance", "balances": {"USDT": "much"}}),
        ("prices", {"venue": "binance", "symbol": "NOPE", "price": "1"}), ("clock", {}),
        ("prices", {"venue": "binance", "symbol": "BTCUSDT", "price": "-1"}), ("faults", {"venue": "binance"}),
        ("faults", {"venue": "binance", "kind": "delay"}), ("faults", {"venue": "binance", "kind": "odd"}),
    ],
)  # fmt: skip
def test_a_mistaken_control_call_is_told_its_mistake(simulator: SimulatorProcess, path: str, body: object) -> None:
    answer = simulator.session.post(
        f"{simulator.url}/_control/{path}", json=body, headers={"X-Control-Token": simulator.token}, timeout=5
    )
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_thousands_of_accounts_are_opened_at_once(simulator: SimulatorProcess) -> None:
    opened = simulator.control("POST", "/_control/accounts", [{"venue": "binance", "balances": {"USDT": "1"}}] * 3000)
    assert len({account["api_key"] for account in opened}) == 3000


def test_the_ledger_tells_every_column_oldest_first(spot: Client) -> None:
    spot.ok("POST", "/api/v3/order", **MARKET_BUY, newClientOrderId="first")
    spot.ok("POST", "/api/v3/order", **LIMIT_BUY, newClientOrderId="second")
    rows = spot.simulator.control("GET", "/_control/ledger?venue=binance")
    assert [row["client_id"] for row in rows] == ["first", "second"]
    assert set(rows[0]) >= {
        "venue", "api_key", "client_id", "order_id", "symbol", "side", "type", "quantity", "price", "reduce_only",
        "received_ms", "accepted_ms", "state",
    }  # fmt: skip
    assert spot.simulator.control("GET", f"/_control/ledger?since={rows[1]['accepted_ms'] + 1000}") == []


def test_requests_are_counted_by_path_status_and_reason(spot: Client) -> None:
    spot.ok("POST", "/api/v3/order", **MARKET_BUY)
    spot.refused("POST", "/api/v3/order", **{**MARKET_BUY, "quantity": "0.00001"})
    report = spot.simulator.control("GET", "/_control/requests?venue=binance")
    counted = [(row["path"], row["status"], row["reason"], row["count"]) for row in report["requests"]]
    assert counted == [("/binance/api/v3/order", 200, "", 1), ("/binance/api/v3/order", 400, "-1013", 1)]
    assert report["max_in_flight"] == 1


def test_the_same_seed_and_requests_give_the_same_bytes(simulator: SimulatorProcess) -> None:
    def play() -> list[str]:
        simulator.reset()
        now_ms = int(time.time() * 1000) // 100_000 * 100_000
        simulator.control("POST", "/_control/clock", {"now_ms": now_ms})
        account = simulator.open_account(balances={"USDT": "10000"})
        simulator.control("POST", "/_control/prices", {"venue": "binance", "symbol": "BTCUSDT", "walk": True})
        simulator.control("POST", "/_control/clock", {"advance_ms": 60_000})
        spot = Client(simulator, "/binance", account)
        sent = [spot.send("POST", "/api/v3/order", **MARKET_BUY, timestamp=now_ms + 60_000) for _ in range(2)]
        return [json.dumps(account), *(answer.text for answer in sent)]

    first = play()
    assert "FILLED" in first[1]
    assert first == play()


def test_pipelined_requests_are_answered_in_order(simulator: SimulatorProcess) -> None:
    simulator.control("POST", "/_control/faults", {"venue": "binance", "kind": "delay", "delay_ms": 30, "count": 1})
    host, port = simulator.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as raw:
        for path in ("time", "ping"):
            raw.sendall(f"GET /binance/api/v3/{path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        raw.sendall(b"HEAD /binance/nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        said = b"".join(iter(lambda: raw.recv(65536), b""))
    assert said.index(b"serverTime") < said.index(b"\r\n\r\n{}") < said.index(b"404 Not Found")


def test_an_unknown_path_is_the_venue_s_404(simulator: SimulatorProcess) -> None:
    answers = [simulator.session.get(simulator.url + path, timeout=5).status_code for path in ("/binance/x", "/")]
    assert answers == [404, 404]


def test_rules_are_public(simulator: SimulatorProcess) -> None:
    for path in ("/binance/api/v3/exchangeInfo?symbol=BTCUSDT", '/binance/api/v3/exchangeInfo?symbols=["BTCUSDT"]'):
        assert len(simulator.session.get(simulator.url + path, timeout=5).json()["symbols"]) == 1
    whole = simulator.session.get(simulator.url + "/binance-futures/fapi/v1/exchangeInfo", timeout=5).json()
    assert len(whole["symbols"]) == 8


def _by_number(ledger: Any) -> list[dict[str, Any]]:
    """Two venues may accept an order in one millisecond each: which of them was first no book tells."""
    return sorted(ledger, key=lambda row: (row["accepted_ms"], row["venue"], int(row["order_id"])))


def test_books_survive_sigkill(tmp_path: Path) -> None:
    state = tmp_path / "paper.db"
    with SimulatorProcess(memory=False, state=state) as process:
        account = process.open_account(balances={"USDT": "10000"})
        spot, futures = Client(process, "/binance", account), Client(process, "/binance-futures", account)
        spot.ok("POST", "/api/v3/orderList/otoco", **OTOCO)
        futures.ok("POST", "/fapi/v1/order", **MARKET_BUY)
        futures.ok("POST", "/fapi/v1/algoOrder", **STOP, clientAlgoId="sl")
        before = _by_number(process.control("GET", "/_control/ledger"))
        process.kill()
    with SimulatorProcess(memory=False, state=state) as process:
        assert _by_number(process.control("GET", "/_control/ledger")) == before
        spot, futures = Client(process, "/binance", account), Client(process, "/binance-futures", account)
        spot.move_price("48000")
        futures.move_price("44000")
        assert [order["status"] for order in spot.ok("GET", "/api/v3/openOrders")] == ["NEW", "NEW"]
        assert futures.ok("GET", "/fapi/v1/algoOrder", clientAlgoId="sl")["algoStatus"] == "FINISHED"
        assert futures.ok("GET", "/fapi/v3/positionRisk") == []


def test_sigterm_ends_it_cleanly() -> None:
    process = SimulatorProcess.start()
    with requests.Session() as session:
        session.trust_env = False
        session.get(process.url + "/binance/api/v3/ping", timeout=5)
        began = time.monotonic()
        assert process.stop() == 0
    assert time.monotonic() - began < 3


def test_a_port_in_use_is_one_plain_line(simulator: SimulatorProcess) -> None:
    port = simulator.url.rpartition(":")[2]
    ended = subprocess.run(
        [sys.executable, "-m", "simulator", "--memory", "--port", port], cwd=ROOT, capture_output=True, text=True,
        timeout=10, check=False,
    )  # fmt: skip
    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) == 1


def test_who_trades_on_paper_opens_an_account_without_the_token_and_once(simulator: SimulatorProcess) -> None:
    def ask(**body: str) -> int:
        return simulator.session.post(f"{simulator.url}/paper/accounts", json=body, timeout=5).status_code

    mine = {"api_key": "a" * 64, "secret": "b" * 64}
    assert ask(**mine) == 201
    simulator.control("POST", "/_control/accounts", {"venue": "binance", "api_key": "c" * 64, "secret": "d" * 64})
    assert ask(**mine) == 201  # The answer may have been lost.
    assert ask(api_key="c" * 64, secret="e" * 64) == 409  # Nobody takes another's.
    assert ask(api_key="short", secret="b" * 64) == 400
    assert simulator.session.get(f"{simulator.url}/paper/accounts", timeout=5).status_code == 405
    client = Client(simulator, "/binance", mine)
    free = {one["asset"]: one["free"] for one in client.ok("GET", "/api/v3/account")["balances"]}
    assert free["USDT"] == "10000.00000000"
