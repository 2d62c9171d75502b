"""Time and prices for everyone: contract tickers in integers, g-tickers in text, spot tickers (EXCHANGES 6.2, 6.5)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from simulator.clock import Clock
from simulator.phemex.contracts.spelling import PRICE_SCALE, plain, scaled
from simulator.phemex.contracts.symbols import CONTRACTS, contracts_of, read_contract
from simulator.phemex.identity import NS
from simulator.phemex.parameters import Parameters
from simulator.phemex.spot.symbols import PAIRS, SCALE, read_pair
from simulator.prices import Prices


class Tickers:
    """The day is measured from the symbol's first price: there is no other history."""

    def __init__(self, clock: Clock, prices: Prices) -> None:
        self._clock, self._prices = clock, prices

    def time(self, _: Parameters) -> Any:
        return {"code": 0, "msg": "", "data": {"serverTime": self._clock.now_ms()}}

    def coin(self, params: Parameters) -> Any:
        return self._told(self._coin(read_contract(params, inverse=True).name))

    def linear(self, params: Parameters) -> Any:
        return self._told(self._linear(read_contract(params, inverse=False).name))

    def spot(self, params: Parameters) -> Any:
        return self._told(self._spot(read_pair(params).name))

    def all_coin(self, _: Parameters) -> Any:
        return self._told([self._coin(contract.name) for contract in contracts_of(inverse=True)])

    def all_linear(self, _: Parameters) -> Any:
        return self._told([self._linear(contract.name) for contract in contracts_of(inverse=False)])

    def all_spot(self, _: Parameters) -> Any:
        return self._told([self._spot(name) for name in PAIRS])

    def _told(self, result: Any) -> dict[str, Any]:
        return {"error": None, "id": 0, "result": result}

    def _coin(self, name: str) -> dict[str, Any]:
        last, first = self._prices.last[name], CONTRACTS[name].start_price
        day = _day(last, first, lambda price: scaled(price, PRICE_SCALE), "Ep")
        price = scaled(last, PRICE_SCALE)
        return {
            **day, "askEp": price, "bidEp": price, "lastEp": price, "markEp": price, "indexEp": price,
            "fundingRateEr": 10000, "predFundingRateEr": 10000, "openInterest": 0, "symbol": name,
            "timestamp": self._clock.now_ms() * NS, "turnoverEv": 0, "volume": 0,
        }  # fmt: skip

    def _linear(self, name: str) -> dict[str, Any]:
        last, first = self._prices.last[name], CONTRACTS[name].start_price
        price = plain(last)
        return {
            **_day(last, first, plain, "Rp"), "closeRp": price, "markPriceRp": price, "indexPriceRp": price,
            "fundingRateRr": "0.0001", "predFundingRateRr": "0.0001", "openInterestRv": "0", "symbol": name,
            "timestamp": self._clock.now_ms() * NS, "turnoverRv": "0", "volumeRq": "0",
        }  # fmt: skip

    def _spot(self, name: str) -> dict[str, Any]:
        last, first = self._prices.last[name], PAIRS[name].start_price
        price = scaled(last, SCALE)
        return {
            **_day(last, first, lambda each: scaled(each, SCALE), "Ep"), "askEp": price, "bidEp": price,
            "lastEp": price, "symbol": name, "timestamp": self._clock.now_ms() * NS, "turnoverEv": 0, "volumeEv": 0,
        }  # fmt: skip


def _day(last: Decimal, first: Decimal, spell: Callable[[Decimal], Any], suffix: str) -> dict[str, Any]:
    prices = {"open": first, "high": max(first, last), "low": min(first, last)}
    return {name + suffix: spell(price) for name, price in prices.items()}
