"""The public calls of v2: time, rules and prices (EXCHANGES 5.3)."""

from typing import Any

from simulator.bitget.mix import answers as mix_answers
from simulator.bitget.parameters import Parameters, optional
from simulator.bitget.products import read_contract, read_product
from simulator.bitget.spot import answers as spot_answers
from simulator.bitget.spot.drafts import read_symbol
from simulator.bitget.symbols import LISTED, SYMBOLS, Symbol
from simulator.clock import Clock
from simulator.prices import Prices


class MarketCalls:
    def __init__(self, clock: Clock, prices: Prices) -> None:
        self.clock, self.prices = clock, prices

    def time(self, _: Parameters) -> Any:
        return {"serverTime": str(self.clock.now_ms())}

    def spot_rules(self, params: Parameters) -> Any:
        return [spot_answers.described(symbol) for symbol in _of_spot(params)]

    def spot_tickers(self, params: Parameters) -> Any:
        now_ms = self.clock.now_ms()
        return [spot_answers.ticker(symbol, self.prices.last[symbol.name], now_ms) for symbol in _of_spot(params)]

    def coins(self, params: Parameters) -> Any:
        wanted = optional(params, "coin")
        bases = {symbol.base: symbol.coin_id for symbol in SYMBOLS.values()} | {"USDT": 2}
        return [
            {"coinId": str(number), "coin": coin, "transfer": "true", "areaCoin": "no", "chains": []}
            for coin, number in bases.items()
            if wanted in ("", coin)
        ]

    def borrowable(self, _: Parameters) -> Any:
        """Margin trading is not played: nothing can be borrowed."""
        return [
            {
                "symbol": symbol.name, "baseCoin": symbol.base, "quoteCoin": symbol.quote, "maxCrossedLeverage": "3",
                "maxIsolatedLeverage": "10", "isBorrowable": False, "isIsolatedBaseBorrowable": False,
                "isIsolatedQuoteBorrowable": False, "isCrossBorrowable": False, "status": "1",
            }
            for symbol in SYMBOLS.values()
        ]  # fmt: skip

    def contracts(self, params: Parameters) -> Any:
        return [mix_answers.described(symbol) for symbol in _of_mix(params)]

    def mix_tickers(self, params: Parameters) -> Any:
        now_ms = self.clock.now_ms()
        return [mix_answers.ticker(symbol, self.prices.last[symbol.name], now_ms) for symbol in _of_mix(params)]

    def mix_ticker(self, params: Parameters) -> Any:
        """One symbol, in a list nevertheless."""
        symbol = read_contract(params)
        return [mix_answers.ticker(symbol, self.prices.last[symbol.name], self.clock.now_ms())]

    def mix_price(self, params: Parameters) -> Any:
        symbol = read_contract(params)
        last = self.prices.last[symbol.name]
        now_ms = str(self.clock.now_ms())
        return [{"symbol": symbol.name, "price": last, "indexPrice": last, "markPrice": last, "ts": now_ms}]


def _of_spot(params: Parameters) -> list[Symbol]:
    return [read_symbol(params)] if optional(params, "symbol") else list(SYMBOLS.values())


def _of_mix(params: Parameters) -> list[Symbol]:
    product = read_product(params)
    if optional(params, "symbol"):
        return [read_contract(params)]
    return list(SYMBOLS.values()) if product == LISTED else []
