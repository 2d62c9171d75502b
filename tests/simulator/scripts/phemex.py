"""Phemex, all three of its APIs: positions, resting and conditional orders, exits of an entry, wallets."""

from tests.simulator.phemex.client import COIN, COIN_MARKET, LIMIT, MARKET, SPOT, STOP, TAKE, Phemex
from tests.support.simulator_process import SimulatorProcess

BALANCES = {"USDT": "10000", "BTC": "1", "ETH": "10"}
LISTS = {
    "BTCUSDT": ("/g-orders/activeList", "/api-data/g-futures/orders", "/api-data/g-futures/trades"),
    "BTCUSD": ("/orders/activeList", "/api-data/futures/orders", "/api-data/futures/trades"),
    "sBTCUSDT": ("/spot/orders", "/api-data/spots/orders", "/api-data/spots/trades"),
}


class PhemexScript:
    def __init__(self, simulator: SimulatorProcess) -> None:
        self._client = Phemex(simulator, simulator.open_account("phemex", balances=BALANCES))

    def trade(self, now_ms: int) -> None:
        self._client.now_s = now_ms // 1000
        self._trade_linear()
        self._trade_coin()
        self._trade_spot()

    def _trade_linear(self) -> None:
        send = self._client.send
        send("PUT", "/g-positions/leverage", symbol="BTCUSDT", leverageRr=10)
        send("POST", "/g-orders", {**MARKET, "stopLossRp": "40000", "takeProfitRp": "70000", "clOrdID": "entry"})
        send("POST", "/g-orders", {**LIMIT, "clOrdID": "resting"})
        send("POST", "/g-orders", {**LIMIT, "clOrdID": "cancelled"})
        send("DELETE", "/g-orders/cancel", symbol="BTCUSDT", posSide="Merged", clOrdID="cancelled")
        send("POST", "/g-orders", {**STOP, "clOrdID": "stop"})
        send("POST", "/g-orders", {**TAKE, "clOrdID": "take"})
        send("POST", "/g-orders", {**LIMIT, "orderQtyRq": "99"})
        self._client.fault("partial")
        send("POST", "/g-orders", {**LIMIT, "priceRp": "50000", "clOrdID": "half"})
        self._client.move_price("49500")

    def _trade_coin(self) -> None:
        send = self._client.send
        send("PUT", "/positions/leverage", symbol="BTCUSD", leverage=10)
        send("POST", "/orders", {**COIN_MARKET, "clOrdID": "coin"})
        send("POST", "/orders", {**COIN, "clOrdID": "coin-resting"})
        send("POST", "/orders", {**COIN, "orderQty": 0})
        self._client.move_price("49500", "BTCUSD")

    def _trade_spot(self) -> None:
        send = self._client.send
        send("POST", "/spot/orders", {**SPOT, "ordType": "Market", "clOrdID": "spot"})
        send("POST", "/spot/orders", {**SPOT, "clOrdID": "spot-resting"})
        send("POST", "/spot/orders", {**SPOT, "baseQtyEv": 1})
        self._client.move_price("49500", "sBTCUSDT")

    def look(self, now_ms: int) -> None:
        self._client.now_s = now_ms // 1000
        self._client.send("GET", "/accounts/accountPositions", currency="BTC")
        self._client.send("GET", "/g-accounts/accountPositions", currency="USDT")
        self._client.send("GET", "/spot/wallets")
        for symbol, paths in LISTS.items():
            for path in paths:
                self._client.send("GET", path, symbol=symbol)

    def move_to(self, simulator: SimulatorProcess) -> None:
        self._client.simulator = simulator
