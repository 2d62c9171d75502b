"""What a look means for one delivery: its new state, what is stored, and what its owner is told. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from mysignals.domain.doubt import IN_DOUBT, LookAgain, Told, decide
from mysignals.domain.lifecycle import Event, State, move
from mysignals.domain.outcomes import ENDED, OrderReport, OrderState, Reason
from mysignals.domain.plan import STOPS
from mysignals.exchanges.finding import Finding
from mysignals.exchanges.session import LegReport
from mysignals.services import wording

from .load import InDoubt

WHY = {
    Told.THERE: "the exchange does not tell enough of it",
    Told.ABSENT: "it was not found, but may still arrive",
    Told.SEVERAL: "it carries no id of ours",
    Told.SILENT: "the exchange did not tell whether it has it",
    Told.REFUSED: "the exchange cannot be asked with the account's key; save the key again under Accounts",
}
ARRIVED = "the exchange says that it had its id before, and does not find it"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`kind` is that of the notification, empty tells nobody; `message` None leaves the delivery's as it is.

    `look_at_ms` is Unix ms by the database's clock, None for never again.
    """

    item: InDoubt
    state: State
    reason: str | None
    kind: str = ""
    message: str | None = None
    legs: tuple[LegReport, ...] = ()
    looks: int = 0
    look_at_ms: int | None = None

    @property
    def was_found(self) -> bool:
        return bool(self.legs)

    @property
    def never_arrived(self) -> bool:
        return self.state in (State.QUEUED, State.EXPIRED)

    @property
    def is_open_without_a_stop(self) -> bool:
        """As far as we know: what protects it is looked for, or placed, by whoever follows it."""
        is_open = self.state in (State.PARTIALLY_FILLED, State.FILLED)
        return is_open and not any(leg.leg in STOPS and not _waits(leg) for leg in self.legs)


def _waits(leg: LegReport) -> bool:
    """It rides on an entry that has not ended."""
    return leg.order is not None and leg.order.state is OrderState.PENDING


def judge(item: InDoubt, finding: Finding) -> Verdict:
    """Raises ImpossibleMove for a bug of ours."""
    decision = decide(finding.told, finding.entry, item.doubt)
    # Whoever was sending it is gone.
    state = move(State(item.delivery.state), Event.LOSE)
    if isinstance(decision, LookAgain):
        return _still_in_doubt(item, finding, decision, state)
    if finding.entry is not None:
        return _found(item, finding, finding.entry, move(state, _kept_alive(decision, finding)))
    state = move(state, decision)
    if state is State.QUEUED:
        return Verdict(item, state, None, message="")
    message = wording.never_arrived(item.signal, item.delivery.exchange, among_trades=item.is_a_trade)
    return Verdict(item, state, "never_arrived", "expired", message)


def _kept_alive(event: Event, finding: Finding) -> Event:
    """An entry that came to nothing is followed until the exits that rest beside it are gone."""
    rests = any(leg.order is not None and leg.order.state not in ENDED for leg in finding.legs[1:])
    return Event.ACCEPT if rests and event in (Event.CANCEL, Event.REJECT) else event


def _found(item: InDoubt, finding: Finding, entry: OrderReport, state: State) -> Verdict:
    signal, exchange = item.signal, item.delivery.exchange
    if state in (State.CANCELLED, State.REJECTED):
        reason = Reason.TOO_LATE.value
        return Verdict(item, state, reason, "refused", wording.found_over(signal, exchange), finding.legs)
    plan = item.plan_over(finding.legs[0].quantity)
    placed = wording.placed(signal, exchange, plan, entry, state, list(finding.legs))
    kind = "filled" if state is State.FILLED else "placed"
    return Verdict(item, state, None, kind, wording.found(signal, exchange, placed), finding.legs)


def _still_in_doubt(item: InDoubt, finding: Finding, again: LookAgain, state: State) -> Verdict:
    """Told once: when the first look did not settle it, or when nobody but the owner can."""
    signal, exchange, before = item.signal, item.delivery.exchange, item.delivery.reason
    arrived = before == Reason.DUPLICATE
    reason = before if arrived else IN_DOUBT if again.is_stuck or before == IN_DOUBT else "unknown"
    looks = min(item.delivery.looks + 1, 1000)
    if finding.told is Told.SEVERAL:
        message = wording.undecided(signal, exchange, finding.trades)
        return Verdict(item, state, IN_DOUBT, "unknown", message, looks=looks)
    if item.was_told:
        return Verdict(item, state, reason, looks=looks, look_at_ms=again.at_ms)
    message = wording.in_doubt(signal, exchange, ARRIVED if arrived else WHY[finding.told])
    return Verdict(item, state, reason, "unknown", message, looks=looks, look_at_ms=again.at_ms)
