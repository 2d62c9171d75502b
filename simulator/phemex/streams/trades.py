"""`trade` and `trade_p`: the last 200 trades, then each as it happens. The side is the taker's."""

import heapq
from itertools import chain
from typing import Any

from simulator.phemex.identity import NS
from simulator.phemex.streams.feed import VENUE, Feed, tell
from simulator.phemex.streams.markets import market_of
from simulator.phemex.streams.refused import invalid
from simulator.wire.socket import Socket

MOST = 200
OTHER = {"Buy": "Sell", "Sell": "Buy"}


class Trades:
    def __init__(self, socket: Socket, feed: Feed, params: list[Any], in_text: bool) -> None:
        if len(params) != 1:
            raise invalid()
        self._market, self._key = market_of(params[0], in_text), "trades_p" if in_text else "trades"
        self._socket, self._feed = socket, feed
        self._fresh: list[list[Any]] = []

    @property
    def name(self) -> str:
        return self._market.name

    def begin(self) -> None:
        self._feed.contracts.shared.streams.follow(VENUE, self.name, self)
        self._tell([self._row(fill) for fill in self._history()], "snapshot")

    def end(self) -> None:
        self._feed.contracts.shared.streams.unfollow(VENUE, self.name, self)

    def tick(self, now_ms: int) -> None: ...

    def hear(self, kind: str, record: Any) -> None:
        if kind == "trade":
            self._fresh.append(self._row(record))

    def conclude(self) -> None:
        fresh, self._fresh = self._fresh, []
        if fresh:
            self._tell(fresh[::-1], "incremental")

    def _history(self) -> list[Any]:
        """Newest first."""
        desks: Any = chain(self._feed.contracts.desks.values(), self._feed.spot.desks.values())
        fills = (fill for desk in desks for fill in desk.fills if fill.symbol == self.name)
        return heapq.nlargest(MOST, fills, key=lambda fill: fill.number)

    def _row(self, fill: Any) -> list[Any]:
        side = OTHER[fill.side] if fill.is_maker else fill.side
        price, quantity = self._market.spell_price(fill.price), self._market.spell_quantity(fill.quantity)
        return [fill.at_ms * NS, side, price, quantity]

    def _tell(self, rows: list[list[Any]], kind: str) -> None:
        tell(self._socket, {
            "sequence": self._feed.next_sequence(), "symbol": self.name, "timestamp": self._feed.now_ns,
            self._key: rows, "type": kind,
        })  # fmt: skip
