"""The one seam between the platform and an exchange: encode an intent, decode an answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from mysignals.domain.abilities import Abilities
from mysignals.domain.intents import Intent
from mysignals.domain.market import Market
from mysignals.domain.outcomes import NotSent, Outcome, Unknown
from mysignals.domain.value import value

from .masking import masked
from .sharing import Board
from .wire import Credentials, HttpRequest, HttpResponse, NoReply, Reply


class Dialect(Protocol):
    """Pure: same arguments, same bytes. `decode` survives any bytes and never raises."""

    name: str
    abilities: Abilities

    def encode(self, intent: Intent, credentials: Credentials, now_ms: int, expiry_ms: int) -> HttpRequest: ...

    def decode(self, intent: Intent, response: HttpResponse) -> Outcome: ...

    def venue(self, intent: Intent) -> Market:
        """Which of the exchange's hosts serves the intent."""


ONE_FOR_ALL: Mapping[str, Dialect] = {}


def in_environment(dialect: Dialect, environment: str) -> Dialect:
    """The dialect as `live`, `testnet` or `paper` speaks it, where a request says more than a host by it.

    Such a dialect is the live one and has `by_environment: Mapping[str, Dialect]` of those that differ.
    """
    different: Mapping[str, Dialect] = getattr(dialect, "by_environment", ONE_FOR_ALL)
    return different.get(environment, dialect)


@value
class Call:
    """One question or order on its way: signed only when a connection is held (`encode`)."""

    dialect: Dialect
    intent: Intent
    credentials: Credentials
    environment: str
    expiry_ms: int = 5000
    after_ms: int = 0
    """How long to wait before asking: an order may reach the exchange's books a little after its acknowledgement."""
    resync: bool = False
    """It was refused for its time: the venue's clock is measured anew before the call is signed once more."""
    is_urgent: bool = False
    """A question on whose answer somebody's protection waits: it goes before those that look whether all is well."""
    is_tentative: bool = False
    """A question without whose answer nobody knows whether there will be an order: it gives way to all others."""
    shared: Board | None = None
    """Where its answer is, or will be, if another conversation of the account and symbol asks the same in this turn."""
    follows_cancel: bool = False
    """It asks what became of an order that was just cancelled: without an answer the cancel is sent once more."""

    def encode(self, now_ms: int) -> HttpRequest:
        spoken = in_environment(self.dialect, self.environment)
        return spoken.encode(self.intent, self.credentials, now_ms, self.expiry_ms)

    def decode(self, reply: Reply) -> Outcome:
        if isinstance(reply, NoReply):
            return Unknown(reply.cause) if reply.sent else NotSent(reply.cause)
        return masked(self.dialect.decode(self.intent, reply), self.credentials)
