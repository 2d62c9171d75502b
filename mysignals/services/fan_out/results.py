"""What became of each claimed delivery: the event, the sentence, the orders."""

from __future__ import annotations

from dataclasses import dataclass, field

from mysignals.domain.lifecycle import Event, State, move
from mysignals.domain.outcomes import (
    ENDED,
    Accepted,
    NotSent,
    OrderReport,
    Outcome,
    Reason,
    Rejected,
    SymbolSettings,
    has_arrived,
)
from mysignals.domain.plan import Plan, Skip, SkipReason
from mysignals.domain.reasons import advice, cause
from mysignals.exchanges.session import LegReport, Report, ended_empty
from mysignals.models import Signal
from mysignals.services import wording
from mysignals.services.unprotected import Stretch

from .claim import Claimed

PASSING = (Reason.TIME, Reason.RATE, Reason.MAINTENANCE, Reason.UNKNOWN)
"""Of questions: what is refused for an unknown reason may be answered the next time."""


@dataclass(slots=True)
class Result:
    """One delivery's end of this turn. Times are Unix ms."""

    row: Claimed
    state: State
    kind: str
    """The kind of notification; empty tells nobody."""
    message: str
    reason: str | None = None
    raw_code: str | None = None
    legs: list[LegReport] = field(default_factory=list)
    settings: SymbolSettings | None = None
    sent_ms: int | None = None
    acknowledged_ms: int | None = None
    stretch: Stretch | None = None
    """How long it was open without a stop; None where nothing was sent."""


def skipped(row: Claimed, signal: Signal, skip: Skip) -> Result:
    """The delivery was not sent, by a rule."""
    event = Event.EXPIRE if skip.reason is SkipReason.TOO_OLD else Event.SKIP
    state = move(State.SENDING, event)
    return Result(row, state, state.value, wording.not_placed(signal, row.exchange, skip.sentence), skip.reason.value)


def held_back(row: Claimed, signal: Signal, why: str, *, is_too_old: bool) -> Result:
    """Nothing is begun at the venue just now: it waits in the queue for as long as it may."""
    if not is_too_old:
        return _released(row)
    message = wording.not_placed(signal, row.exchange, why)
    return Result(row, move(State.SENDING, Event.EXPIRE), "expired", message, SkipReason.TOO_OLD.value)


def failed_to_ask(row: Claimed, signal: Signal, outcome: Outcome) -> Result:
    """A question before planning was refused, or not answered: nothing was placed.

    What will pass goes back to the queue until it is too old; what will not is final.
    """
    is_final = isinstance(outcome, Rejected) and outcome.reason not in PASSING
    return _refused(row, signal, outcome) if isinstance(outcome, Rejected) and is_final else _released(row)


def finished(row: Claimed, signal: Signal, plan: Plan, report: Report) -> Result:
    """The conversation's end, as a delivery's state and a sentence."""
    match report.entry:
        case Accepted():
            result = _accepted(row, signal, plan, report)
        case Rejected():
            result = _refused(row, signal, report.entry)
        case NotSent():
            result = _released(row)
        case _:
            result = _lost(row, signal, report)
    result.settings = report.settings
    if not isinstance(report.entry, NotSent):
        result.legs = report.legs
        result.sent_ms, result.acknowledged_ms = report.sent_ms, report.acknowledged_ms
    return result


def broken(row: Claimed, signal: Signal) -> Result:
    """A bug of ours ended the conversation: what was sent is not known, so nothing is sent again."""
    message = wording.in_doubt(signal, row.exchange, "an internal error")
    return Result(row, move(State.SENDING, Event.LOSE), "", message, "unknown")


def unreadable(row: Claimed, signal: Signal) -> Result:
    """The account's key cannot be opened by this worker: nothing was sent, and nobody else is touched."""
    sentence = "This worker cannot open the account's key. Save the key again under Accounts."
    state = move(State.SENDING, Event.REJECT)
    return Result(row, state, "refused", wording.not_placed(signal, row.exchange, sentence), Reason.AUTH.value)


def unplannable(row: Claimed, signal: Signal) -> Result:
    """A bug of ours before anything was sent."""
    sentence = "Its orders could not be computed: an internal error. Tell the operator; nothing is to be done by you."
    message = wording.not_placed(signal, row.exchange, sentence)
    return Result(row, move(State.SENDING, Event.REJECT), "refused", message, Reason.UNKNOWN.value)


def _accepted(row: Claimed, signal: Signal, plan: Plan, report: Report) -> Result:
    entry = report.legs[0].order
    if ended_empty(entry) and not report.taken_back:
        sentence = "The exchange took the entry and ended it unfilled. Nothing is open; nothing is to be done."
        message = wording.not_placed(signal, row.exchange, sentence)
        return Result(row, move(State.SENDING, Event.REJECT), "refused", message, Reason.TOO_LATE.value)
    state = move(State.SENDING, _event(entry))
    if report.taken_back and report.leftovers:
        message = wording.taken_back(signal, row.exchange, report.unprotected, by_hand=row.is_by_hand)
        return Result(row, state, "closed", f"{message} {wording.LEFTOVERS}", "unprotected")
    if report.taken_back:
        state = move(state, Event.CLOSE if state is State.FILLED else Event.CANCEL)
        message = wording.taken_back(signal, row.exchange, report.unprotected, by_hand=row.is_by_hand)
        return Result(row, state, "closed", message, "unprotected")
    if report.unprotected:
        message = wording.unprotected(signal, row.exchange, plan, report.unprotected)
        return Result(row, state, "unprotected", message, "unprotected")
    kind = "filled" if state is State.FILLED else "placed"
    return Result(row, state, kind, wording.placed(signal, row.exchange, plan, entry, state, report.legs))


def _event(entry: OrderReport | None) -> Event:
    """An entry that is over with something filled is filled, with that much."""
    if entry is None or not entry.filled:
        return Event.ACCEPT
    return Event.FILL if entry.state in ENDED else Event.FILL_PART


def _refused(row: Claimed, signal: Signal, outcome: Rejected) -> Result:
    own_words = _all_own_words(outcome) if row.is_by_hand else _own_words(outcome)
    sentence = f"{cause(outcome.reason, row.exchange)}{own_words} {advice(outcome.reason, row.exchange)}"
    message = wording.not_placed(signal, row.exchange, sentence)
    state = move(State.SENDING, Event.REJECT)
    return Result(row, state, "refused", message, outcome.reason.value, outcome.code[:32])


def _own_words(outcome: Rejected) -> str:
    """What the exchange said, where we have no better words for it."""
    unclear = outcome.reason in (Reason.PARAMETER, Reason.UNKNOWN)
    return f" It says: {outcome.message[:120].rstrip('.')}." if unclear and outcome.message else ""


def _all_own_words(outcome: Rejected) -> str:
    """For somebody who waits for the answer, and may know the exchange's codes."""
    said = f"{outcome.code} {outcome.message[:120].rstrip('.')}".strip()
    return f" It says: {said}." if said else ""


def _lost(row: Claimed, signal: Signal, report: Report) -> Result:
    why = getattr(report.entry, "cause", "the answer was lost")
    state = move(State.SENDING, Event.LOSE)
    # Nobody is told yet: most are found by the first look of reconcile, two seconds later.
    reason = Reason.DUPLICATE.value if has_arrived(report.entry) else "unknown"
    return Result(row, state, "", wording.in_doubt(signal, row.exchange, why), reason)


def _released(row: Claimed) -> Result:
    """Certainly nothing was sent: back to the queue, where the sweep finds it until it is too old."""
    return Result(row, move(State.SENDING, Event.RELEASE), "", "")
