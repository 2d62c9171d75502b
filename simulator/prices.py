"""The last price of every symbol of one market: still, set by the control API, or on a seeded random walk."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from random import Random


@dataclass(slots=True)
class LastPrice:
    """The record that keeps a moved price over a restart."""

    symbol: str
    price: Decimal


VOLATILITY = 0.0004  # of the price, one standard deviation a step (a second)


class Prices:
    """Prices are multiples of the symbol's tick. Whoever moves one settles what the move reaches."""

    def __init__(self, market: str, start: dict[str, Decimal], ticks: dict[str, Decimal], seed: int) -> None:
        self._market, self._start, self._ticks, self._seed = market, start, ticks, seed
        self.last: dict[str, Decimal] = {}
        self.walking: set[str] = set()
        self.reset()

    def reset(self) -> None:
        self.last.clear()
        self.last.update(self._start)
        self.walking.clear()
        # One generator a symbol, so that starting one walk does not bend another one's path.
        self._dice = {symbol: Random(f"{self._seed}/{self._market}/{symbol}") for symbol in self._start}

    def walk(self, move: Callable[[str, Decimal], None]) -> None:
        """One step of every walking symbol."""
        for symbol in sorted(self.walking):
            tick = self._ticks[symbol]
            moved = float(self.last[symbol]) * (1 + self._dice[symbol].gauss(0, VOLATILITY))
            steps = (Decimal(repr(moved)) / tick).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)
            move(symbol, max(steps * tick, tick))


def crosses(buys: bool, price: Decimal, last: Decimal) -> bool:
    """Whether an order at this price is due: to buy at the last price or above it, to sell at it or below."""
    return price >= last if buys else price <= last
