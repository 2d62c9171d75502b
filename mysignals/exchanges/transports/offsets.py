"""How far an exchange's clock is ahead of ours, learned from its answers."""

from __future__ import annotations

from mysignals.domain.intents import ReadTime
from mysignals.domain.market import Market
from mysignals.domain.outcomes import TimeRead
from mysignals.exchanges.dialect import Call, Dialect
from mysignals.exchanges.wire import Credentials, Reply

NOBODY = Credentials("", "")


def time_call(dialect: Dialect, market: Market, environment: str) -> Call:
    return Call(dialect, ReadTime(market), NOBODY, environment)


def offset_ms(call: Call, reply: Reply, asked_ms: int, answered_ms: int) -> int | None:
    """The exchange's time minus ours, taken half-way between question and answer; None if it did not tell."""
    outcome = call.decode(reply)
    return outcome.now_ms - (asked_ms + answered_ms) // 2 if isinstance(outcome, TimeRead) else None
