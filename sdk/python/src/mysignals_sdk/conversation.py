"""Who says what when: sending, learning the server's time, waiting and sending again. Without sockets and sleep, so
that the client and the asynchronous client behave alike and a lost answer is a test case.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, TypeAlias

from . import errors
from .errors import MySignalsError
from .wire import Call, NoReply, Reply, parsed

_FROM_PROXIES = (502, 503, 504)
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.5, 5.0
_SAYS_NOTHING_HAPPENED = (errors.InvalidRequest, errors.NotFound, errors.NoExchange, errors.ExchangeError)
"""The server looks for the Idempotency-Key before it says these."""


@dataclass(frozen=True)
class Retries:
    """At most `attempts` in all, and none begins later than `seconds` after the first; `attempts=1` is none again."""

    attempts: int = 4
    seconds: float = 30.0


@dataclass(frozen=True)
class Send:
    """Sign with this timestamp (Unix seconds) and send."""

    timestamp: int


@dataclass(frozen=True)
class Pause:
    seconds: float


Conversation: TypeAlias = Generator["Send | Pause", "Reply | NoReply | None", Reply]


class ServerClock:
    """The server's time as far as it is known: our own until a refusal has told another."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now, self.offset_s = now, 0.0

    def timestamp(self) -> int:
        return int(self._now() + self.offset_s)

    def learn(self, server_time: int) -> None:
        self.offset_s = server_time - self._now()


def converse(call: Call[Any], retries: Retries, clock: ServerClock, now: Callable[[], float]) -> Conversation:
    """Returns the answer of a success; raises MySignalsError. `now` in seconds, of any beginning.

    Sent again is only what is safe: a GET, or a POST with its Idempotency-Key; and only where no answer is final.
    """
    began, attempt, was_lost, has_learned = now(), 0, False, False
    while True:
        attempt += 1
        heard = yield Send(clock.timestamp())
        assert heard is not None
        if isinstance(heard, Reply) and 200 <= heard.status < 300:
            return heard
        failure = _failure(heard)
        if isinstance(failure, errors.TimestampExpired) and failure.server_time is not None and not has_learned:
            clock.learn(failure.server_time)
            has_learned = True
            attempt -= 1  # Refused at the door: it does not count.
            continue
        pause = _pause(failure, attempt, was_lost=was_lost)
        was_lost = was_lost or _is_lost(failure)
        if pause is None or attempt >= retries.attempts or now() - began + pause > retries.seconds:
            failure.idempotency_key = call.idempotency_key
            failure.may_have_happened = was_lost and call.method != "GET" and not _says_nothing_happened(failure)
            raise failure
        yield Pause(pause)


def _failure(heard: Reply | NoReply) -> MySignalsError:
    if isinstance(heard, NoReply):
        return errors.NoAnswer(heard.reason, was_sent=heard.was_sent)
    try:
        body = parsed(heard.body)
    except ValueError:
        body = None
    if not isinstance(body, dict) or body.get("success") is not False or "code" not in body:
        where = heard.headers.get("location")
        sent_on = f" and sends on to {where}" if where else ""
        sentence = f"HTTP {heard.status}{sent_on}, which is no answer of /v1: is the base URL right?"
        return errors.UnexpectedAnswer(sentence, heard.status)
    return errors.refusal(heard.status, body, _seconds(heard.headers.get("retry-after")))


def _pause(failure: MySignalsError, attempt: int, *, was_lost: bool) -> float | None:
    """Seconds until it may be sent again; None where the answer is final."""
    backoff: float = min(_FIRST_PAUSE_S * 2 ** (attempt - 1), _LONGEST_PAUSE_S) * random.uniform(1, 1.25)
    match failure:
        case errors.RateLimitExceeded():
            return max(1.0, backoff) if failure.retry_after is None else float(failure.retry_after)
        case errors.Conflict() if was_lost:
            # The first of us is still under way. What was refused once stays refused under its signature, so the
            # next one has to fall in another second.
            return max(1.1, backoff)
        case errors.ApiError() if failure.status >= 500 and failure.retry_after is not None:
            return float(failure.retry_after)
        case errors.NoAnswer():
            return backoff
        case errors.UnexpectedAnswer() if failure.status in _FROM_PROXIES:
            return backoff
        case _:
            return None


def _is_lost(failure: MySignalsError) -> bool:
    if isinstance(failure, errors.NoAnswer):
        return failure.was_sent
    return isinstance(failure, errors.UnexpectedAnswer) and failure.status in _FROM_PROXIES


def _says_nothing_happened(failure: MySignalsError) -> bool:
    return isinstance(failure, _SAYS_NOTHING_HAPPENED)


def _seconds(header: str | None) -> int | None:
    return int(header) if header is not None and header.isascii() and header.isdigit() else None
