"""A plain signing client of the tests, written from EXCHANGES 2.2."""

import hashlib
import hmac
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import requests

from tests.support.simulator_process import SimulatorProcess


@dataclass(slots=True)
class Client:
    simulator: SimulatorProcess
    prefix: str
    account: dict[str, str]

    def send(self, method: str, path: str, **params: Any) -> requests.Response:
        """Signed; POST in the body, the rest in the query."""
        signed = {"timestamp": int(time.time() * 1000), "recvWindow": 5000, **params}
        text = urlencode(signed)
        mac = hmac.new(self.account["secret"].encode(), text.encode(), hashlib.sha256)
        return self.send_as_is(method, path, f"{text}&signature={mac.hexdigest()}")

    def send_as_is(self, method: str, path: str, text: str) -> requests.Response:
        url, body = f"{self.simulator.url}{self.prefix}{path}", None
        if method == "POST":
            body = text
        else:
            url += "?" + text
        headers = {"X-MBX-APIKEY": self.account["api_key"], "Content-Type": "application/x-www-form-urlencoded"}
        return self.simulator.session.request(method, url, data=body, headers=headers, timeout=5)

    def ok(self, method: str, path: str, **params: Any) -> Any:
        answer = self.send(method, path, **params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def refused(self, method: str, path: str, **params: Any) -> tuple[int, str]:
        """The venue's code and message."""
        answer = self.send(method, path, **params)
        assert answer.status_code >= 400, answer.text
        return answer.json()["code"], answer.json()["msg"]

    def move_price(self, price: str, symbol: str = "BTCUSDT") -> None:
        self.simulator.move_price(self.prefix[1:], symbol, price)

    def fault(self, kind: str, on: str = "order", count: int | None = 1, **wanted: Any) -> None:
        counted = {} if count is None else {"count": count}
        self.simulator.fault(self.prefix[1:], kind, on=on, **counted, **wanted)


MARKET_BUY = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.01"}
LIMIT_BUY = {
    "symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.01", "price": "40000",
}  # fmt: skip
OCO = {
    "symbol": "BTCUSDT", "side": "SELL", "quantity": "0.01", "aboveType": "LIMIT_MAKER", "abovePrice": "60000",
    "belowType": "STOP_LOSS_LIMIT", "belowStopPrice": "45000", "belowPrice": "44900", "belowTimeInForce": "GTC",
}  # fmt: skip
OTOCO = {
    "symbol": "BTCUSDT", "workingType": "LIMIT", "workingSide": "BUY", "workingPrice": "49000",
    "workingQuantity": "0.01", "workingTimeInForce": "GTC", "pendingSide": "SELL", "pendingQuantity": "0.00999",
    "pendingAboveType": "LIMIT_MAKER", "pendingAbovePrice": "55000", "pendingBelowType": "STOP_LOSS",
    "pendingBelowStopPrice": "45000",
}  # fmt: skip
STOP = {
    "algoType": "CONDITIONAL", "symbol": "BTCUSDT", "side": "SELL", "type": "STOP_MARKET", "triggerPrice": "45000",
    "quantity": "0.01", "reduceOnly": "true",
}  # fmt: skip
