"""Bitget, spot and mix: positions, resting orders, exits that ride on an entry, plan orders, wallets."""

import json
from typing import Any
from urllib.parse import urlencode

import requests

from tests.simulator.bitget.client import BTC, OPEN, PLACE, REST, SPOT, SPOT_BUY, STOP, Client
from tests.support.simulator_process import SimulatorProcess

MIX = {"productType": "USDT-FUTURES"}
PLAN = {
    "symbol": "BTCUSDT", "side": "sell", "triggerPrice": "45000", "triggerType": "fill_price", "orderType": "market",
    "planType": "amount", "size": "0.01",
}  # fmt: skip


class BitgetScript:
    def __init__(self, simulator: SimulatorProcess) -> None:
        self._client = Client(simulator, simulator.open_account("bitget", balances={"USDT": "10000", "BTC": "1"}))
        self._now_ms = 0

    def trade(self, now_ms: int) -> None:
        self._now_ms = now_ms
        self._trade_mix()
        self._trade_spot()

    def _trade_mix(self) -> None:
        self._post("/api/v2/mix/account/set-leverage", {**BTC, "leverage": "10"})
        exits = {"presetStopLossPrice": "40000", "presetStopSurplusPrice": "70000"}
        self._post(PLACE, {**OPEN, **exits, "clientOid": "entry"})
        self._post(PLACE, {**REST, "clientOid": "resting"})
        self._post(PLACE, {**REST, "clientOid": "cancelled"})
        self._post("/api/v2/mix/order/cancel-order", {**BTC, "clientOid": "cancelled"})
        self._post("/api/v2/mix/order/place-tpsl-order", {**STOP, "clientOid": "stop"})
        self._post(PLACE, {**REST, "size": "99"})
        self._client.fault("partial")
        self._post(PLACE, {**REST, "price": "50000", "clientOid": "half"})
        self._client.move_price("49500")

    def _trade_spot(self) -> None:
        self._post(SPOT, {**SPOT_BUY, "orderType": "market", "size": "500", "clientOid": "spot"})
        self._post(SPOT, {**SPOT_BUY, "clientOid": "spot-resting"})
        self._post(SPOT, {**SPOT_BUY, "size": "0.0000001"})
        self._post("/api/v2/spot/trade/place-plan-order", {**PLAN, "clientOid": "plan"})

    def look(self, now_ms: int) -> None:
        self._now_ms = now_ms
        self._get("/api/v2/spot/account/assets", {})
        for name in ("unfilled-orders", "history-orders", "fills", "current-plan-order"):
            self._get(f"/api/v2/spot/trade/{name}", {"symbol": "BTCUSDT"})
        self._get("/api/v2/mix/account/accounts", MIX)
        self._get("/api/v2/mix/account/account", BTC)
        self._get("/api/v2/mix/position/all-position", {**MIX, "marginCoin": "USDT"})
        for name in ("orders-pending", "orders-history", "fills"):
            self._get(f"/api/v2/mix/order/{name}", {**MIX, "symbol": "BTCUSDT"})
        for name in ("orders-plan-pending", "orders-plan-history"):
            self._get(f"/api/v2/mix/order/{name}", {**MIX, "planType": "profit_loss"})

    def move_to(self, simulator: SimulatorProcess) -> None:
        self._client.simulator = simulator

    def _post(self, path: str, body: dict[str, Any]) -> requests.Response:
        return self._send("POST", path, json.dumps(body))

    def _get(self, path: str, asked: dict[str, str]) -> requests.Response:
        return self._send("GET", f"{path}?{urlencode(asked)}" if asked else path)

    def _send(self, method: str, target: str, body: str = "") -> requests.Response:
        return self._client.send_as_is(method, target, body, **{"ACCESS-TIMESTAMP": str(self._now_ms)})
