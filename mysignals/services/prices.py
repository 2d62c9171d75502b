"""The exchanges' prices just now: read once for all who ask at the same time, and begun before they are needed."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from mysignals.domain.market import Market
from mysignals.domain.outcomes import Outcome, PriceRead
from mysignals.exchanges.market_data import read_price
from mysignals.exchanges.registry import dialect_for, is_offered
from mysignals.exchanges.transports.loop import Loop
from mysignals.services.venues import loop

log = logging.getLogger(__name__)
FRESH_S = 2.0
"""A price that was asked for longer ago is read again."""
WAIT_S = 4.0
"""How long somebody waits for a price: for a question, and for the connection it may need first."""
LOST_S = 10.0
"""A read that has not ended by then never will: its event loop is gone."""
MOST = 1000
"""Prices kept at once; the longest unread go first."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Whose price of what. A retired version of an API tells none, and must not speak for the others."""

    exchange: str
    environment: str
    api_version: str
    market: Market
    symbol: str

    @property
    def can_be_told(self) -> bool:
        offered = is_offered(self.exchange, self.market, self.api_version)
        return offered and dialect_for(self.exchange, self.market, self.api_version).abilities.tells_prices


@dataclass(frozen=True, slots=True)
class _Read:
    """One question on its way, or answered. `began` is time.monotonic()."""

    answer: Future[Outcome]
    began: float

    def serves(self, max_age_s: float, now: float) -> bool:
        if not self.answer.done():
            return now - self.began < LOST_S
        return now - self.began < max_age_s and _price(self.answer) is not None


class PriceBoard:
    """Any thread may ask. At most one question about a price is on its way at a time."""

    def __init__(self, begin: Callable[[Quote], Future[Outcome]]) -> None:
        """`begin` asks without waiting."""
        self._begin = begin
        self._reads: dict[Quote, _Read] = {}
        self._lock = threading.Lock()
        os.register_at_fork(after_in_child=self._forget)

    def expect(self, quote: Quote, max_age_s: float = FRESH_S) -> None:
        """It will be asked for in a moment: begin now, where none is as fresh as that. Returns at once."""
        if quote.can_be_told:
            self._reading(quote, max_age_s)

    def of(self, quote: Quote, max_age_s: float = FRESH_S, wait_s: float = WAIT_S) -> Decimal | None:
        """In quote currency, asked for at most `max_age_s` ago.

        None where the exchange tells none, or did not within `wait_s` and two questions.
        """
        if not quote.can_be_told:
            return None
        until = time.monotonic() + wait_s
        for _ in range(2):
            answer = self._reading(quote, max_age_s)
            wait([answer], timeout=max(until - time.monotonic(), 0))
            if not answer.done():
                return None
            price = _price(answer)
            if price is not None:
                return price
        return None

    def _reading(self, quote: Quote, max_age_s: float) -> Future[Outcome]:
        with self._lock:
            now, read = time.monotonic(), self._reads.get(quote)
            if read is None or not read.serves(max_age_s, now):
                self._reads.pop(quote, None)
                while len(self._reads) >= MOST:
                    del self._reads[next(iter(self._reads))]
                read = self._reads[quote] = _Read(self._begin(quote), now)
            return read.answer

    def _forget(self) -> None:
        """A fork copies questions, but not the thread that would answer them."""
        self._lock = threading.Lock()
        self._reads = {}


def board() -> PriceBoard:
    """Of this process, over the connections that its orders use."""
    return _board(loop())


@cache
def _board(runner: Loop) -> PriceBoard:
    def begin(quote: Quote) -> Future[Outcome]:
        dialect = dialect_for(quote.exchange, quote.market, quote.api_version)
        return runner.begin(read_price(dialect, quote.market, quote.symbol, quote.environment))

    return PriceBoard(begin)


def _price(answer: Future[Outcome]) -> Decimal | None:
    """Of a question that has ended."""
    if answer.cancelled():
        return None
    failure = answer.exception()
    if failure is not None:
        log.error("reading a price ended in a bug of ours", exc_info=failure)
        return None
    outcome = answer.result()
    return outcome.price if isinstance(outcome, PriceRead) else None
