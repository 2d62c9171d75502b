"""An exchange that answers by a script: for conversations, where only the order of answers matters."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import TypeVar

from mysignals.domain.abilities import Abilities, ExitStyle
from mysignals.domain.intents import Intent, Leg, QueryOrder, ReadPositions
from mysignals.domain.market import Market
from mysignals.domain.outcomes import Accepted, OrderReport, OrderState, Outcome, Positions, Reason, Rejected
from mysignals.exchanges.dialect import Call
from mysignals.exchanges.session import SUFFIX, Session
from mysignals.exchanges.wire import Credentials, HttpRequest, HttpResponse, Reply

End = TypeVar("End")
NO_SUCH_ORDER = Rejected(Reason.NOT_FOUND, "-2013", "Order does not exist.")
EVERYTHING = Abilities(exits=ExitStyle.ORDER_LIST, hedge_mode=True, leverage=True, tells_permissions=True)


@dataclass
class ScriptedExchange:
    """Takes everything, but for the intents whose type is in `answers`; keeps what it was asked."""

    answers: dict[type, list[Outcome]] = field(default_factory=dict)
    asked: list[Intent] = field(default_factory=list)
    name: str = "scripted"
    abilities: Abilities = EVERYTHING
    there: set[str] | None = None
    """Client ids of the orders that it has beside those that it is asked to place; None: every one it is asked for."""

    def encode(self, intent: Intent, credentials: Credentials, now_ms: int, expiry_ms: int) -> HttpRequest:
        return HttpRequest("POST", "/")

    def venue(self, intent: Intent) -> Market:
        return Market.FUTURES

    def decode(self, intent: Intent, response: HttpResponse) -> Outcome:
        self.asked.append(intent)
        if self._is_no_close(intent):
            return NO_SUCH_ORDER
        scripted = self.answers.get(type(intent))
        return scripted.pop(0) if scripted else self._usual(intent)

    def _usual(self, intent: Intent) -> Outcome:
        if isinstance(intent, QueryOrder) and self.there is not None and intent.client_id not in self.there:
            return NO_SUCH_ORDER
        return filled(intent)

    def _is_no_close(self, intent: Intent) -> bool:
        """A close that no test has put there is looked for by every later turn, and takes no answer of the script."""
        asked = isinstance(intent, QueryOrder) and self.there is not None and intent.client_id not in self.there
        return asked and SUFFIX[Leg.CLOSE] in intent.client_id

    @property
    def kinds(self) -> list[str]:
        return [type(intent).__name__ for intent in self.asked]


def filled(intent: Intent) -> Outcome:
    """Accepted; an entry as filled, anything else as resting. Nothing is open before."""
    if isinstance(intent, ReadPositions):
        return Positions(())
    client_id = getattr(intent, "client_id", None) or getattr(intent, "entry_id", "") or getattr(intent, "stop_id", "")
    quantity = getattr(intent, "quantity", 0)
    state = OrderState.FILLED if type(intent).__name__ in ("PlaceOrder", "PlaceProtectedEntry") else OrderState.NEW
    return Accepted((OrderReport(client_id, "1", state, quantity if state is OrderState.FILLED else 0),))


def session(exchange: ScriptedExchange, **changes: object) -> Session:
    return Session(exchange, Credentials("k", "s"), "paper", "ms1x", lambda: 1_700_000_000_000, **changes)  # type: ignore[arg-type]


def drive(conversation: Generator[Call, Reply, End]) -> End:
    """Run a conversation to its end; every call gets an answer that its dialect then reads."""
    try:
        call = next(conversation)
        for _ in range(50):
            call.encode(0)
            call = conversation.send(HttpResponse(200, b""))
    except StopIteration as stop:
        end: End = stop.value
        return end
    raise AssertionError("the conversation did not end within 50 calls")
