"""What a conversation says about a venue: whether it could place an account's stop."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mysignals.domain.outcomes import Accepted, NotSent, Outcome, Reason, Rejected, Unknown
from mysignals.domain.plan import STOPS
from mysignals.domain.reasons import display_name
from mysignals.exchanges.session import LegReport

FAULTS_OF_VENUES = frozenset({
    Reason.RATE, Reason.TIME, Reason.MAINTENANCE, Reason.UNKNOWN, Reason.PARAMETER, Reason.PRECISION, Reason.RETIRED,
})  # fmt: skip
"""Whoever asks is refused. All other reasons are the account's or the position's own."""
OURS = frozenset({"hold", "fence"})
"""Causes of ours for not sending."""


@dataclass(frozen=True, slots=True)
class Venue:
    exchange: str
    environment: str
    market: str

    @property
    def key(self) -> str:
        return f"{self.exchange} {self.environment} {self.market}"

    def __str__(self) -> str:
        where = f"{display_name(self.exchange)} {self.market}"
        return where if self.environment == "live" else f"{where} ({self.environment})"


@dataclass(frozen=True, slots=True)
class Tried:
    """Whether the venue has placed an account's stop."""

    venue: Venue
    account_id: int
    placed: bool


def tried(venue: Venue, account_id: int, legs: Iterable[LegReport]) -> list[Tried]:
    """Nothing where no stop was tried, or it was refused for what is the account's own."""
    told = {verdict for leg in legs if leg.leg in STOPS and (verdict := _verdict(leg.outcome)) is not None}
    return [Tried(venue, account_id, placed=all(told))] if told else []


def _verdict(outcome: Outcome) -> bool | None:
    match outcome:
        case Accepted():
            return True
        case Unknown():
            return False
        case NotSent():
            return None if outcome.cause in OURS else False
        case Rejected():
            return False if outcome.reason in FAULTS_OF_VENUES else None
        case _:
            return None
