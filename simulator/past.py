"""A made-up past of one symbol's price, told backwards from its first real one."""

from array import array
from decimal import ROUND_HALF_EVEN, Decimal
from random import Random

CALM = 0.0006  # of the price, one standard deviation a minute


class Past:
    """Made when asked for, minute by minute, and always the same for the same dice."""

    MOST = 10 * 1440
    """Minutes before the beginning: earlier the symbol did not exist."""

    def __init__(self, began: int, price: Decimal, tick: Decimal, dice: Random) -> None:
        """`began` is the minute, since 1970, of the first real price."""
        self._began, self._tick, self._dice = began, tick, dice
        self._ticks = array("q", [int((price / tick).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))])

    def between(self, first: int, end: int) -> list[Decimal]:
        """The prices from minute `first` until before `end`, oldest first; the last one leads over to what follows."""
        oldest, newest = min(self._began - first, self.MOST), max(self._began - end, 0)
        if oldest <= newest:
            return []
        self._reach(oldest)
        return [each * self._tick for each in reversed(self._ticks[newest : oldest + 1])]

    def _reach(self, minutes: int) -> None:
        while len(self._ticks) <= minutes:
            moved = self._ticks[-1] * (1 + self._dice.gauss(0, CALM))
            self._ticks.append(max(round(moved), 1))
