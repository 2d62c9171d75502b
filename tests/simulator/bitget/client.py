"""A plain signing client of the tests, written from EXCHANGES 4.1 and 5.2."""

import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import requests

from tests.support.simulator_process import SimulatorProcess

PLACE, DETAIL = "/api/v2/mix/order/place-order", "/api/v2/mix/order/detail"
SPOT, SPOT_INFO = "/api/v2/spot/trade/place-order", "/api/v2/spot/trade/orderInfo"
BTC = {"symbol": "BTCUSDT", "productType": "USDT-FUTURES", "marginCoin": "USDT"}
OPEN = {**BTC, "marginMode": "crossed", "size": "0.01", "side": "buy", "orderType": "market"}
REST = {**OPEN, "orderType": "limit", "price": "40000"}
CLOSE = {**OPEN, "side": "sell", "reduceOnly": "YES"}
SPOT_BUY = {"symbol": "BTCUSDT", "side": "buy", "orderType": "limit", "force": "gtc", "size": "0.01", "price": "40000"}
STOP = {**BTC, "planType": "loss_plan", "triggerPrice": "45000", "holdSide": "buy", "size": "0.01"}


@dataclass(slots=True)
class Client:
    simulator: SimulatorProcess
    account: dict[str, str]

    def send(self, method: str, path: str, **params: Any) -> requests.Response:
        """Signed; GET in the query, POST as JSON."""
        query = "?" + urlencode(params) if params and method == "GET" else ""
        body = json.dumps(params) if method == "POST" else ""
        return self.send_as_is(method, path + query, body)

    def send_as_is(self, method: str, target: str, body: str = "", **headers: str) -> requests.Response:
        stamp = headers.pop("ACCESS-TIMESTAMP", str(int(time.time() * 1000)))
        mac = hmac.new(self.account["secret"].encode(), f"{stamp}{method}{target}{body}".encode(), hashlib.sha256)
        signed = {
            "ACCESS-KEY": self.account["api_key"], "ACCESS-SIGN": base64.b64encode(mac.digest()).decode(),
            "ACCESS-TIMESTAMP": stamp, "ACCESS-PASSPHRASE": self.account["passphrase"],
            "Content-Type": "application/json", "locale": "en-US", "PAPTRADING": "1",
        }  # fmt: skip
        url = f"{self.simulator.url}/bitget{target}"
        return self.simulator.session.request(method, url, data=body or None, headers=signed | headers, timeout=5)

    def get(self, path: str, **params: Any) -> Any:
        return self._data(self.send("GET", path, **params))

    def post(self, path: str, **params: Any) -> Any:
        return self._data(self.send("POST", path, **params))

    @staticmethod
    def _data(answer: requests.Response) -> Any:
        envelope = answer.json()
        assert (answer.status_code, envelope["code"], envelope["msg"]) == (200, "00000", "success"), answer.text
        return envelope["data"]

    def refused(self, method: str, path: str, **params: Any) -> str:
        """The venue's code, which comes with HTTP 400 and no data."""
        answer = self.send(method, path, **params)
        assert (answer.status_code, answer.json()["data"]) == (400, None), answer.text
        code: str = answer.json()["code"]
        return code

    def detail(self, order: dict[str, str]) -> dict[str, Any]:
        found: dict[str, Any] = self.get(DETAIL, symbol="BTCUSDT", productType="USDT-FUTURES", orderId=order["orderId"])
        return found

    def positions(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get("/api/v2/mix/position/single-position", **BTC)
        return found

    def exits(self) -> list[dict[str, Any]]:
        """Waiting exits, the oldest first."""
        return self._exits("pending")

    def ended_exits(self) -> list[dict[str, Any]]:
        return self._exits("history")

    def _exits(self, which: str) -> list[dict[str, Any]]:
        path, asked = f"/api/v2/mix/order/orders-plan-{which}", {"planType": "profit_loss"}
        return list(reversed(self.get(path, productType="USDT-FUTURES", **asked)["entrustedList"] or []))

    def spot_order(self, order: dict[str, str]) -> dict[str, Any]:
        found = self.get(SPOT_INFO, orderId=order["orderId"])
        assert len(found) == 1
        return dict(found[0])

    def spot_wallet(self, coin: str = "USDT") -> tuple[str, str]:
        """Available and frozen."""
        held = self.get("/api/v2/spot/account/assets", coin=coin)[0]
        return held["available"], held["frozen"]

    def move_price(self, price: str, symbol: str = "BTCUSDT") -> None:
        self.simulator.move_price("bitget", symbol, price)

    def fault(self, kind: str, on: str = "order", count: int = 1, **wanted: Any) -> None:
        self.simulator.fault("bitget", kind, on=on, count=count, **wanted)
