"""A call and its outcome; one that is refused for its time is signed anew by the venue's own clock, once."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

from mysignals.domain.outcomes import Outcome, Reason, Rejected

from .dialect import Call
from .wire import Reply


def in_time(call: Call) -> Generator[Call, Reply, Outcome]:
    """A venue that goes on refusing is refused."""
    outcome = call.decode((yield call))
    anew = signed_anew(call, outcome)
    return outcome if anew is None else anew.decode((yield anew))


def signed_anew(call: Call, outcome: Outcome) -> Call | None:
    """The call once more, where `outcome` refuses it for its time; None where it does not.

    A refusal is documented as did-not-happen, so the same client id may be sent again. A venue that tells no time is
    not asked twice: there the refusal may as well mean that a number was seen before (Magnr).
    """
    if not isinstance(outcome, Rejected) or outcome.reason is not Reason.TIME:
        return None
    return replace(call, after_ms=0, resync=True) if call.dialect.abilities.tells_time else None
