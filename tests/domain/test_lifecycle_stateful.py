"""Any order of claims, crashes, lost and late answers, looks and fills ends legally, and never in two entries.

The lifecycle, the decision of what is in doubt, the fence, the conversation that opens and the one that looks are the
real ones; the claim, the hold and the exchange are models.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from mysignals.domain.abilities import Abilities, ExitStyle
from mysignals.domain.doubt import Doubt, LookAgain, Told, decide, event_of, margin_ms
from mysignals.domain.intents import Intent, PlaceOrder, QueryOrder
from mysignals.domain.lifecycle import TABLE, Event, State, move
from mysignals.domain.market import Market
from mysignals.domain.outcomes import (
    ENDED,
    Accepted,
    NotSent,
    OrderReport,
    OrderState,
    Outcome,
    Reason,
    Rejected,
    Unknown,
)
from mysignals.domain.plan import Plan, make_plan
from mysignals.exchanges.dialect import Call
from mysignals.exchanges.finding import Finding, find_entry
from mysignals.exchanges.flows import open_position
from mysignals.exchanges.session import Report, Session
from mysignals.exchanges.transports.fence import HELD_BACK, passes_fence
from mysignals.exchanges.wire import Credentials, HttpRequest, HttpResponse, NoReply, Reply
from tests.domain.values import choices, rules, sized, terms

End = TypeVar("End")
START, OFFSET_MS, DELAY_MS = 1_700_000_000_000, 300, 1000
FENCE_MS, HOLD_MS, FRESH_MS = 15_000, 20_000, 60_000
ABILITIES = Abilities(exits=ExitStyle.SEPARATE, look_up_delay_ms=DELAY_MS)
NEW, PART, FILLED, CANCELLED = (
    OrderState.NEW, OrderState.PARTIALLY_FILLED, OrderState.FILLED, OrderState.CANCELLED,
)  # fmt: skip
LIVE = (State.ACCEPTED, State.PARTIALLY_FILLED, State.FILLED)
WHICH = st.integers(0, 2)
FATES = ("late", "answered", "answer_lost", "late", "request_lost", "late", "refused")


def plan() -> Plan:
    made = make_plan(terms(market=Market.SPOT), choices(sizing=sized("quote", 1000)), rules(), None, ABILITIES)
    assert isinstance(made, Plan), made
    return made


PLAN = plan()
NOTHING_YET = Unknown("nothing yet")


@dataclass
class Entry:
    report: OrderReport
    since_ms: int


@dataclass
class Exchange:
    """Its clock is OFFSET_MS ahead. An order shows DELAY_MS after it came; an id may come again once it is over."""

    name: str = "tiny"
    abilities: Abilities = ABILITIES
    now_ms: int = START
    entries: list[Entry] = field(default_factory=list)
    on_the_way: list[tuple[int, int, PlaceOrder]] = field(default_factory=list)
    """When it arrives in our clock, its own deadline in the exchange's, and what it is."""
    answer: Outcome = NOTHING_YET

    def encode(self, intent: Intent, credentials: Credentials, now_ms: int, expiry_ms: int) -> HttpRequest:
        return HttpRequest("POST", "/", expires_ms=now_ms + expiry_ms)

    def decode(self, intent: Intent, response: HttpResponse) -> Outcome:
        return self.answer

    def venue(self, intent: Intent) -> Market:
        return Market.SPOT

    def pass_time(self, ms: int) -> None:
        self.now_ms += ms
        due = [one for one in self.on_the_way if one[0] <= self.now_ms]
        self.on_the_way = [one for one in self.on_the_way if one[0] > self.now_ms]
        for arrives_ms, deadline_ms, intent in sorted(due, key=lambda one: one[0]):
            if arrives_ms + OFFSET_MS <= deadline_ms:
                self.execute(intent, arrives_ms)

    def execute(self, intent: PlaceOrder, at_ms: int, state: OrderState = NEW) -> Outcome:
        if any(entry.report.state not in ENDED for entry in self.entries):
            return Unknown("duplicate client id: an earlier send arrived")
        filled = intent.quantity if state is FILLED else Decimal(0)
        report = OrderReport(intent.client_id, str(len(self.entries) + 1), state, filled, quantity=intent.quantity)
        self.entries.append(Entry(report, at_ms))
        return Accepted((report,))

    def queried(self, intent: QueryOrder) -> Outcome:
        for entry in self.entries:
            if entry.report.client_id == intent.client_id and self.now_ms >= entry.since_ms + DELAY_MS:
                return Accepted((entry.report,))
        return Rejected(Reason.NOT_FOUND, "", "no such order")


@dataclass
class Turn:
    """A worker between its claim and its record; it may sleep for as long as it likes."""

    token: int
    fence_ms: int
    has_sent: bool = False
    event: Event | None = None


class OneDelivery(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.exchange = Exchange()
        self.state, self.token, self.looks, self.look_at_ms = State.QUEUED, 0, 0, 0
        self.held_until_ms, self.fence_ms = 0, 0
        self.workers: list[Turn] = []

    # What the rules of a broken system would be: see the tests below.
    def may_claim(self) -> bool:
        return self.state is State.QUEUED

    def is_held_back(self, call: Call, request: HttpRequest, fence_ms: int) -> bool:
        return passes_fence(call, request, OFFSET_MS, fence_ms)

    def decided(self, told: Told, report: OrderReport | None, doubt: Doubt) -> Event | LookAgain:
        return decide(told, report, doubt)

    @property
    def is_fresh(self) -> bool:
        return self.exchange.now_ms - START <= FRESH_MS

    @rule()
    def a_task_that_comes_again(self) -> None:
        if self.may_claim():
            self.claim()

    @precondition(lambda self: self.may_claim())
    @rule()
    def claim(self) -> None:
        if not self.is_fresh and self.state is State.QUEUED:
            self.state = move(self.state, Event.EXPIRE)
            return
        self.state = State.SENDING if self.state is not State.QUEUED else move(self.state, Event.CLAIM)
        self.token += 1
        self.held_until_ms = self.exchange.now_ms + HOLD_MS
        self.fence_ms = self.exchange.now_ms + FENCE_MS
        self.looks = self.look_at_ms = 0
        self.workers.append(Turn(self.token, self.fence_ms))

    @precondition(lambda self: any(not turn.has_sent for turn in self.workers))
    @rule(
        which=WHICH,
        fate=st.sampled_from(FATES),
        fills=st.booleans(),
        is_deaf=st.booleans(),
        late_ms=st.sampled_from((1000, 3000, 4500, 8000)),
    )
    def send(self, which: int, fate: str, fills: bool, is_deaf: bool, late_ms: int) -> None:
        """Whichever worker wakes up; with `is_deaf` no look-up of its conversation is answered."""
        turn = _one([turn for turn in self.workers if not turn.has_sent], which)
        turn.has_sent = True
        session = Session(self.exchange, Credentials("k", "s"), "paper", "ms1x", lambda: self.exchange.now_ms)

        def answered(call: Call, request: HttpRequest) -> Reply:
            if isinstance(call.intent, PlaceOrder):
                if self.is_held_back(call, request, turn.fence_ms):
                    return HELD_BACK
                return self._fate_of(call.intent, request.expires_ms or 0, fate, fills, late_ms)
            if isinstance(call.intent, QueryOrder) and call.intent.client_id.endswith("-e"):
                return self._told(self.exchange.queried(call.intent)) if not is_deaf else NoReply(True, "timeout")
            return self._told(
                Rejected(Reason.NOT_FOUND, "", "") if isinstance(call.intent, QueryOrder) else _exit(call)
            )

        report = self._drive(open_position(session, PLAN), answered)
        turn.event = _event(report)

    def _fate_of(self, intent: PlaceOrder, deadline_ms: int, fate: str, fills: bool, late_ms: int) -> Reply:
        exchange = self.exchange
        if fate == "refused":
            return self._told(Rejected(Reason.FUNDS, "1", "no funds"))
        if fate == "late":
            exchange.on_the_way.append((exchange.now_ms + late_ms, deadline_ms, intent))
        elif fate in ("answered", "answer_lost"):
            outcome = exchange.execute(intent, exchange.now_ms, FILLED if fills else NEW)
            if fate == "answered":
                return self._told(outcome)
        return NoReply(sent=True, cause="timeout")

    def _told(self, outcome: Outcome) -> Reply:
        self.exchange.answer = outcome
        return HttpResponse(200, b"")

    def _drive(self, conversation: Generator[Call, Reply, End], answered: Any) -> End:
        try:
            call = next(conversation)
            for _ in range(60):
                self.exchange.pass_time(call.after_ms)
                call = conversation.send(answered(call, call.encode(self.exchange.now_ms + OFFSET_MS)))
        except StopIteration as stop:
            end: End = stop.value
            return end
        raise AssertionError("the conversation did not end")

    @precondition(lambda self: any(turn.event for turn in self.workers))
    @rule(which=WHICH)
    def record(self, which: int) -> None:
        """What is not the worker's any more it leaves alone; a second time changes nothing."""
        turn = _one([turn for turn in self.workers if turn.event], which)
        if turn.token == self.token and self.state is State.SENDING and turn.event is not None:
            self.state = move(self.state, turn.event)
            self.held_until_ms = 0

    @precondition(lambda self: self.workers)
    @rule(which=WHICH)
    def crash(self, which: int) -> None:
        self.workers.remove(_one(self.workers, which))

    @rule(ms=st.sampled_from((500, 2000, 4000, 20_000)))
    def time_passes(self, ms: int) -> None:
        self.exchange.pass_time(ms)

    @precondition(lambda self: self.state in (State.SENDING, State.UNKNOWN))
    @rule(is_deaf=st.booleans())
    def look(self, is_deaf: bool) -> None:
        """As soon as it may: nobody holds it any more, and it is due."""
        self.exchange.pass_time(
            max(0, self.held_until_ms - self.exchange.now_ms, self.look_at_ms - self.exchange.now_ms)
        )
        now_ms = self.exchange.now_ms
        doubt = Doubt(
            now_ms, self.fence_ms, margin_ms(OFFSET_MS, DELAY_MS), self.looks, self.is_fresh, may_resend=True,
        )  # fmt: skip
        finding = self._found(doubt, is_deaf)
        decision = self.decided(finding.told, finding.entry, doubt)
        self.state = move(self.state, Event.LOSE)
        self.token += 1
        self.held_until_ms = 0
        if isinstance(decision, LookAgain):
            self.looks, self.look_at_ms = self.looks + 1, decision.at_ms or now_ms
        else:
            self.state = move(self.state, decision)

    def _found(self, doubt: Doubt, is_deaf: bool) -> Finding:
        session = Session(self.exchange, Credentials("k", "s"), "paper", "ms1x", lambda: self.exchange.now_ms)

        def answered(call: Call, _: HttpRequest) -> Reply:
            assert isinstance(call.intent, QueryOrder), "a look asks, and does nothing else"
            return NoReply(True, "timeout") if is_deaf else self._told(self.exchange.queried(call.intent))

        is_dead = doubt.dead_ms is not None and doubt.asked_ms > doubt.dead_ms
        search = find_entry(session, lambda quantity: replace(PLAN, quantity=quantity), PLAN.quantity, is_dead=is_dead)
        return self._drive(search, answered)

    @precondition(lambda self: any(entry.report.state not in ENDED for entry in self.exchange.entries))
    @rule(to=st.sampled_from((PART, FILLED, CANCELLED)))
    def the_entry_moves(self, to: OrderState) -> None:
        entry = next(entry for entry in self.exchange.entries if entry.report.state not in ENDED)
        filled = {PART: PLAN.quantity / 2, FILLED: PLAN.quantity}.get(to, entry.report.filled)
        entry.report = replace(entry.report, state=to, filled=max(filled, entry.report.filled))

    @precondition(lambda self: self.state in LIVE)
    @rule(back=st.integers(0, 1))
    def told_of_the_entry(self, back: int) -> None:
        """By a look or a stream, perhaps again, perhaps out of order."""
        for entry in self.exchange.entries:
            event = Event.ACCEPT if back else event_of(entry.report)
            if event in TABLE[self.state]:
                self.state = move(self.state, event)

    @invariant()
    def there_is_never_more_than_one_entry(self) -> None:
        assert len(self.exchange.entries) <= 1, f"two entries, and the delivery is {self.state}"

    @invariant()
    def what_is_queued_or_over_unsent_is_not_at_the_exchange(self) -> None:
        if self.state in (State.QUEUED, State.EXPIRED):
            assert not self.exchange.entries, f"{self.state}, and the exchange has it"

    def teardown(self) -> None:
        """In a calm it comes to an end, or to a live state that agrees with the exchange."""
        for _ in range(30):
            self.time_passes(5000)
            self.there_is_never_more_than_one_entry()
            if self.state in (State.SENDING, State.UNKNOWN):
                self.look(is_deaf=False)
        self.a_task_that_comes_again()
        assert self.state not in (State.QUEUED, State.SENDING, State.UNKNOWN), self.state
        if not self.exchange.entries:
            assert self.state in (State.EXPIRED, State.REJECTED), self.state
            return
        self.told_of_the_entry(0) if self.state in LIVE else None
        report = self.exchange.entries[0].report
        assert self.state is move(State.UNKNOWN, event_of(report)), (self.state, report)


def _one(turns: list[Turn], which: int) -> Turn:
    return turns[which % len(turns)]


def _exit(call: Call) -> Outcome:
    client_id = getattr(call.intent, "client_id", "")
    return Accepted((OrderReport(client_id, "9", NEW),))


def _event(report: Report) -> Event:
    match report.entry:
        case Accepted():
            return event_of(report.entry.orders[0])
        case Rejected():
            return Event.REJECT
        case NotSent():
            return Event.RELEASE
    return Event.LOSE


CALM = settings(
    max_examples=300, stateful_step_count=20, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)  # fmt: skip


def test_any_order_of_events_ends_legally_and_never_in_two_entries() -> None:
    run_state_machine_as_test(OneDelivery, settings=CALM)


class WithoutAFence(OneDelivery):
    def is_held_back(self, call: Call, request: HttpRequest, fence_ms: int) -> bool:
        return False


class ResentBlindly(OneDelivery):
    def decided(self, told: Told, report: OrderReport | None, doubt: Doubt) -> Event | LookAgain:
        return Event.RELEASE if told is Told.ABSENT else decide(told, report, doubt)


class ClaimedByEverybody(OneDelivery):
    def may_claim(self) -> bool:
        return self.state in (State.QUEUED, State.SENDING, State.UNKNOWN)


class GivenUpWithoutAMargin(OneDelivery):
    def decided(self, told: Told, report: OrderReport | None, doubt: Doubt) -> Event | LookAgain:
        return decide(told, report, replace(doubt, margin_ms=-14_000))


@pytest.mark.parametrize("broken", [WithoutAFence, ResentBlindly, ClaimedByEverybody, GivenUpWithoutAMargin])
def test_it_would_see_a_system_that_is_broken(broken: type[OneDelivery]) -> None:
    found_soon = settings(CALM, max_examples=2000, phases=[Phase.generate], report_multiple_bugs=False)
    with pytest.raises(AssertionError, match=r"two entries|the exchange has it|State\."):
        run_state_machine_as_test(broken, settings=found_soon)
