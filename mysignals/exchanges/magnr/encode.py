"""What we ask Magnr, as calls, and how they are signed (Magnr documentation, EXCHANGES 7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from mysignals.domain.intents import CloseTrade, OpenTrade, ReadTrade, ReadTrades
from mysignals.domain.market import Side
from mysignals.domain.money import plain
from mysignals.exchanges.wire import Credentials, HttpRequest

from .markets import SYMBOL
from .signing import authorization

TRADES = "/api/v1/trades/"
"""With a slash at the end. One line of the seed says /v1/api (EXCHANGES 8.2)."""

WINDOW_MS = 5 * 60 * 1000
"""How far a tonce may be from Magnr's clock, on either side."""

LIVES_MS = 15_000
"""How long Magnr still takes a request that we sign now: its tonce is so old already. With the tonce of this moment
one whose answer was lost could be executed for five minutes."""
DOUBT_MS = 15_000
""""Within about 5 minutes" (EXCHANGES 7), and Magnr does not tell its time."""

JSON = (("Accept", "application/json"), ("Content-Type", "application/json"))
PAIRS = {SYMBOL: "BTCUSD"}
SIDES = {Side.BUY: "buy", Side.SELL: "sell"}
"""Lower case and case-sensitive; the seed's sample says BUY (EXCHANGES 8.2)."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A call before it is timed and signed."""

    method: str
    path: str
    body: bytes = b""


def request(draft: Draft, credentials: Credentials, now_ms: int) -> HttpRequest:
    """The tonce is `now_ms` set back: Magnr refuses one that it has seen, so whoever sends makes `now_ms` rise for each
    key.

    In milliseconds; the seed's JavaScript sample sends microseconds (EXCHANGES 8.2). Method and path are not signed.
    """
    tonce = str(now_ms + LIVES_MS - WINDOW_MS)
    basic = authorization(credentials.api_key, credentials.secret, tonce, draft.body)
    headers = (("Tonce", tonce), ("Authorization", basic), *(JSON if draft.body else JSON[:1]))
    return HttpRequest(draft.method, draft.path, "", draft.body, headers, now_ms + LIVES_MS)


def open_trade(trade: OpenTrade, exchange: str) -> Draft:
    """`stop_margin` was called `margin` when the seed was written (EXCHANGES 8.2). Numbers are JSON numbers."""
    body = (
        f'{{"side":"{SIDES[trade.side]}","size":{plain(trade.quantity)},"exchange":"{exchange}",'
        f'"pair":"{PAIRS[trade.symbol]}","leverage":{trade.leverage},"stop_margin":{plain(trade.stop_margin)},'
        f'"take":{plain(trade.take)},"type":"market"}}'
    )
    return Draft("POST", TRADES, body.encode())


def _of_trade(exchange_id: str) -> str:
    return f"{TRADES}{quote(exchange_id, safe='')}/"


def drafts(exchange: str) -> dict[type, Callable[[Any], Draft]]:
    """`exchange` is the one, of those behind Magnr, on which trades are opened."""
    reading: dict[type, Callable[[Any], Draft]] = {
        OpenTrade: lambda trade: open_trade(trade, exchange),
        ReadTrades: lambda _: Draft("GET", TRADES),
        ReadTrade: lambda asked: Draft("GET", _of_trade(asked.exchange_id)),
        CloseTrade: lambda asked: Draft("DELETE", _of_trade(asked.exchange_id)),
    }
    return reading
