"""A plain signing client for Phemex, written from EXCHANGES 6.2."""

import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from typing import Any

import requests

from tests.support.simulator_process import SimulatorProcess


@dataclass(slots=True)
class Phemex:
    """Values are sent as they are: nothing that needs escaping is in use."""

    simulator: SimulatorProcess
    account: dict[str, str]
    now_s: int | None = None

    def send(self, method: str, path: str, body: Any = None, **asked: Any) -> requests.Response:
        """`body` as JSON, everything else in the query."""
        query = "&".join(f"{name}={value}" for name, value in asked.items())
        text = "" if body is None else json.dumps(body, separators=(",", ":"))
        expiry = str((int(time.time()) if self.now_s is None else self.now_s) + 60)
        return self.send_as_is(method, path, query, text, self.headers(path, query, expiry, text))

    def headers(self, path: str, query: str, expiry: str, body: str) -> dict[str, str]:
        mac = hmac.new(self.account["secret"].encode(), f"{path}{query}{expiry}{body}".encode(), hashlib.sha256)
        return {
            "x-phemex-access-token": self.account["api_key"],
            "x-phemex-request-expiry": expiry,
            "x-phemex-request-signature": mac.hexdigest(),
        }

    def send_as_is(self, method: str, path: str, query: str, body: str, headers: dict[str, str]) -> requests.Response:
        url = f"{self.simulator.url}/phemex{path}" + (f"?{query}" if query else "")
        return self.simulator.session.request(method, url, data=body or None, headers=headers, timeout=5)

    def ok(self, method: str, path: str, body: Any = None, **asked: Any) -> Any:
        """`data`."""
        answer = self.send(method, path, body, **asked)
        told = answer.json()
        assert (answer.status_code, told["code"]) == (200, 0), answer.text
        return told["data"]

    def refused(self, method: str, path: str, body: Any = None, **asked: Any) -> int:
        """The code; business refusals come with HTTP 200."""
        answer = self.send(method, path, body, **asked)
        told = answer.json()
        assert answer.status_code == 200 and told["code"] != 0 and told["data"] is None, answer.text
        code: int = told["code"]
        return code

    # Linear contracts

    def place(self, **changes: Any) -> dict[str, Any]:
        placed: dict[str, Any] = self.ok("POST", "/g-orders", {**LIMIT, **changes})
        return placed

    def place_market(self, **changes: Any) -> dict[str, Any]:
        placed: dict[str, Any] = self.ok("POST", "/g-orders", {**MARKET, **changes})
        return placed

    def refuses(self, **changes: Any) -> int:
        return self.refused("POST", "/g-orders", {**LIMIT, **changes})

    def remembered(self, client_id: str, symbol: str = "BTCUSDT") -> dict[str, Any]:
        """The only row of the history with this client id."""
        (row,) = self.ok("GET", "/api-data/g-futures/orders/by-order-id", symbol=symbol, clOrdID=client_id)
        found: dict[str, Any] = row
        return found

    def active(self, symbol: str = "BTCUSDT") -> list[dict[str, Any]]:
        answer = self.send("GET", "/g-orders/activeList", symbol=symbol).json()
        return [] if answer["code"] == 10002 else answer["data"]["rows"]

    def position(self, side: str = "Merged", symbol: str = "BTCUSDT") -> dict[str, Any]:
        told = self.ok("GET", "/g-accounts/accountPositions", currency="USDT")
        (row,) = [each for each in told["positions"] if (each["symbol"], each["posSide"]) == (symbol, side)]
        found: dict[str, Any] = row
        return found

    def balance(self) -> tuple[str, str]:
        """Of the USDT account: all, and used."""
        account = self.ok("GET", "/g-accounts/accountPositions", currency="USDT")["account"]
        return account["accountBalanceRv"], account["totalUsedBalanceRv"]

    # Control

    def move_price(self, price: str, symbol: str = "BTCUSDT") -> None:
        self.simulator.move_price("phemex", symbol, price)

    def fault(self, kind: str, on: str = "order", count: int = 1, **wanted: Any) -> None:
        self.simulator.fault("phemex", kind, on=on, count=count, **wanted)

    def accepted(self) -> list[dict[str, Any]]:
        return self.simulator.ledger("phemex")


LIMIT = {
    "symbol": "BTCUSDT", "side": "Buy", "posSide": "Merged", "ordType": "Limit", "orderQtyRq": "0.01",
    "priceRp": "49000",
}  # fmt: skip
MARKET = {"symbol": "BTCUSDT", "side": "Buy", "posSide": "Merged", "ordType": "Market", "orderQtyRq": "0.01"}
CLOSE = {**MARKET, "side": "Sell", "reduceOnly": True}
STOP = {
    "symbol": "BTCUSDT", "side": "Sell", "posSide": "Merged", "ordType": "Stop", "orderQtyRq": "0.01",
    "stopPxRp": "45000", "triggerType": "ByMarkPrice", "closeOnTrigger": True,
}  # fmt: skip
TAKE = {**STOP, "ordType": "MarketIfTouched", "stopPxRp": "60000"}
COIN = {"symbol": "BTCUSD", "side": "Buy", "ordType": "Limit", "orderQty": 1000, "priceEp": 490000000}
COIN_MARKET = {"symbol": "BTCUSD", "side": "Buy", "ordType": "Market", "orderQty": 1000}
SPOT = {
    "symbol": "sBTCUSDT", "side": "Buy", "ordType": "Limit", "qtyType": "ByBase", "baseQtyEv": 1_000_000,
    "priceEp": 4_900_000_000_000,
}  # fmt: skip
FILLED, CANCELED, REJECTED, NEW, UNTRIGGERED = 7, 8, 4, 5, 1
