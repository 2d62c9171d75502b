"""How far an exchange's clock is ahead of ours, learned from its answers."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime

from mysignals.domain.intents import ReadTime
from mysignals.domain.market import Market
from mysignals.domain.outcomes import TimeRead
from mysignals.exchanges.dialect import Call, Dialect
from mysignals.exchanges.wire import Credentials, HttpResponse, Reply

NOBODY = Credentials("", "")
SECOND_MS = 1000
AT_MOST_EVERY_S = 1.0
"""Refusals ask a venue for its time no oftener: however wrong a clock is, the questions are no storm."""
DATES_EVERY_S = 60.0
SLIPPED_FOR_S = 20.0
"""As long as a worker believes in a hold (services/holds.py): what was claimed before is over by then."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The venue's clock is `offset_ms` ahead of ours, give or take half of `round_trip_ms`. `at_ms` is Unix ms."""

    exchange: str
    market: Market
    environment: str
    offset_ms: int
    round_trip_ms: int
    at_ms: int


Tell = Callable[[Measured], None]
"""Told of every measurement, from any thread; it must not raise."""


def tell_nobody(_: Measured) -> None:
    """Where nobody keeps what was measured."""


def time_call(dialect: Dialect, market: Market, environment: str) -> Call:
    return Call(dialect, ReadTime(market), NOBODY, environment)


def time_call_for(refused: Call) -> Call:
    """The question for the clock that has refused a call."""
    return time_call(refused.dialect, refused.dialect.venue(refused.intent), refused.environment)


def measured(call: Call, reply: Reply, asked_ms: int, answered_ms: int) -> Measured | None:
    """The exchange's time minus ours, taken half-way between question and answer; None if it did not tell."""
    outcome = call.decode(reply)
    if not isinstance(outcome, TimeRead):
        return None
    return _measured(call, outcome.now_ms, asked_ms, answered_ms)


def dated(call: Call, reply: Reply, asked_ms: int, answered_ms: int) -> Measured | None:
    """As `measured`, out of the `Date` of any answer, which is told in whole seconds: what may be none is no offset."""
    date = _date_ms(reply) if isinstance(reply, HttpResponse) else None
    if date is None:
        return None
    found = _measured(call, date + SECOND_MS // 2, asked_ms, answered_ms, unclear_ms=SECOND_MS)
    return found if abs(found.offset_ms) * 2 > found.round_trip_ms else replace(found, offset_ms=0)


def _measured(call: Call, now_ms: int, asked_ms: int, answered_ms: int, unclear_ms: int = 0) -> Measured:
    return Measured(
        call.dialect.name, call.dialect.venue(call.intent), call.environment,
        now_ms - (asked_ms + answered_ms) // 2, answered_ms - asked_ms + unclear_ms, answered_ms,
    )  # fmt: skip


def _date_ms(response: HttpResponse) -> int | None:
    told = next((value for name, value in response.headers if name.lower() == "date"), None)
    try:
        return None if told is None else int(parsedate_to_datetime(told).timestamp() * SECOND_MS)
    except (ValueError, OverflowError):
        return None


class Asked:
    """When each venue was asked for its time last, so that many refusals ask it once. Times are monotonic seconds."""

    def __init__(self) -> None:
        self._last: dict[str, float] = {}

    def is_due(self, base: str, sent_s: float) -> bool:
        """Whether its time has to be asked for, a call that was sent no earlier than `sent_s` having been refused.

        One that was signed before the last question went out has been refused for what is known better by now.
        """
        last = self._last.get(base)
        return last is None or (last <= sent_s and self._is_older(last, AT_MOST_EVERY_S))

    def is_date_due(self, base: str) -> bool:
        """Whether the date of an answer is worth reading."""
        last = self._last.get(base)
        return last is None or self._is_older(last, DATES_EVERY_S)

    def note(self, base: str) -> None:
        self._last[base] = time.monotonic()

    @staticmethod
    def _is_older(moment: float, seconds: float) -> bool:
        return time.monotonic() - moment >= seconds


class Slips:
    """Offsets that have just grown: our clock went back, or stood still with the whole machine, and every hold with it.

    A fence was told before that, so it is judged by the offset of before. `clock` tells monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._before: dict[str, tuple[float, int]] = {}

    def note(self, base: str, before_ms: int, now_ms: int) -> None:
        if now_ms > before_ms:
            self._before[base] = self._clock(), self.least(base, before_ms)

    def least(self, base: str, offset_ms: int) -> int:
        """The smallest offset that was believed of late, in ms."""
        slipped = self._before.get(base)
        if slipped is None:
            return offset_ms
        since, before_ms = slipped
        return min(offset_ms, before_ms) if self._clock() - since < SLIPPED_FOR_S else offset_ms
