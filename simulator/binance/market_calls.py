"""Public prices and time, alike on spot and futures."""

from decimal import Decimal
from typing import Any

import orjson

from simulator.binance.parameters import Parameters
from simulator.binance.refusal import Refusal
from simulator.binance.symbols import Symbol, chosen, read_symbol
from simulator.clock import Clock
from simulator.prices import Prices


class MarketCalls:
    def __init__(self, clock: Clock, symbols: dict[str, Symbol], prices: Prices) -> None:
        self._clock, self._symbols, self._prices = clock, symbols, prices

    def ping(self, _: Parameters) -> Any:
        return {}

    def time(self, _: Parameters) -> Any:
        return {"serverTime": self._clock.now_ms()}

    def price(self, params: Parameters) -> Any:
        return self._one_or_all(params, self._price)

    def day(self, params: Parameters) -> Any:
        return self._one_or_all(params, self._day)

    def average(self, params: Parameters) -> Any:
        symbol = read_symbol(self._symbols, params)
        return {"mins": 5, "price": f"{self._prices.last[symbol.name]:.8f}", "closeTime": self._clock.now_ms()}

    def premium(self, params: Parameters) -> Any:
        return self._one_or_all(params, self._premium)

    def book(self, params: Parameters) -> Any:
        return self._one_or_all(params, self._book)

    def asked_for(self, params: Parameters) -> list[Symbol]:
        """`symbol=` or `symbols=["A","B"]` or all."""
        if not params.get("symbols"):
            return chosen(self._symbols, params)
        try:
            names = orjson.loads(params["symbols"])
        except orjson.JSONDecodeError:
            names = None
        if not isinstance(names, list):
            raise Refusal(-1100, "Illegal characters found in parameter 'symbols'; legal range is '[\"A\",\"B\"]'.")
        return [read_symbol(self._symbols, {"symbol": str(name)}) for name in names]

    def _one_or_all(self, params: Parameters, describe: Any) -> Any:
        described = [describe(symbol) for symbol in self.asked_for(params)]
        return described[0] if params.get("symbol") else described

    def _price(self, symbol: Symbol) -> dict[str, Any]:
        return {"symbol": symbol.name, "price": f"{self._prices.last[symbol.name]:.8f}", "time": self._clock.now_ms()}

    def _book(self, symbol: Symbol) -> dict[str, Any]:
        last = f"{self._prices.last[symbol.name]:.8f}"
        much = "100.00000000"
        return {"symbol": symbol.name, "bidPrice": last, "bidQty": much, "askPrice": last, "askQty": much}

    def _premium(self, symbol: Symbol) -> dict[str, Any]:
        last, now_ms = f"{self._prices.last[symbol.name]:.8f}", self._clock.now_ms()
        return {
            "symbol": symbol.name, "markPrice": last, "indexPrice": last, "estimatedSettlePrice": last,
            "lastFundingRate": "0.00010000", "interestRate": "0.00010000",
            "nextFundingTime": now_ms - now_ms % 28_800_000 + 28_800_000, "time": now_ms,
        }  # fmt: skip

    def _day(self, symbol: Symbol) -> dict[str, Any]:
        """The day's change is measured from the symbol's first price: there is no other history."""
        last, first, now_ms = self._prices.last[symbol.name], symbol.start_price, self._clock.now_ms()
        change = last - first
        return {
            "symbol": symbol.name, "priceChange": f"{change:.8f}", "priceChangePercent": f"{change / first * 100:.3f}",
            "weightedAvgPrice": f"{last:.8f}", "prevClosePrice": f"{first:.8f}", "lastPrice": f"{last:.8f}",
            "lastQty": f"{symbol.step:.8f}", "bidPrice": f"{last:.8f}", "bidQty": "100.00000000",
            "askPrice": f"{last:.8f}", "askQty": "100.00000000", "openPrice": f"{first:.8f}",
            "highPrice": f"{max(last, first):.8f}", "lowPrice": f"{min(last, first):.8f}",
            "volume": f"{Decimal(1000):.8f}", "quoteVolume": f"{last * 1000:.8f}", "openTime": now_ms - 86_400_000,
            "closeTime": now_ms, "firstId": 1, "lastId": 1, "count": 1,
        }  # fmt: skip
