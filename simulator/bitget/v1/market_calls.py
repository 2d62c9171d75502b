"""The public calls of v1: time, rules and prices (EXCHANGES 4.3)."""

from typing import Any

from simulator.bitget.parameters import Parameters
from simulator.bitget.symbols import LISTED, SYMBOLS
from simulator.bitget.v1 import answers, names
from simulator.clock import Clock
from simulator.prices import Prices


class OldMarketCalls:
    def __init__(self, clock: Clock, prices: Prices) -> None:
        self._clock, self._prices = clock, prices

    def time(self, _: Parameters) -> Any:
        """The text itself is the data."""
        return str(self._clock.now_ms())

    def products(self, _: Parameters) -> Any:
        return [answers.product(symbol) for symbol in SYMBOLS.values()]

    def product(self, params: Parameters) -> Any:
        return answers.product(SYMBOLS[names.spot_symbol(params)])

    def spot_ticker(self, params: Parameters) -> Any:
        symbol = SYMBOLS[names.spot_symbol(params)]
        return answers.spot_ticker(symbol, self._prices.last[symbol.name], self._clock.now_ms())

    def spot_tickers(self, _: Parameters) -> Any:
        now_ms = self._clock.now_ms()
        return [answers.spot_ticker(symbol, self._prices.last[name], now_ms) for name, symbol in SYMBOLS.items()]

    def contracts(self, params: Parameters) -> Any:
        listed = names.product(params) == LISTED
        return [answers.contract(symbol) for symbol in SYMBOLS.values()] if listed else []

    def leverage(self, params: Parameters) -> Any:
        symbol = SYMBOLS[names.mix_symbol(params)]
        name = symbol.name + names.MIX_SUFFIX
        return {"symbol": name, "minLeverage": "1", "maxLeverage": str(symbol.mix.max_leverage)}

    def mix_ticker(self, params: Parameters) -> Any:
        symbol = SYMBOLS[names.mix_symbol(params)]
        return answers.mix_ticker(symbol, self._prices.last[symbol.name], self._clock.now_ms())

    def mix_tickers(self, params: Parameters) -> Any:
        if names.product(params) != LISTED:
            return []
        now_ms = self._clock.now_ms()
        return [answers.mix_ticker(symbol, self._prices.last[name], now_ms) for name, symbol in SYMBOLS.items()]

    def mark_price(self, params: Parameters) -> Any:
        name = names.mix_symbol(params)
        now_ms = str(self._clock.now_ms())
        return {"symbol": name + names.MIX_SUFFIX, "markPrice": self._prices.last[name], "timestamp": now_ms}
