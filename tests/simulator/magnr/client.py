"""A plain signing client for Magnr, written from EXCHANGES 7."""

import base64
import hashlib
import hmac
import itertools
import json
import time
from dataclasses import dataclass, field
from typing import Any

import requests

from tests.support.simulator_process import SimulatorProcess

TRADES = "/api/v1/trades/"
BUY = {"side": "buy", "size": 0.2, "exchange": "LOCAL", "pair": "BTCUSD", "leverage": 10}


def signed_headers(key: str, secret: str, tonce: int | str, body: str = "") -> dict[str, str]:
    mac = hmac.new(secret.encode(), f"{tonce}{key}{body}".encode(), hashlib.sha512)
    signature = base64.b64encode(mac.digest()).decode()
    authorization = base64.b64encode(f"{key}:{signature}".encode()).decode()
    return {"Tonce": str(tonce), "Authorization": f"Basic {authorization}"}


@dataclass(slots=True)
class Magnr:
    """Each request has the next tonce, from the time the client was made."""

    simulator: SimulatorProcess
    account: dict[str, str]
    tonces: Any = field(default_factory=lambda: itertools.count(int(time.time() * 1000)))

    def send(self, method: str, path: str = TRADES, asked: Any = None, tonce: int | None = None) -> requests.Response:
        body = "" if asked is None else json.dumps(asked)
        tonce = next(self.tonces) if tonce is None else tonce
        return self.send_as_is(method, path, body, self.headers(tonce, body))

    def headers(self, tonce: int | str, body: str = "") -> dict[str, str]:
        return signed_headers(self.account["api_key"], self.account["secret"], tonce, body)

    def send_as_is(self, method: str, path: str, body: str, headers: dict[str, str]) -> requests.Response:
        url = f"{self.simulator.url}/magnr{path}"
        return self.simulator.session.request(method, url, data=body or None, headers=headers, timeout=5)

    def place(self, **changes: Any) -> int:
        answer = self.send("POST", asked={**BUY, **changes})
        assert answer.status_code == 201, answer.text
        placed: int = answer.json()["id"]
        return placed

    def trade(self, trade_id: int) -> dict[str, Any]:
        answer = self.send("GET", f"{TRADES}{trade_id}/")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()["trade"]
        return found

    def trades(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.send("GET").json()["trades"]
        return found

    def liquidate(self, trade_id: int) -> requests.Response:
        return self.send("DELETE", f"{TRADES}{trade_id}/")

    def refused(self, **changes: Any) -> tuple[int, str]:
        return refusal(self.send("POST", asked={**BUY, **changes}))

    def move_price(self, price: str) -> None:
        self.simulator.move_price("magnr", "BTCUSD", price)

    def fault(self, kind: str, on: str = "order", count: int = 1, **wanted: Any) -> None:
        self.simulator.fault("magnr", kind, on=on, count=count, **wanted)

    def accepted(self) -> list[dict[str, Any]]:
        return self.simulator.ledger("magnr")


def refusal(answer: requests.Response) -> tuple[int, str]:
    assert answer.status_code >= 400, answer.text
    (message,) = answer.json()["errors"]
    return answer.status_code, message
