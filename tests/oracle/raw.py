"""The second reader: plain signed requests, written from EXCHANGES 2.2, 4.1 and 6.2, that know nothing of ccxt."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import urlencode

import requests

from tests.support.simulator_process import SimulatorProcess


class Raw:
    """`get` and `post` answer the decoded document, whatever the status."""

    prefix = ""

    def __init__(self, simulator: SimulatorProcess, account: dict[str, str]) -> None:
        self.simulator, self.account = simulator, account

    def get(self, path: str, **params: Any) -> Any:
        return self._sent("GET", path, urlencode(params), "").json()

    def post(self, path: str, body: dict[str, Any]) -> Any:
        return self._sent("POST", path, "", json.dumps(body)).json()

    def _sent(self, method: str, path: str, query: str, body: str) -> requests.Response:
        query, headers = self._signed(method, path, query, body)
        url = f"{self.simulator.url}{self.prefix}{path}" + (f"?{query}" if query else "")
        headers["Content-Type"] = "application/json"
        return self.simulator.session.request(method, url, data=body or None, headers=headers, timeout=5)

    def _signed(self, method: str, path: str, query: str, body: str) -> tuple[str, dict[str, str]]:
        raise NotImplementedError

    def _digest(self, text: str) -> bytes:
        return hmac.digest(self.account["secret"].encode(), text.encode(), hashlib.sha256)


class Binance(Raw):
    prefix = "/binance"

    def _signed(self, method: str, path: str, query: str, body: str) -> tuple[str, dict[str, str]]:
        timed = f"{query}&timestamp={int(time.time() * 1000)}".removeprefix("&")
        return f"{timed}&signature={self._digest(timed).hex()}", {"X-MBX-APIKEY": self.account["api_key"]}


class BinanceFutures(Binance):
    prefix = "/binance-futures"


class Bitget(Raw):
    prefix = "/bitget"

    def _signed(self, method: str, path: str, query: str, body: str) -> tuple[str, dict[str, str]]:
        now_ms = str(int(time.time() * 1000))
        text = now_ms + method + path + (f"?{query}" if query else "") + body
        return query, {
            "ACCESS-KEY": self.account["api_key"], "ACCESS-SIGN": base64.b64encode(self._digest(text)).decode(),
            "ACCESS-TIMESTAMP": now_ms, "ACCESS-PASSPHRASE": self.account["passphrase"],
        }  # fmt: skip

    def data(self, path: str, **params: Any) -> Any:
        answer = self.get(path, **params)
        assert answer["code"] == "00000", answer
        return answer["data"]


class Phemex(Raw):
    prefix = "/phemex"

    def _signed(self, method: str, path: str, query: str, body: str) -> tuple[str, dict[str, str]]:
        expiry = str(int(time.time()) + 60)
        return query, {
            "x-phemex-access-token": self.account["api_key"], "x-phemex-request-expiry": expiry,
            "x-phemex-request-signature": self._digest(path + query + expiry + body).hex(),
        }  # fmt: skip

    def data(self, path: str, **params: Any) -> Any:
        answer = self.get(path, **params)
        assert answer["code"] == 0, answer
        return answer["data"]
