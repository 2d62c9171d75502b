"""What an exchange lets one address or one account ask in a span of time, as data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Protocol

from mysignals.domain.intents import Intent

from .wire import HttpResponse

LONG_MS = 10_000
"""Windows from here on can spare some seconds."""


class Scope(StrEnum):
    ADDRESS = "address"
    """All that leaves by one network address counts together."""
    ACCOUNT = "account"
    """Each account has its own, as far as one address goes."""


@dataclass(frozen=True, eq=False)
class Budget:
    """At most `capacity` in any `window_ms`, however the exchange aligns its windows.

    What is granted lies at hand for `life_ms`, the call that takes it waits `queue_ms` more for a connection, and
    reaches the exchange within `travel_ms`: grants are counted over that much more than the window, in slices. Any span
    of all four together touches at most `slices + 1` of them. Each is made once, and is itself alone.
    """

    name: str
    scope: Scope
    capacity: int
    window_ms: int

    @cached_property
    def slice_ms(self) -> int:
        return max(self.window_ms // 20, 1)

    @cached_property
    def life_ms(self) -> int:
        return min(1000, self.window_ms // 4)

    @cached_property
    def queue_ms(self) -> int:
        return 4000 if self.window_ms >= LONG_MS else self.window_ms // 4

    @cached_property
    def travel_ms(self) -> int:
        """What a connection, a network and a busy exchange may take before it looks at its clock."""
        return min(1000, self.window_ms // 2)

    @cached_property
    def is_kept(self) -> bool:
        """Whether what was counted is worth telling Redis again once it has lost it: a short window is soon over, and
        of an account's no half is missed.
        """
        return self.scope is Scope.ADDRESS and self.window_ms >= LONG_MS

    @cached_property
    def slices(self) -> int:
        return -(-(self.window_ms + self.life_ms + self.queue_ms + self.travel_ms) // self.slice_ms)


@dataclass(frozen=True, eq=False)
class Charge:
    """What one call takes of a budget, made once; 0 where it only heeds the budget's pauses."""

    budget: Budget
    amount: int


Charges = tuple[Charge, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """The exchange takes no more of what `budget` covers for `ms` from now on."""

    budget: Budget
    ms: int


class Limits(Protocol):
    """One exchange's limits. Pure."""

    def charges(self, intent: Intent) -> Charges:
        """Empty where nothing is limited."""

    def used(self, budget: Budget, headers: Sequence[tuple[str, str]]) -> int | None:
        """How much of it the exchange has counted in its present window; None where it does not say."""

    def refusal(self, charges: Charges, response: HttpResponse) -> Refusal | None:
        """What the answer says is used up; None where it is no such answer. Asked for every answer."""


def header(headers: Sequence[tuple[str, str]], name: str) -> int | None:
    """The whole number that a header tells; `name` in small letters."""
    for told, value in headers:
        if told.lower() == name:
            return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None
    return None
