"""What the prices of one market did: minute by minute for a day and hour by hour for two months, told as candles.

Every price that was quoted is in them. Before the first one there is a past that is made up from the seed, so that a
chart has something to show: it ends at that price, and never changes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from random import Random

from simulator.clock import Clock
from simulator.journal import Journal, NoJournal
from simulator.past import Past
from simulator.prices import Prices

MINUTE_MS, MINUTE, HOUR = 60_000, 1, 60
KEPT = 1500  # candles of each unit
CANDLE, BEGINNING = "candle", "candles-begin"


@dataclass(slots=True)
class Candle:
    """`at` is the minute, since 1970, in which it begins; `minutes` is how many it has."""

    venue: str
    symbol: str
    minutes: int
    at: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal

    def take(self, price: Decimal) -> None:
        self.high, self.low, self.close = max(self.high, price), min(self.low, price), price


@dataclass(slots=True)
class Beginning:
    """The first price that was quoted of a symbol, and its minute."""

    venue: str
    symbol: str
    at: int
    price: Decimal


class Candles:
    """Of one venue. Bounded: what is older than it keeps is not told."""

    def __init__(
        self,
        venue: str,
        clock: Clock,
        journal: Journal | NoJournal,
        prices: Prices,
        ticks: dict[str, Decimal],
        seed: int,
    ) -> None:
        self._venue, self._clock, self._journal, self._prices = venue, clock, journal, prices
        self._ticks, self._seed = ticks, seed
        self.clear()

    def clear(self) -> None:
        self._born = self._now()
        self._kept: dict[tuple[str, int], dict[int, Candle]] = {}
        self._beginnings: dict[str, Beginning] = {}
        self._pasts: dict[str, Past] = {}

    def restore(self, journal: Journal | NoJournal) -> None:
        for began in journal.read(BEGINNING, Beginning):
            if began.venue == self._venue:
                self._beginnings[began.symbol] = began
        for candle in journal.read(CANDLE, Candle):
            if candle.venue == self._venue:
                self._kept.setdefault((candle.symbol, candle.minutes), {})[candle.at] = candle
        for symbol, unit in self._kept:
            self._forget(symbol, unit)

    def note(self, symbol: str, price: Decimal) -> None:
        """The price is about to go there from where it is. Raises KeyError for an unknown symbol."""
        before = self._prices.last[symbol]
        self._begin(symbol)
        for unit in (MINUTE, HOUR):
            self._enter(symbol, unit, self._now(), before, price)

    def of(self, symbol: str, minutes: int, first: int, many: int) -> list[Candle]:
        """At most `many` of so many `minutes`, from the one that begins in minute `first`; none of the future.

        Where it remembers less, they begin with the first one that it remembers.
        """
        began = self._begin(symbol)
        kept = self._kept[symbol, _unit(minutes)]
        is_whole = min(kept) <= began.at
        missing = max((began.at - Past.MOST if is_whole else min(kept)) - first, 0)
        first += -(-missing // minutes) * minutes
        return list(self._told(symbol, minutes, first, min(first + many * minutes - 1, self._now()), is_whole))

    def _told(self, symbol: str, minutes: int, first: int, last: int, is_whole: bool) -> Iterator[Candle]:
        kept, unit = self._kept[symbol, _unit(minutes)], _unit(minutes)
        earlier = [at for at in kept if at < first]
        close = kept[max(earlier)].close if earlier else self._beginnings[symbol].price
        for at in range(first, last + 1, minutes):
            made_up = self._past(symbol).between(at, at + minutes) if is_whole else ()
            real = [kept[each] for each in range(at, at + minutes, unit) if each in kept]
            prices = [*made_up, *chain.from_iterable((each.open, each.high, each.low, each.close) for each in real)]
            close_before, close = close, prices[-1] if prices else close
            prices = prices or [close_before]
            yield Candle(self._venue, symbol, minutes, at, prices[0], max(prices), min(prices), prices[-1])

    def _begin(self, symbol: str) -> Beginning:
        """Real time began when this process did; a clock that is set begins when it is first looked at."""
        now = self._now()
        began = self._beginnings.get(symbol)
        if began is None or now < began.at:  # A clock that is set back before it begins anew.
            at = min(self._born, now) if self._clock.is_real else now
            began = self._beginnings[symbol] = Beginning(self._venue, symbol, at, self._prices.last[symbol])
            self._journal.note(BEGINNING, f"{self._venue}/{symbol}", began)
            self._pasts.pop(symbol, None)
            for unit in (MINUTE, HOUR):
                self._kept.pop((symbol, unit), None)
                self._enter(symbol, unit, at, began.price, began.price)
        return began

    def _enter(self, symbol: str, unit: int, minute: int, before: Decimal, price: Decimal) -> None:
        at, candles = minute // unit * unit, self._kept.setdefault((symbol, unit), {})
        candle = candles.get(at)
        if candle is None:
            candle = candles[at] = self._still(symbol, unit, at, before)
            self._forget(symbol, unit)
        candle.take(price)
        self._write(candle)

    def _forget(self, symbol: str, unit: int) -> None:
        """The oldest one that is kept begins with what was before it: a price that rested is told, too."""
        candles = self._kept[symbol, unit]
        oldest = max(candles) - (KEPT - 1) * unit
        gone = [each for each in candles if each < oldest]
        if gone and oldest not in candles:
            candles[oldest] = self._still(symbol, unit, oldest, candles[max(gone)].close)
            self._write(candles[oldest])
        for each in gone:
            del candles[each]

    def _write(self, candle: Candle) -> None:
        """A ring of rows: what is forgotten is written over."""
        place = candle.at // candle.minutes % KEPT
        self._journal.note(CANDLE, f"{self._venue}/{candle.symbol}/{candle.minutes}/{place}", candle)

    def _still(self, symbol: str, unit: int, at: int, price: Decimal) -> Candle:
        return Candle(self._venue, symbol, unit, at, price, price, price, price)

    def _past(self, symbol: str) -> Past:
        if symbol not in self._pasts:
            began, dice = self._beginnings[symbol], Random(f"{self._seed}/{self._venue}/{symbol}/past")
            self._pasts[symbol] = Past(began.at, began.price, self._ticks[symbol], dice)
        return self._pasts[symbol]

    def _now(self) -> int:
        return self._clock.now_ms() // MINUTE_MS


def _unit(minutes: int) -> int:
    return HOUR if minutes % HOUR == 0 else MINUTE
