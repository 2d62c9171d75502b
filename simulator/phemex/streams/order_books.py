"""`orderbook` and `orderbook_p`: a made-up book around the last price, since fills here need none.

Its levels follow the price: thirty ticks on each side, with sizes that belong to the price itself, so that a
move only adds levels on one side and deletes them on the other.
"""

from decimal import Decimal
from typing import Any

from simulator.phemex.streams.feed import VENUE, Feed, tell
from simulator.phemex.streams.markets import market_of
from simulator.phemex.streams.refused import invalid
from simulator.wire.socket import Socket

LEVELS = 30
DEPTHS = (0, 1, 5, 10, 30)
SNAPSHOT_EVERY_MS = 60_000

Side = dict[Decimal, Decimal]


class OrderBook:
    """Parameters: symbol; then true for the full book, or false and a depth."""

    def __init__(self, socket: Socket, feed: Feed, params: list[Any], in_text: bool) -> None:
        if not 1 <= len(params) <= 3 or not all(isinstance(flag, bool) for flag in params[1:2]):
            raise invalid()
        self._market, self._key = market_of(params[0], in_text), "orderbook_p" if in_text else "book"
        self._depth = 0 if params[1:2] == [True] else (params[2] if len(params) == 3 else LEVELS)
        if self._depth not in DEPTHS:
            raise invalid()
        self._socket, self._feed = socket, feed
        self._asks, self._bids = self._levels()
        self._whole_ms = 0

    @property
    def name(self) -> str:
        return self._market.name

    def begin(self) -> None:
        self._feed.contracts.shared.streams.follow(VENUE, self.name, self)
        self._snapshot()

    def end(self) -> None:
        self._feed.contracts.shared.streams.unfollow(VENUE, self.name, self)

    def tick(self, now_ms: int) -> None:
        if now_ms - self._whole_ms >= SNAPSHOT_EVERY_MS:
            self._snapshot()

    def hear(self, kind: str, record: Any) -> None: ...

    def conclude(self) -> None:
        asks, bids = self._levels()
        changed_asks, changed_bids = _changes(self._asks, asks), _changes(self._bids, bids)
        self._asks, self._bids = asks, bids
        if changed_asks or changed_bids:
            self._tell(changed_asks, changed_bids, "incremental")

    def _snapshot(self) -> None:
        self._whole_ms = self._feed.now_ms
        self._asks, self._bids = self._levels()
        self._tell(self._asks, self._bids, "snapshot")

    def _levels(self) -> tuple[Side, Side]:
        last, tick = self._feed.contracts.prices.last[self._market.name], self._market.tick
        many = self._depth or LEVELS
        asks = [last + tick * away for away in range(1, many + 1)]
        bids = [last - tick * away for away in range(1, many + 1) if last > tick * away]
        return {price: self._size(price) for price in asks}, {price: self._size(price) for price in bids}

    def _size(self, price: Decimal) -> Decimal:
        return self._market.step * (int(price / self._market.tick) * 7919 % 9973 + 1)

    def _tell(self, asks: Side, bids: Side, kind: str) -> None:
        tell(self._socket, {
            self._key: {"asks": self._spelt(sorted(asks.items())), "bids": self._spelt(sorted(bids.items())[::-1])},
            "depth": self._depth, "sequence": self._feed.next_sequence(), "symbol": self.name,
            "timestamp": self._feed.now_ns, "type": kind,
        })  # fmt: skip

    def _spelt(self, levels: list[tuple[Decimal, Decimal]]) -> list[list[Any]]:
        market = self._market
        return [[market.spell_price(price), market.spell_quantity(quantity)] for price, quantity in levels]


def _changes(before: Side, after: Side) -> Side:
    """New levels, and those that are gone with a quantity of zero."""
    gone = {price: Decimal(0) for price in before.keys() - after.keys()}
    return gone | {price: quantity for price, quantity in after.items() if before.get(price) != quantity}
