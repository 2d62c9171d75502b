"""One account in one conversation with an exchange, and what the conversation ends with."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from mysignals.domain.intents import Intent, Leg, QueryOrder
from mysignals.domain.market import PositionMode
from mysignals.domain.outcomes import (
    ENDED,
    Accepted,
    OrderReport,
    Outcome,
    SymbolSettings,
    Unknown,
)
from mysignals.domain.value import value

from .dialect import Call, Dialect
from .in_time import signed_anew
from .moments import Moments
from .sharing import Board, Sharing
from .wire import Credentials, Reply

SUFFIX = {
    Leg.ENTRY: "-e", Leg.STOP: "-s", Leg.STOP2: "-s2", Leg.STOP3: "-s3",
    Leg.TARGET1: "-1", Leg.TARGET2: "-2", Leg.TARGET3: "-3", Leg.CLOSE: "-c",
}  # fmt: skip

Conversation = Generator[Call, Reply, "Report"]
Asking = Generator[Call, Reply, Outcome]


@value
class Session:
    """One account in one conversation. `root` begins every client order id; `clock_ms` is Unix ms."""

    dialect: Dialect
    credentials: Credentials
    environment: str
    root: str
    clock_ms: Callable[[], int]
    expiry_ms: int = 5000
    mode: PositionMode = PositionMode.ONE_WAY
    settings: SymbolSettings | None = None
    close_unprotected: bool = True
    on_unmapped: Callable[[str, Unknown], None] = lambda _, __: None
    """Told of every code that stands in no table of ours, with the exchange's name."""
    exchange_ids: Mapping[Leg, str] = field(default_factory=dict)
    """What the exchange calls orders that carry no id of ours."""
    client_ids: Mapping[Leg, str] = field(default_factory=dict)
    """The ids of legs whose order was replaced by a later one; the others have their usual id."""
    taken: set[str] = field(default_factory=set)
    """The exchange's ids of exits of the account that have found their delivery; shared by all conversations of it."""
    moments: Moments = field(default_factory=Moments)
    """Shared by all copies of the session."""
    market_price: Decimal | None = None
    """Of the symbol, read in this turn for exits that are placed late; None where it was not."""
    since_ms: int = 0
    """Nothing that the exchange made of ours is older, in its own clock's Unix ms, give or take its skew."""

    bare_since_ms: int = 0
    """Since when our books have something of it open without a stop, Unix ms; 0 where they have not."""
    half_filled_ms: int = 5000
    """How long an entry may rest half-filled whose stop waits until it is over."""
    is_urgent: bool = False
    """Whether something may be open without a stop, or exits rest over nothing, so that its questions go first."""
    follows_cancel: bool = False
    """Whether it asks what became of an order that was just cancelled: that goes when the cancel does."""
    is_tentative: bool = False
    """Whether nobody knows yet if there will be an order, so that its questions go last."""
    asks_for_the_position: bool = False
    """Whether a position whose exits all rest is to be looked at too: it may have been closed by others."""
    is_thorough: bool = True
    """Whether the exits of an entry that has bought nothing are asked for: they close nothing of it, but may be used
    up, or gone."""
    sharing: Sharing | None = None
    """With the other copies of the account and symbol that are looked at in this turn; None where there are none."""

    @property
    def is_hedged(self) -> bool:
        return self.mode is PositionMode.HEDGE

    def client_id(self, leg: Leg) -> str:
        return self.client_ids.get(leg) or self.root + SUFFIX[leg]

    def ask(self, intent: Intent, after_ms: int = 0) -> Asking:
        if self.sharing is not None:
            self.sharing.note(intent)
        return self._asked(intent, after_ms, None)

    def ask_for_all(self, intent: Intent) -> Asking:
        """A question that every copy of the account and symbol asks: the first one does, and the others have its
        answer, from within this turn. Without others, and after a write of this conversation, as `ask`.
        """
        return self._asked(intent, 0, self.sharing.readable if self.sharing is not None else None)

    def ask_of_earlier(self, query: QueryOrder) -> Asking:
        """About an order that a turn before this one may have placed: where live ones are told by one list, the list of
        this turn tells of it even after this conversation has written others.
        """
        if self.sharing is None or not self.dialect.abilities.live_in_one_list:
            return self.ask(query)
        return self._asked(query, 0, self.sharing.readable_of(query))

    def _asked(self, intent: Intent, after_ms: int, shared: Board | None) -> Asking:
        call = Call(
            self.dialect, intent, self.credentials, self.environment, self.expiry_ms, after_ms, False,
            self.is_urgent, self.is_tentative, shared, self.follows_cancel,
        )  # fmt: skip
        outcome = call.decode((yield call))
        anew = signed_anew(call, outcome)
        if anew is not None:
            outcome = anew.decode((yield anew))
        if isinstance(outcome, Accepted):
            self.moments.note(intent, outcome, self.client_id, self.clock_ms)
        elif isinstance(outcome, Unknown) and outcome.unmapped:
            self.on_unmapped(self.dialect.name, outcome)
        return outcome


@value
class LegReport:
    """One leg as it was asked for, and what the exchange said."""

    leg: Leg
    client_id: str
    side: str
    type: str
    quantity: Decimal
    price: Decimal | None
    trigger_price: Decimal | None
    outcome: Outcome

    @property
    def order(self) -> OrderReport | None:
        outcome = self.outcome
        if isinstance(outcome, Accepted):
            for order in outcome.orders:  # Asked for often: a generator would cost three times as much.
                if order.client_id == self.client_id:
                    return order
        return None


@dataclass(slots=True)
class Report:
    """What a conversation ended with. Times are Unix ms."""

    entry: Outcome
    legs: list[LegReport] = field(default_factory=list)
    settings: SymbolSettings | None = None
    sent_ms: int = 0
    acknowledged_ms: int | None = None
    unprotected: str = ""
    """Why a filled entry has no stop; empty when all is well."""
    taken_back: bool = False
    """The entry that could not be protected is certainly gone: cancelled, and closed as far as it had filled."""
    leftovers: bool = False
    """It is gone, but whether all of its exits are cancelled is not certain: it has to be followed until they are."""

    postponed: bool = False
    """Whether an exit is there already could not be asked: the next turn tries again."""

    @property
    def accepted(self) -> list[LegReport]:
        """Legs that the exchange has, as far as it told."""
        return [leg for leg in self.legs if isinstance(leg.outcome, Accepted)]


def ended_empty(order: OrderReport | None) -> bool:
    """Whether the order is over and nothing of it was filled."""
    return order is not None and order.state in ENDED and not order.filled
