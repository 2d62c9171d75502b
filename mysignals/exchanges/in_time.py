"""A call and its outcome; one that is refused for its time is signed anew by the venue's own clock, once."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

from mysignals.domain.outcomes import Outcome, Reason, Rejected

from .dialect import Call
from .wire import Reply


def in_time(call: Call) -> Generator[Call, Reply, Outcome]:
    """A refusal is documented as did-not-happen, so the same client id may be sent again.

    A venue that goes on refusing is refused. One that tells no time is not asked twice: there the refusal may as well
    mean that a number was seen before (Magnr).
    """
    outcome = call.decode((yield call))
    if not _is_refused_for_its_time(outcome) or not call.dialect.abilities.tells_time:
        return outcome
    again = replace(call, after_ms=0, resync=True)
    return again.decode((yield again))


def _is_refused_for_its_time(outcome: Outcome) -> bool:
    return isinstance(outcome, Rejected) and outcome.reason is Reason.TIME
