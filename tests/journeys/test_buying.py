"""A signal is bought on a whole running instance with its own chain: asked for, paid, confirmed by itself, rated."""

from __future__ import annotations

import json
import signal as signals
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.support.house import ROOT, RunningHouse
from tests.support.waiting import wait_until

DRAFT = {"symbol": "BTCUSDT", "side": "BUY", "quantity": "0.01", "price": "50000", "sl": "49000", "tp1": "51000"}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHouse]:
    # A folder of its own inside, for the instance is to be made by the start.
    house = RunningHouse(tmp_path_factory.mktemp("buying") / "instance", "--test-chain")
    yield house
    house.end(signals.SIGTERM)


def session(running: RunningHouse, person: dict[str, Any]) -> requests.Session:
    found = requests.Session()
    found.trust_env = False
    login = {"user_name_or_mail": person["user_name"], "password": person["password"]}
    assert found.post(f"{running.url}/auth/login", json=login, timeout=30).status_code == 200
    return found


def paid(instance: Path, signal_id: int) -> str:
    """As `demo.json` says it."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "simulator.chain.pay", "--instance", str(instance)),
            *("--user", "follower01", "--provider", "ada", "--signal", str(signal_id)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout.strip()


def test_a_signal_is_bought_from_the_first_question_to_the_rating(running: RunningHouse) -> None:
    demo = json.loads((running.instance / "demo.json").read_text())
    ada, follower = (session(running, demo[kind][0]) for kind in ("providers", "followers"))
    signal_id = ada.post(f"{running.url}/provider/spot/new", json=DRAFT, timeout=30).json()["signal"]["id"]
    page = f"{running.url}/signal/{signal_id}"
    asked = follower.get(page, timeout=30)
    assert asked.status_code == 403 and asked.json()["payment"]["chain_id"] == demo["chain"]["chain_id"]
    tx_hash = paid(running.instance, signal_id)
    assert follower.post(page, params={"tx_hash": tx_hash}, timeout=30).status_code in (200, 202)

    def trades() -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = follower.get(f"{running.url}/mytrades", timeout=30).json()["mytrades"]
        return told

    (trade,) = wait_until(trades, 60, "a purchase that nobody asks about", every=0.5)
    assert (trade["id"], trade["tx_hash"], trade["signal"]["price"]) == (signal_id, tx_hash, 50000)
    rated = follower.post(f"{running.url}/signal/rate/{signal_id}", json={"rate": 5}, timeout=30)
    assert rated.json()["rating"] == 5
    listed = follower.get(f"{running.url}/providers", timeout=30).json()["providers"]
    assert {each["user_name"]: each["rating"] for each in listed}["ada"] == 5
    told = [
        each["message"] for each in ada.get(f"{running.url}/auth/notifications", timeout=30).json()["notifications"]
    ]
    assert len([message for message in told if "was bought" in message]) == 1
