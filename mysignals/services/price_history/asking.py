"""One question for all who look at a pair. Nobody waits for long, and what is old is told with its age."""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import TimeoutError as TooLate
from dataclasses import dataclass
from decimal import Decimal

from mysignals import clock
from mysignals.domain.candle import Candle
from mysignals.domain.market import Market
from mysignals.domain.outcomes import CandlesRead, Outcome, Rejected
from mysignals.domain.reasons import display_name
from mysignals.exchanges.market_data import read_candles
from mysignals.exchanges.registry import dialect_for, is_offered
from mysignals.extensions import db
from mysignals.services import rules
from mysignals.services.venues import loop

from . import kept
from .kept import Subject, Told
from .stretch import Stretch

log = logging.getLogger(__name__)
WAIT_S = 4.0
"""For an answer; the one who asks longer than those who wait for the answer to another's question."""
OTHERS_WAIT_S, PAUSE_S = 2.5, 0.05
MOST_WAITING = 8
"""Requests of this process that wait for another's question; more are told to look again."""
_PLACES = threading.BoundedSemaphore(MOST_WAITING)


@dataclass(frozen=True, slots=True)
class History:
    """Candles oldest first, the last one under way; prices in quote. `age_ms` is how long ago they were asked for.

    `problem` is why there are none, or none newer, in a sentence; empty where all is well.
    """

    exchange: str
    tick: Decimal | None
    candles: tuple[Candle, ...]
    age_ms: int
    problem: str


def of(market: Market, symbol: str, stretch: Stretch) -> History:
    """By the exchange whose rules drafts are checked against. Ends the transaction; raises RedisError."""
    listed = rules.listed_for_drafts(market, symbol)
    environment = rules.environment_of_drafts()
    db.session.rollback()  # None stays open while an exchange answers.
    tellers = [(name, found) for name, found in listed if _tells(name, market)]
    if not tellers:
        return History("", listed[0][1].tick if listed else None, (), 0, _untold(symbol, is_listed=bool(listed)))
    exchange, found = tellers[0]
    told, problem = _told(Subject(exchange, environment, market, symbol, stretch))
    if told is None:
        return History(exchange, found.tick, (), 0, problem)
    return History(exchange, found.tick, told.candles, max(clock.now_ms() - told.at_ms, 0), problem)


def _told(subject: Subject) -> tuple[Told | None, str]:
    told, failure = kept.find(subject)
    if _is_fresh(told, subject):
        return told, ""
    if failure is None and kept.claim(subject):
        return _asked(subject)
    if told is not None or failure:
        return told, failure or ""
    return _waited(subject)


def _asked(subject: Subject) -> tuple[Told | None, str]:
    told, _ = kept.find(subject)
    if _is_fresh(told, subject):  # Somebody was told between our look and our claim.
        kept.release(subject)
        return told, ""
    at_ms, outcome = clock.now_ms(), _ask(subject)
    if isinstance(outcome, CandlesRead) and outcome.items:
        kept.keep(subject, at_ms, outcome.items)
        return Told(at_ms, outcome.items), ""
    log.info("candles of %s %s not told: %s", subject.exchange, subject.symbol, outcome)
    problem = _why(subject, outcome)
    kept.fail(subject, problem)
    return told, problem


def _ask(subject: Subject) -> Outcome | None:
    """None where nobody answered in time."""
    dialect, stretch = dialect_for(subject.exchange, subject.market), subject.stretch
    flow = read_candles(dialect, subject.market, subject.symbol, subject.environment, stretch.span, stretch.candles)
    answer = loop().begin(flow)
    try:
        return answer.result(WAIT_S)
    except TooLate:
        answer.cancel()
        return None


def _waited(subject: Subject) -> tuple[Told | None, str]:
    """For what another is asking."""
    told, failure = None, ""
    if _PLACES.acquire(blocking=False):
        try:
            until = time.monotonic() + OTHERS_WAIT_S
            while told is None and not failure and time.monotonic() < until:
                time.sleep(PAUSE_S)
                told, found = kept.find(subject)
                failure = found or ""
        finally:
            _PLACES.release()
    return told, "" if told is not None else failure or "The prices are just being read. They appear in a moment."


def _is_fresh(told: Told | None, subject: Subject) -> bool:
    return told is not None and clock.now_ms() - told.at_ms < subject.stretch.fresh_ms


def _tells(exchange: str, market: Market) -> bool:
    return is_offered(exchange, market) and dialect_for(exchange, market).abilities.tells_candles


def _why(subject: Subject, outcome: Outcome | None) -> str:
    name = display_name(subject.exchange)
    if isinstance(outcome, CandlesRead):
        return f"{name} has no past prices of {subject.symbol} yet."
    if isinstance(outcome, Rejected):
        return f"{name} does not tell the past prices of {subject.symbol} at the moment."
    return f"{name} did not answer when it was asked for the past prices. They are asked for again in a few seconds."


def _untold(symbol: str, *, is_listed: bool) -> str:
    if is_listed:
        return f"No exchange that lists {symbol} tells past prices here."
    return f"No exchange lists {symbol} any more, so there are no prices of it."
