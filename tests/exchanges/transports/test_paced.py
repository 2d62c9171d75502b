"""Who waits for whom on the event loop, with counts that a test holds in its hand."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from mysignals.domain.intents import (
    CancelOrder,
    Intent,
    PlaceOrder,
    QueryOrder,
    ReadBalances,
    ReadOpenOrders,
    ReadPositions,
    ReadSymbolSettings,
    ReadTime,
)
from mysignals.domain.market import EntryType, Market, Side
from mysignals.exchanges.binance import FUTURES
from mysignals.exchanges.binance.limits import FUTURES_ORDERS, FUTURES_WEIGHT, SPOT_DAY, SPOT_ORDERS
from mysignals.exchanges.bitget import V2_SPOT as BITGET_SPOT
from mysignals.exchanges.bitget.limits import REQUESTS as BITGET_REQUESTS
from mysignals.exchanges.dialect import Call
from mysignals.exchanges.limits import Budget, Scope
from mysignals.exchanges.magnr import FUTURES as UNLIMITED
from mysignals.exchanges.phemex.limits import CONTRACT, OTHERS, REQUESTS, SPOT_ORDER
from mysignals.exchanges.registry import EXCHANGES
from mysignals.exchanges.sliding import Given, Sliding
from mysignals.exchanges.transports.paced import Paced
from mysignals.exchanges.transports.pacing import (
    ALONE_PROCESSES,
    LONG_MS,
    PACED,
    UNCOUNTED,
    Away,
    Leave,
    Priority,
    Want,
    alone,
    ceilings,
    limits_of,
    priority_of,
    spare,
)
from mysignals.exchanges.transports.pooled import PooledTransport
from mysignals.exchanges.transports.purse import Purse, first_unserved
from mysignals.exchanges.wire import Credentials, HttpResponse, NoReply

KEY = Credentials("key", "secret")
BASE = "http://venue"
READ, CANCEL = ReadBalances(Market.FUTURES), CancelOrder(Market.FUTURES, "BTCUSDT", "some-e")
ORDER = PlaceOrder(
    Market.FUTURES, "BTCUSDT", Side.BUY, EntryType.LIMIT, Decimal("0.01"), Decimal(50000), "some-e"
)  # fmt: skip
QUERY = QueryOrder(Market.FUTURES, "BTCUSDT", "some-e")


class Counts:
    """The pure counts by a clock that stands; `away` makes them not answer."""

    def __init__(self) -> None:
        self.now_ms, self.asked, self.away = 0, 0, False
        self.all: dict[str, Sliding] = {}
        self.refusals = 0

    def take(self, wants: Sequence[Want]) -> list[Given]:
        self.asked += 1
        if self.away:
            raise Away
        return [self._take(want) for want in wants]

    def tell(self, venue: str, waited_s: float, refusals: int) -> None:
        self.refusals += refusals

    def used(self, name: str) -> int:
        return sum(count.used(self.now_ms) for key, count in self.all.items() if key.endswith(f"|{name}"))

    def _take(self, want: Want) -> Given:
        count = self.all.setdefault(want.key, Sliding(want.budget))
        count.back(want.back, want.back_slice)
        count.told(want.told, self.now_ms)
        if want.pause_ms:
            count.pause(want.pause_ms, self.now_ms)
        return count.give(want.wishes, self.now_ms)


def call(intent: Intent) -> Call:
    return Call(FUTURES, intent, KEY, "paper")


def run(conversation: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(conversation)


def paced(counts: Counts) -> Paced:
    return Paced(counts, lambda key: f"print of {key}")


def admit(pacer: Paced, intent: Intent, *, in_fence: bool = False, within_s: float = 0.2) -> Any:
    return pacer.admit(call(intent), BASE, in_fence, within_s)


def test_many_calls_at_once_ask_the_shared_counts_once_or_twice() -> None:
    counts = Counts()

    async def all_of_them() -> list[Any]:
        pacer = paced(counts)
        return await asyncio.gather(*(admit(pacer, QUERY) for _ in range(200)))

    assert all(isinstance(answer, Leave) for answer in run(all_of_them()))
    assert counts.asked <= 2


def test_what_was_not_sent_is_not_counted() -> None:
    counts, now = Counts(), [100.0]

    async def nobody_listens() -> None:
        pacer = Paced(counts, str, clock=lambda: now[0])
        for _ in range(30):
            leave = await admit(pacer, QUERY)
            pacer.unused(leave)
            now[0] += 0.4
        await admit(pacer, QUERY)

    run(nobody_listens())
    assert counts.used("weight") <= spare(FUTURES_WEIGHT) + 1


def test_calls_to_an_exchange_that_nobody_can_reach_use_up_nothing() -> None:
    counts = Counts()

    async def asked_in_vain() -> list[Any]:
        transport = PooledTransport("http://127.0.0.1:9", pacer=paced(counts))
        answers = [await transport.send(call(QUERY)) for _ in range(100)]
        await transport.close()
        return answers

    assert all(isinstance(answer, NoReply) and not answer.sent for answer in run(asked_in_vain()))
    assert counts.used("weight") <= spare(FUTURES_WEIGHT) + 1


def test_what_was_not_sent_in_an_earlier_slice_stays_counted_there() -> None:
    counts, now = Counts(), [100.0]

    async def a_slice_between() -> None:
        pacer = Paced(counts, str, clock=lambda: now[0])
        leave = await admit(pacer, QUERY)
        now[0] += 3
        counts.now_ms += FUTURES_WEIGHT.slice_ms
        await admit(pacer, QUERY)
        before = counts.used("weight")
        pacer.unused(leave)
        now[0] += 3
        await admit(pacer, QUERY)
        assert counts.used("weight") == before + 1

    run(a_slice_between())


def test_what_is_at_hand_is_used_without_asking() -> None:
    counts = Counts()

    async def one_after_the_other() -> None:
        pacer = paced(counts)
        for _ in range(20):
            assert isinstance(await admit(pacer, QUERY), Leave)

    run(one_after_the_other())
    assert counts.asked == 1


def test_what_only_tells_pauses_is_asked_again_before_it_ends_so_that_no_order_waits_for_it() -> None:
    counts, now = Counts(), [100.0]

    async def an_order_after_the_first_lease() -> bool:
        pacer = Paced(counts, str, clock=lambda: now[0])
        assert isinstance(await admit(pacer, ORDER), Leave)
        now[0] += 0.6
        assert pacer.at_hand(call(ORDER), BASE) is not None
        now[0] += 0.6
        return await _comes_true(lambda: pacer.at_hand(call(ORDER), BASE) is not None)

    assert run(an_order_after_the_first_lease())


def test_a_pause_that_another_worker_has_met_is_heard_of_while_orders_go() -> None:
    counts, now = Counts(), [100.0]

    async def orders_until_it_is_heard() -> bool:
        pacer = Paced(counts, str, clock=lambda: now[0])
        assert isinstance(await admit(pacer, ORDER), Leave)
        counts.all[f"{BASE}|here|weight"].pause(5000, counts.now_ms)
        now[0] += 0.6
        assert pacer.at_hand(call(ORDER), BASE) is not None
        others = (Call(FUTURES, ORDER, Credentials(f"key {number}", "secret"), "paper") for number in range(1000))
        return await _comes_true(lambda: pacer.at_hand(next(others), BASE) is None)

    assert run(orders_until_it_is_heard())


async def _comes_true(condition: Callable[[], bool]) -> bool:
    """Answers come from a thread, so the loop has to run meanwhile."""
    for _ in range(400):
        if condition():
            return True
        await asyncio.sleep(0.005)
    return False


def test_the_less_a_call_protects_the_earlier_it_stops() -> None:
    counts = Counts()

    async def until_refused(intent: Intent, in_fence: bool) -> int:
        pacer, answer = paced(counts), None
        for _ in range(500):
            answers = await asyncio.gather(*(admit(pacer, intent, in_fence=in_fence, within_s=0.1) for _ in range(50)))
            answer = answers[-1]
            if isinstance(answer, NoReply):
                break
        assert answer == PACED
        return counts.used("weight")

    assert 2400 * 40 // 100 < run(until_refused(READ, in_fence=False)) <= 2400 * 45 // 100
    assert 2400 * 64 // 100 < run(until_refused(QUERY, in_fence=False)) <= 2400 * 69 // 100
    assert 2400 * 65 // 100 < run(until_refused(READ, in_fence=True)) <= 2400 * 70 // 100
    assert 2400 * 80 // 100 < run(until_refused(QUERY, in_fence=True)) <= 2400 * 85 // 100
    assert 2400 * 95 // 100 < run(until_refused(CANCEL, in_fence=False)) <= 2400


def test_what_is_asked_before_a_plan_leaves_room_for_entries_though_it_is_sent_with_them() -> None:
    counts = Counts()

    async def until_refused() -> int:
        pacer, question = paced(counts), replace(call(READ), is_tentative=True)
        for _ in range(50):
            answers = await asyncio.gather(*(pacer.admit(question, BASE, True, 0.1) for _ in range(50)))
            if isinstance(answers[-1], NoReply):
                return counts.used("weight")
        return 2400

    assert 2400 * 40 // 100 < run(until_refused()) <= 2400 * 45 // 100


def test_an_exit_that_came_last_goes_first() -> None:
    counts, order = Counts(), list[str]()

    async def named(pacer: Paced, intent: Intent, name: str) -> None:
        await admit(pacer, intent)
        order.append(name)

    async def all_of_them() -> None:
        pacer = paced(counts)
        await asyncio.gather(
            named(pacer, READ, "read"), named(pacer, QUERY, "query"), named(pacer, CANCEL, "cancel")
        )  # fmt: skip

    run(all_of_them())
    assert order == ["cancel", "query", "read"]


def test_an_entry_whose_turn_comes_too_late_is_told_at_once() -> None:
    counts = Counts()

    async def after_all_is_used() -> float:
        pacer = paced(counts)
        for _ in range(10):
            await asyncio.gather(*(admit(pacer, ORDER) for _ in range(300)))
        began = asyncio.get_running_loop().time()
        assert await admit(pacer, ORDER, in_fence=True, within_s=8) == PACED
        return asyncio.get_running_loop().time() - began

    assert run(after_all_is_used()) < 2


def test_who_may_use_more_is_not_told_that_it_is_too_late_because_others_were_asked_for_in_vain() -> None:
    class Slow(Counts):
        """`is_asked` from when somebody asks for questions, a while before the answer is there."""

        is_asked = False

        def take(self, wants: Sequence[Want]) -> list[Given]:
            given = super().take(wants)
            if any(want.tokens[Priority.READ] for want in wants):
                self.is_asked = True
                time.sleep(0.1)
            return given

    async def one_that_comes_while_the_counts_are_asked_for_questions() -> Any:
        counts = Slow()
        pacer = paced(counts)
        await asyncio.gather(*(admit(pacer, READ) for _ in range(500)))
        counts.is_asked = False
        questions = [asyncio.ensure_future(admit(pacer, READ, within_s=5)) for _ in range(5)]
        assert await _comes_true(lambda: counts.is_asked)
        asked = await admit(pacer, READ, in_fence=True, within_s=5)
        assert (await asyncio.gather(*questions))[-1] == PACED
        return asked

    assert isinstance(run(one_that_comes_while_the_counts_are_asked_for_questions()), Leave)


def test_while_nobody_counts_exits_go_and_everything_else_is_held_back() -> None:
    counts = Counts()
    counts.away = True

    async def all_of_them() -> list[Any]:
        pacer = paced(counts)
        return [await admit(pacer, intent) for intent in (ORDER, READ, CANCEL, CANCEL)]

    assert [isinstance(answer, Leave) for answer in run(all_of_them())] == [False, False, True, True]
    counts.asked = 0
    assert run(all_of_them())[0] == UNCOUNTED


def test_what_went_while_nobody_counted_is_told_afterwards() -> None:
    counts = Counts()
    counts.away = True

    async def all_of_them() -> None:
        pacer = paced(counts)
        for _ in range(20):
            assert isinstance(await admit(pacer, CANCEL), Leave)
        counts.away = False
        await asyncio.sleep(1.1)
        assert isinstance(await admit(pacer, CANCEL), Leave)

    run(all_of_them())
    assert counts.used("weight") >= 20


def test_a_header_that_tells_more_than_we_know_raises_our_count() -> None:
    counts = Counts()

    async def all_of_them() -> None:
        pacer = paced(counts)
        leave = await admit(pacer, QUERY)
        await asyncio.sleep(0.3)
        pacer.heard(leave, HttpResponse(200, b"{}", (("X-MBX-USED-WEIGHT-1M", "1900"),)))
        await asyncio.gather(*(admit(pacer, CANCEL) for _ in range(100)))

    run(all_of_them())
    assert counts.used("weight") >= 1900


def test_too_many_orders_pauses_that_account_and_nobody_else() -> None:
    counts = Counts()
    other = Call(FUTURES, ORDER, Credentials("another", "secret"), "paper")
    refused = HttpResponse(429, b'{"code":-1015,"msg":"Too many new orders."}', (("Retry-After", "7"),))

    async def all_of_them() -> tuple[Any, Any]:
        pacer = paced(counts)
        leave = await admit(pacer, ORDER)
        pacer.heard(leave, refused)
        return await admit(pacer, ORDER), await pacer.admit(other, BASE, True, 1.0)

    mine, theirs = run(all_of_them())
    assert mine == PACED and isinstance(theirs, Leave)


def test_a_banned_address_sends_nothing_not_even_what_costs_it_nothing() -> None:
    counts = Counts()

    async def all_of_them() -> Any:
        pacer = paced(counts)
        pacer.heard(await admit(pacer, QUERY), HttpResponse(418, b"{}"))
        return await admit(pacer, ORDER)

    assert run(all_of_them()) == PACED


def test_an_exchange_without_limits_is_not_paced() -> None:
    counts = Counts()
    asked = Call(UNLIMITED, READ, KEY, "paper")
    leave = run(paced(counts).admit(asked, BASE, False, 1.0))
    assert isinstance(leave, Leave) and counts.asked == 0


def test_leave_to_send_ends_soon_and_with_a_pause() -> None:
    """What waited too long for a connection asks for its turn again."""

    async def paused_after_leave() -> tuple[Leave, bool, bool]:
        pacer = paced(Counts())
        leave, now = await admit(pacer, QUERY), time.monotonic()
        before = leave.holds(now)
        pacer.heard(await admit(pacer, QUERY), HttpResponse(418, b"{}"))
        return leave, before, leave.holds(now)

    leave, before, after = run(paused_after_leave())
    assert before and not after
    assert leave.until < time.monotonic() + 5.01


def test_a_copys_few_orders_ask_nobody_about_their_account_and_more_do() -> None:
    counts, few = Counts(), alone(FUTURES_ORDERS)

    async def orders(many: int) -> None:
        pacer = paced(counts)
        for _ in range(many):
            assert isinstance(await admit(pacer, CANCEL), Leave)
            assert isinstance(await admit(pacer, ORDER, in_fence=True, within_s=30), Leave)

    run(orders(few))
    assert few >= 3 and not any(key.endswith("|orders-10s") for key in counts.all)
    run(orders(few + 1))
    assert counts.used("orders-10s") >= 1


@pytest.mark.parametrize("budget", [FUTURES_ORDERS, SPOT_ORDERS, SPOT_DAY, CONTRACT, SPOT_ORDER, OTHERS], ids=str)
def test_what_processes_use_alone_and_what_they_share_is_no_more_than_there_is(budget: Budget) -> None:
    assert ALONE_PROCESSES * alone(budget) + max(ceilings(budget)) <= budget.capacity


@pytest.mark.parametrize("pause_s", [0.3, 3.9, 4.0, 4.1, 15.9, 16.1, 50.0])
def test_no_window_sees_more_of_a_processes_own_wherever_it_begins(pause_s: float) -> None:
    purse, now, taken = Purse("some", FUTURES_ORDERS, "venue", 0.0), 0.0, list[float]()
    for number in range(1200):
        if purse.has(1, now):
            purse.take(1, now)
            taken.append(now)
        now += pause_s if number % 7 == 0 else 0.05
    assert len(taken) > alone(FUTURES_ORDERS)
    window_s = FUTURES_ORDERS.slices * FUTURES_ORDERS.slice_ms / 1000
    most = max(sum(begin <= at < begin + window_s for at in taken) for begin in taken)
    assert most <= alone(FUTURES_ORDERS)


def test_what_a_process_has_used_of_its_own_is_not_forgotten_before_its_window_is_over() -> None:
    purse = Purse("some", FUTURES_ORDERS, "venue", 0.0)
    purse.take(1, 100.0)
    assert not purse.is_idle(115.9)
    assert purse.is_idle(140.0)


def test_of_an_address_nothing_is_used_alone() -> None:
    assert alone(FUTURES_WEIGHT) == 0


def test_a_process_that_dies_takes_half_a_second_of_a_long_window_with_it_at_most() -> None:
    """Killed every few seconds, workers would otherwise use up the five minutes of Phemex and ask nothing."""
    assert spare(REQUESTS) == 5000 // 2 // 300
    assert spare(FUTURES_WEIGHT) == 2400 // 2 // 60


class Telling(Counts):
    """And tells what is counted, in an epoch that a test may end."""

    def __init__(self) -> None:
        super().__init__()
        self.epoch, self.brought = 1, list[tuple[str, int, str]]()

    def take(self, wants: Sequence[Want]) -> list[Given]:
        given = super().take(wants)
        self.brought += [(want.budget.name, want.epoch, want.counts) for want in wants if want.budget.is_kept]
        return [one._replace(counts=f"0 1:{one.used}", epoch=self.epoch) for one in given]


def test_what_all_have_used_is_asked_for_while_our_own_use_counts_and_brought_along() -> None:
    counts, now = Telling(), [100.0]

    async def one_call_and_then_nothing() -> bool:
        pacer = Paced(counts, str, clock=lambda: now[0])
        assert isinstance(await admit(pacer, QUERY), Leave)
        now[0] += 1.5
        return await _comes_true(lambda: len(counts.brought) >= 2)

    assert run(one_call_and_then_nothing())
    assert counts.brought[:2] == [("weight", 0, ""), ("weight", 1, "0 1:21")]


def test_what_was_known_is_still_known_after_the_counts_were_away() -> None:
    counts, now = Telling(), [100.0]

    async def a_query_an_exit_alone_and_a_query() -> None:
        pacer = Paced(counts, str, clock=lambda: now[0])
        assert isinstance(await admit(pacer, QUERY), Leave)
        now[0] += 1.5
        counts.away = True
        assert await admit(pacer, QUERY) == UNCOUNTED
        assert isinstance(await admit(pacer, CANCEL), Leave)
        counts.away, now[0] = False, now[0] + 1.5
        assert isinstance(await admit(pacer, QUERY), Leave)

    run(a_query_an_exit_alone_and_a_query())
    assert counts.brought[-1] == ("weight", 1, "0 1:21")


BITGET_TIME, BITGET_QUERY = ReadTime(Market.SPOT), QueryOrder(Market.SPOT, "BTCUSDT", "some-e")


def test_an_exit_that_needs_two_budgets_gets_both_though_questions_wait_for_one_of_them() -> None:
    """Bitget counts public calls by the second, and all by the minute: of that nothing is left to questions."""
    counts = Counts()
    counts.all[f"{BASE}|here|requests"] = Sliding(BITGET_REQUESTS)
    counts.all[f"{BASE}|here|requests"].told(ceilings(BITGET_REQUESTS)[Priority.FOLLOW], 0)
    began_ms = time.monotonic() * 1000

    class Moving(Counts):
        def take(self, wants: Sequence[Want]) -> list[Given]:
            self.now_ms = int(time.monotonic() * 1000 - began_ms)
            return super().take(wants)

    moving = Moving()
    moving.all = counts.all

    def asked(number: int, intent: Intent) -> Call:
        return Call(BITGET_SPOT, intent, Credentials(f"key {number}", "secret"), "paper")

    async def looks(pacer: Paced) -> None:
        for number in range(2000):
            asyncio.get_running_loop().create_task(pacer.admit(asked(number, BITGET_QUERY), BASE, False, 2))
            await asyncio.sleep(0.01)

    async def times_and_looks() -> list[Any]:
        pacer = paced(moving)
        others = asyncio.create_task(looks(pacer))
        times = await asyncio.gather(*(pacer.admit(asked(0, BITGET_TIME), BASE, False, 8) for _ in range(60)))
        others.cancel()
        return list(times)

    assert all(isinstance(answer, Leave) for answer in run(times_and_looks()))
    assert moving.used("requests") <= ceilings(BITGET_REQUESTS)[Priority.FOLLOW] + 60


@pytest.mark.parametrize(("tokens", "first"), [(0, 0), (1, 0), (2, 3), (4, 3), (5, 5), (6, 6)])
def test_who_was_served_may_ask_again_before_those_who_were_not(tokens: int, first: int) -> None:
    assert first_unserved((2, 0, 0, 3, 0, 1), tokens) == first


@pytest.mark.parametrize(
    ("more", "first"),
    [
        ({}, Priority.FOLLOW),
        ({"is_urgent": True}, Priority.ENTRY),
        ({"follows_cancel": True}, Priority.EXIT),
        ({"follows_cancel": True, "is_tentative": True}, Priority.READ),
    ],
    ids=["routine", "urgent", "behind a cancel", "nobody knows yet"],
)
@pytest.mark.parametrize(
    "intent", [QUERY, ReadPositions(Market.FUTURES), ReadOpenOrders(Market.FUTURES, "BTCUSDT", True)]
)
def test_a_look_goes_first_where_something_waits_for_it(intent: Intent, more: dict[str, bool], first: Priority) -> None:
    assert priority_of(Call(UNLIMITED, intent, KEY, "paper", **more), in_fence=False) is first


def test_what_is_urgent_waits_for_no_question_about_modes() -> None:
    """Without them some orders cannot be asked for: 90 copies in doubt waited for room that their looks had."""
    asked = Call(UNLIMITED, ReadSymbolSettings("BTCUSDT"), KEY, "paper", is_urgent=True)
    assert priority_of(asked, in_fence=False) is Priority.ENTRY
    assert priority_of(replace(asked, is_urgent=False), in_fence=False) is Priority.READ


@pytest.mark.parametrize("budget", [FUTURES_WEIGHT, BITGET_REQUESTS, REQUESTS, CONTRACT, SPOT_DAY])
def test_who_is_further_may_use_more_and_looks_more_where_an_address_is_counted_for_minutes(budget: Budget) -> None:
    tops = ceilings(budget)
    assert list(tops) == sorted(tops, reverse=True)
    part = tops[Priority.FOLLOW] / tops[Priority.EXIT]
    assert part == pytest.approx(0.8 if budget is REQUESTS else 0.69, abs=0.01)


def test_where_an_address_is_counted_for_minutes_the_dialect_says_that_it_is_scarce() -> None:
    """Said twice, as the domain knows no limits: both hold back what is not needed, and belong together."""
    intents = (ReadPositions(Market.FUTURES), QUERY)
    for offered in EXCHANGES.values():
        for dialects in offered.dialects.values():
            for dialect in dialects.values():
                limits = limits_of(Call(dialect, QUERY, KEY, "paper"))
                charges = [charge for intent in intents for charge in limits.charges(intent)] if limits else []
                counted = {one.budget.window_ms for one in charges if one.budget.scope is Scope.ADDRESS}
                assert dialect.abilities.is_scarce == any(window > LONG_MS for window in counted), dialect.name
