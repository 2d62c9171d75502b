"""The people of the demo data ask with programs, from the house that `python run.py` starts."""

from __future__ import annotations

import hashlib
import hmac
import json
import signal
import time
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.support.house import RunningHouse


def asked(base_url: str, person: dict[str, Any], path: str) -> requests.Response:
    timestamp = str(int(time.time()))
    signature = hmac.new(person["api_secret"].encode(), f"{timestamp}GET{path}".encode(), hashlib.sha256).hexdigest()
    headers = {"X-API-Key": person["api_key"], "X-Timestamp": timestamp, "X-Signature": signature}
    return requests.get(base_url + path, headers=headers, timeout=30)


@pytest.mark.timeout(180)
def test_a_follower_reads_their_account_with_a_program(tmp_path: Path) -> None:
    house = RunningHouse(tmp_path / "instance")
    try:
        demo = json.loads((tmp_path / "instance" / "demo.json").read_text())
        for person in demo["followers"][:3]:
            answer = asked(demo["base_url"], person, "/v1/account")
            assert answer.status_code == 200, answer.text
            body = answer.json()
            assert (body["username"], body["warnings"], body["environment"]) == (person["user_name"], [], "paper")
            assert body["balance"] == body["available_balance"] > 0
            assert asked(demo["base_url"], person, "/api/public/v1/positions").json() == []
    finally:
        house.end(signal.SIGTERM)
