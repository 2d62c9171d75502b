"""Binance, spot and USDT-M: market, resting, listed and conditional orders, a partial fill, an isolated position."""

from tests.simulator.client import LIMIT_BUY, MARKET_BUY, OCO, OTOCO, STOP, Client
from tests.support.simulator_process import SimulatorProcess


class SpotScript:
    def __init__(self, simulator: SimulatorProcess) -> None:
        self._client = Client(simulator, "/binance", simulator.open_account(balances={"USDT": "10000", "BTC": "1"}))

    def trade(self, now_ms: int) -> None:
        send, order = self._client.send, "/api/v3/order"
        send("POST", order, timestamp=now_ms, **MARKET_BUY, newOrderRespType="FULL")
        send("POST", order, timestamp=now_ms, **LIMIT_BUY, newClientOrderId="resting")
        send("POST", order, timestamp=now_ms, **LIMIT_BUY, newClientOrderId="cancelled")
        send("POST", order, timestamp=now_ms, **{**LIMIT_BUY, "quantity": "99"})
        send("DELETE", order, timestamp=now_ms, symbol="BTCUSDT", origClientOrderId="cancelled")
        send("POST", "/api/v3/orderList/oco", timestamp=now_ms, **OCO)
        self._client.fault("partial")
        send("POST", order, timestamp=now_ms, **{**LIMIT_BUY, "price": "50000"}, newClientOrderId="half")
        send("POST", "/api/v3/orderList/otoco", timestamp=now_ms, **OTOCO)
        self._client.move_price("48900")

    def look(self, now_ms: int) -> None:
        for path in ("account", "openOrders", "openOrderList"):
            self._client.send("GET", f"/api/v3/{path}", timestamp=now_ms)
        for path in ("allOrders", "myTrades"):
            self._client.send("GET", f"/api/v3/{path}", timestamp=now_ms, symbol="BTCUSDT")
        self._client.send_as_is("GET", "/api/v3/klines", "symbol=BTCUSDT&interval=15m&limit=40")

    def move_to(self, simulator: SimulatorProcess) -> None:
        self._client.simulator = simulator


class FuturesScript:
    def __init__(self, simulator: SimulatorProcess) -> None:
        account = simulator.open_account("binance-futures", balances={"USDT": "10000"})
        self._client = Client(simulator, "/binance-futures", account)

    def trade(self, now_ms: int) -> None:
        send, order = self._client.send, "/fapi/v1/order"
        send("POST", "/fapi/v1/leverage", timestamp=now_ms, symbol="BTCUSDT", leverage=10)
        send("POST", "/fapi/v1/marginType", timestamp=now_ms, symbol="BTCUSDT", marginType="ISOLATED")
        send("POST", order, timestamp=now_ms, **MARKET_BUY, newOrderRespType="RESULT")
        send("POST", order, timestamp=now_ms, **LIMIT_BUY, newClientOrderId="resting")
        send("POST", order, timestamp=now_ms, **{**LIMIT_BUY, "quantity": "99"})
        send("POST", "/fapi/v1/algoOrder", timestamp=now_ms, **STOP, clientAlgoId="waiting")
        send("POST", "/fapi/v1/algoOrder", timestamp=now_ms, **{**STOP, "triggerPrice": "49000", "quantity": "0.004"})
        self._client.move_price("48900")

    def look(self, now_ms: int) -> None:
        for path in ("v3/balance", "v3/account", "v3/positionRisk", "v1/openOrders", "v1/openAlgoOrders"):
            self._client.send("GET", f"/fapi/{path}", timestamp=now_ms)
        for path in ("allOrders", "allAlgoOrders", "userTrades", "symbolConfig"):
            self._client.send("GET", f"/fapi/v1/{path}", timestamp=now_ms, symbol="BTCUSDT")
        self._client.send_as_is("GET", "/fapi/v1/klines", "symbol=BTCUSDT&interval=2h&limit=40")

    def move_to(self, simulator: SimulatorProcess) -> None:
        self._client.simulator = simulator
