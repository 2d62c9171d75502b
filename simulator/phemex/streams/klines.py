"""`kline` and `kline_p`: the candle of now. There are no older ones: prices have no history here."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from simulator.phemex.streams.feed import VENUE, Feed, tell
from simulator.phemex.streams.markets import market_of
from simulator.phemex.streams.refused import invalid
from simulator.wire.socket import Socket

INTERVALS = (60, 300, 900, 1800, 3600, 14400, 86400, 604800, 2592000, 7776000, 31104000)


@dataclass(slots=True)
class Candle:
    """`at_s` is when it began."""

    at_s: int
    last_close: Decimal
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal = Decimal(0)
    turnover: Decimal = Decimal(0)


class Klines:
    """Parameters: symbol, interval in seconds."""

    def __init__(self, socket: Socket, feed: Feed, params: list[Any], in_text: bool) -> None:
        if len(params) != 2 or params[1] not in INTERVALS:
            raise invalid()
        self._market, self._key = market_of(params[0], in_text), "kline_p" if in_text else "kline"
        self._interval: int = params[1]
        self._socket, self._feed = socket, feed
        self._candle = self._fresh_candle(feed.contracts.prices.last[self._market.name])

    @property
    def name(self) -> str:
        return f"{self._market.name}/{self._interval}"

    def begin(self) -> None:
        self._feed.contracts.shared.streams.follow(VENUE, self._market.name, self)
        self._tell("snapshot")

    def end(self) -> None:
        self._feed.contracts.shared.streams.unfollow(VENUE, self._market.name, self)

    def tick(self, now_ms: int) -> None:
        """A candle begins on time, whether or not the price moves."""
        if now_ms // 1000 >= self._candle.at_s + self._interval:
            self._candle = self._fresh_candle(self._candle.close)
            self._tell("incremental")

    def hear(self, kind: str, record: Any) -> None:
        self.tick(self._feed.now_ms)
        if kind == "trade":
            self._candle.volume += record.quantity
            self._candle.turnover += self._market.value(record.quantity, record.price)

    def conclude(self) -> None:
        candle, price = self._candle, self._feed.contracts.prices.last[self._market.name]
        candle.high, candle.low, candle.close = max(candle.high, price), min(candle.low, price), price
        self._tell("incremental")

    def _fresh_candle(self, price: Decimal) -> Candle:
        began_s = self._feed.now_ms // 1000 // self._interval * self._interval
        return Candle(began_s, price, price, price, price, price)

    def _tell(self, kind: str) -> None:
        candle, market = self._candle, self._market
        prices = (candle.last_close, candle.open, candle.high, candle.low, candle.close)
        row = [
            candle.at_s, self._interval, *map(market.spell_price, prices), market.spell_quantity(candle.volume),
            market.spell_value(candle.turnover),
        ]  # fmt: skip
        tell(self._socket, {
            self._key: [row], "sequence": self._feed.next_sequence(), "symbol": market.name, "type": kind,
        })  # fmt: skip
