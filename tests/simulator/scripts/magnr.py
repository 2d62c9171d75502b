"""Magnr: open, settled, pending and refused trades."""

import itertools

from tests.simulator.magnr.client import BUY, TRADES, Magnr
from tests.simulator.scripts.script import NOW_MS
from tests.support.simulator_process import SimulatorProcess


class MagnrScript:
    def __init__(self, simulator: SimulatorProcess) -> None:
        account = simulator.open_account("magnr", balances={"BTC": "1"})
        self._client = Magnr(simulator, account, itertools.count(NOW_MS))

    def trade(self, now_ms: int) -> None:
        send = self._client.send
        send("POST", asked={**BUY, "stop_margin": 500})
        send("POST", asked={**BUY, "side": "sell", "take": 9000, "leverage": 2})
        send("POST", asked={**BUY, "size": 99})
        send("DELETE", f"{TRADES}2/")
        self._client.fault("partial")
        send("POST", asked=BUY)
        self._client.move_price("49800")
        self._client.fault("partial")
        send("POST", asked={**BUY, "exchange": "ItBit", "pair": "XBTUSD"})

    def look(self, now_ms: int) -> None:
        self._client.send("GET")
        self._client.send("GET", f"{TRADES}1/")

    def move_to(self, simulator: SimulatorProcess) -> None:
        self._client.simulator = simulator
