"""`tick` and `tick_p`: one price as it moves, the last one of a symbol, or its index, mark or funding.

`.BTC` is the index of BTCUSD, `.MBTC` its mark price, `.BTCFR` and `.BTCFR8H` its funding; with `_p`, `.BTCUSDT`
and so on. Index and mark are the last price here.
"""

from typing import Any

from simulator.phemex.contracts.symbols import CONTRACTS
from simulator.phemex.streams.days import FUNDING_ER, FUNDING_RR
from simulator.phemex.streams.feed import VENUE, Feed, tell
from simulator.phemex.streams.markets import Market, market_of
from simulator.phemex.streams.refused import invalid
from simulator.wire.socket import Socket

PRICE_PLACES, SPOT_PLACES, RATIO_PLACES = 4, 8, 8


class Ticks:
    """The parameter is a name; it may be a symbol's own."""

    def __init__(self, socket: Socket, feed: Feed, params: list[Any], in_text: bool) -> None:
        if len(params) != 1 or not isinstance(params[0], str):
            raise invalid()
        self.name = params[0]
        self._market, self._is_funding = _read(self.name, in_text)
        self._in_text, self._key = in_text, "tick_p" if in_text else "tick"
        self._socket, self._feed = socket, feed

    def begin(self) -> None:
        self._feed.contracts.shared.streams.follow(VENUE, self._market.name, self)
        self.conclude()

    def end(self) -> None:
        self._feed.contracts.shared.streams.unfollow(VENUE, self._market.name, self)

    def tick(self, now_ms: int) -> None: ...

    def hear(self, kind: str, record: Any) -> None: ...

    def conclude(self) -> None:
        price = self._feed.contracts.prices.last[self._market.name]
        last = self._market.spell_price(price)
        if self._is_funding:
            last = FUNDING_RR if self._in_text else FUNDING_ER
        body = {"last": last, "symbol": self.name, "timestamp": self._feed.now_ns}
        if not self._in_text:
            body["scale"] = RATIO_PLACES if self._is_funding else self._places()
        tell(self._socket, {self._key: body})

    def _places(self) -> int:
        return PRICE_PLACES if self._market.name in CONTRACTS else SPOT_PLACES


def _read(name: str, in_text: bool) -> tuple[Market, bool]:
    """The market that a name is about, and whether it is about its funding."""
    if not name.startswith("."):
        return market_of(name, in_text), False
    base = name[1:]
    for end in ("FR8H", "FR"):
        if base.endswith(end) and base != end:
            return market_of(base.removesuffix(end) + ("" if in_text else "USD"), in_text), True
    base = base.removeprefix("M")
    return market_of(base + ("" if in_text else "USD"), in_text), False
