"""`klines`, alike on spot and futures but for how many may be asked for. There are no volumes."""

from collections.abc import Callable
from typing import Any

from simulator.binance.parameters import Parameters, choice, whole_number
from simulator.binance.refusal import Refusal
from simulator.binance.symbols import Symbol, read_symbol
from simulator.candles import MINUTE_MS, Candle, Candles
from simulator.clock import Clock

DAY = 1440
MINUTES = {
    "1m": 1, "3m": 3, "5m": 5, "15m": 15, "30m": 30, "1h": 60, "2h": 120, "4h": 240, "6h": 360, "8h": 480, "12h": 720,
    "1d": DAY, "3d": 3 * DAY, "1w": 7 * DAY,
}  # fmt: skip
INTERVALS = frozenset(MINUTES)
MONDAY = 4 * DAY  # the first one; weeks begin there
USUAL = 500
NOTHING = "0.00000000"


class Klines:
    """`weigh` is what a call counts."""

    def __init__(
        self, clock: Clock, symbols: dict[str, Symbol], candles: Candles, most: int, weigh: Callable[[int], int]
    ) -> None:
        self._clock, self._symbols, self._candles, self._most, self._weigh = clock, symbols, candles, most, weigh

    def weight(self, params: Parameters) -> int:
        return self._weigh(self._many(params))

    def answer(self, params: Parameters) -> Any:
        symbol = read_symbol(self._symbols, params)
        minutes = MINUTES[choice(params, "interval", INTERVALS, Refusal(-1120, "Invalid interval."))]
        many = self._many(params)
        end = whole_number(params, "endTime", self._clock.now_ms()) // MINUTE_MS
        newest = _began(min(end, self._clock.now_ms() // MINUTE_MS), minutes)
        first = newest - (many - 1) * minutes
        if params.get("startTime"):
            first = -(-whole_number(params, "startTime") // MINUTE_MS)
            first = _began(first + minutes - 1, minutes)
        candles = self._candles.of(symbol.name, minutes, first, many)
        return [_row(each, minutes) for each in candles if each.at <= newest]

    def _many(self, params: Parameters) -> int:
        many = whole_number(params, "limit", USUAL)
        if many > self._most or many < 1:
            raise Refusal(-1130, "Data sent for parameter 'limit' is not valid.")
        return many


def of_spot(_: int) -> int:
    return 2


def of_futures(many: int) -> int:
    return 1 if many < 100 else 2 if many < 500 else 5 if many <= 1000 else 10


def _began(minute: int, minutes: int) -> int:
    """When the candle that holds the minute begins."""
    shift = MONDAY if minutes == MINUTES["1w"] else 0
    return (minute - shift) // minutes * minutes + shift


def _row(candle: Candle, minutes: int) -> list[Any]:
    prices = (f"{each:.8f}" for each in (candle.open, candle.high, candle.low, candle.close))
    end_ms = (candle.at + minutes) * MINUTE_MS - 1
    return [candle.at * MINUTE_MS, *prices, NOTHING, end_ms, NOTHING, 0, NOTHING, NOTHING, "0"]
