"""What a case is: a number, a sentence, a deed, and what every exchange has to tell of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from mysignals.domain.outcomes import Accepted, NotSent, OrderState, Reason, Rejected, Unknown
from tests.exchanges.trading import Place

from .facts import Lack, applies, best
from .trial import Trial


@dataclass(frozen=True)
class Told:
    """An outcome as a case expects it. `orders` is how many the exchange has taken in the end.

    Of an accepted order: its state, and what share of it has filled.
    """

    kind: type
    orders: int = 0
    reason: Reason | None = None
    state: OrderState | None = None
    share: Decimal | None = None
    unmapped: bool = False

    def faults(self, outcome: Any, trial: Trial) -> list[str]:
        """What is not as expected, a line each."""
        if not isinstance(outcome, self.kind):
            return [f"{outcome} is no {self.kind.__name__}"]
        found = []
        if isinstance(outcome, Rejected) and outcome.reason is not self.reason:
            found.append(f"{outcome} is not for {self.reason}")
        if isinstance(outcome, Unknown) and outcome.unmapped is not self.unmapped:
            found.append(f"{outcome} is {'' if outcome.unmapped else 'not '}counted as unmapped")
        if isinstance(outcome, Accepted) and self.state is not None:
            order = outcome.orders[0]
            if (order.state, order.filled) != (self.state, trial.size * (self.share or 0)):
                found.append(f"{order} is not {self.state} with {self.share or 0} of {trial.size} filled")
        return found


@dataclass(frozen=True)
class Exactly:
    """What the deed itself worked out has to be this, on every market alike."""

    value: Any
    orders: int = 0

    def faults(self, outcome: Any, _: Trial) -> list[str]:
        return [] if outcome == self.value else [f"{outcome!r} is not {self.value!r}"]


def accepted(orders: int = 1, state: OrderState | None = None, share: str | None = None) -> Told:
    return Told(Accepted, orders, state=state, share=None if share is None else Decimal(share))


def refused(reason: Reason, orders: int = 0) -> Told:
    return Told(Rejected, orders, reason)


def in_doubt(orders: int = 0, *, unmapped: bool = False) -> Told:
    return Told(Unknown, orders, unmapped=unmapped)


def not_sent() -> Told:
    return Told(NotSent)


@dataclass(frozen=True)
class Case:
    """`at` says which exchanges tell it otherwise, by the beginning of a place's name; the longest one counts.

    `unless` are the lacks that excuse a market. The account is opened with `balances` and `permissions`.
    """

    number: int
    name: str
    does: Callable[[Trial], Any]
    told: Told | Exactly
    at: Mapping[str, Told | Exactly] = field(default_factory=dict)
    unless: tuple[Lack, ...] = ()
    balances: Mapping[str, str] = field(default_factory=lambda: {"USDT": "100000", "BTC": "10"})
    permissions: tuple[str, ...] = ("read", "trade")

    def expected(self, place: Place) -> Told | Exactly:
        return self.at[best(self.at, place)] if any(applies(words, place) for words in self.at) else self.told

    def excuse(self, place: Place) -> Lack | None:
        return next((lack for lack in self.unless if lack.excused(place)), None)

    def account(self, place: Place) -> dict[str, Any]:
        """What is opened for it. Keys of Binance are good for spot and futures, as real ones are."""
        return {
            "venue": place.exchange,
            "balances": self.balances,
            "permissions": self.permissions,
            "position_mode": place.mode,
        }
