"""Conversations under way: what has ended is taken in portions, while the others go on."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from typing import TypeVar

import pytest

from mysignals.exchanges.market_data import Flow
from mysignals.exchanges.transports import under_way as module
from mysignals.exchanges.transports.fence import Holds
from mysignals.exchanges.transports.loop import Loop

T = TypeVar("T")
BROKEN = 99


class Scripted:
    """A transport whose conversations end when they are told to, by their number."""

    def __init__(self, many: int) -> None:
        self.may_end = [threading.Event() for _ in range(many)]
        self._begun = 0

    def flows(self) -> list[Flow[int]]:
        return [_numbered(number) for number in range(len(self.may_end))]

    async def drive(self, flow: Flow[T], fence_ms: int | None = None, hold: Holds | None = None) -> T:
        number, self._begun = self._begun, self._begun + 1
        await asyncio.to_thread(self.may_end[number].wait, 10)
        if number == BROKEN:
            raise RuntimeError("a bug of ours")
        with pytest.raises(StopIteration) as end:
            next(flow)
        result: T = end.value.value
        return result

    async def close(self) -> None:
        """Nothing is open."""


def _numbered(number: int) -> Flow[int]:
    yield from ()
    return number


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TICK_S", 0.1)
    monkeypatch.setattr(module, "LONGEST_S", 0.6)


@pytest.fixture
def four() -> Iterator[tuple[Scripted, Loop]]:
    scripted = Scripted(4)
    loop = Loop(scripted)
    yield scripted, loop
    for event in scripted.may_end:
        event.set()
    loop.close()


def test_where_all_end_together_there_is_one_portion_in_the_order_of_the_flows(four: tuple[Scripted, Loop]) -> None:
    scripted, loop = four
    for event in reversed(scripted.may_end):
        event.set()
    with loop.begin_flows(scripted.flows()) as under_way:
        assert list(under_way.portions()) == [[(0, 0), (1, 1), (2, 2), (3, 3)]]


def test_what_has_ended_is_told_while_one_goes_on(four: tuple[Scripted, Loop]) -> None:
    scripted, loop = four
    for number in (3, 0, 2):
        scripted.may_end[number].set()
    with loop.begin_flows(scripted.flows()) as under_way:
        portions = (portion for portion in under_way.portions() if portion)
        assert next(portions) == [(0, 0), (2, 2), (3, 3)]
        scripted.may_end[1].set()
        assert list(portions) == [[(1, 1)]]


def test_what_has_ended_does_not_wait_for_ever_where_one_ends_every_moment() -> None:
    scripted = Scripted(40)
    loop = Loop(scripted)

    def end_one_after_the_other() -> None:
        for event in scripted.may_end:
            event.set()
            time.sleep(0.05)

    threading.Thread(target=end_one_after_the_other).start()
    with loop.begin_flows(scripted.flows()) as under_way:
        portions = [portion for portion in under_way.portions() if portion]
    loop.close()
    assert 2 <= len(portions) <= 6  # Two seconds, and 0.6 a portion at the most.
    assert [number for portion in portions for number, _ in portion] == list(range(40))


def test_a_bug_in_a_conversation_is_its_result() -> None:
    scripted = Scripted(BROKEN + 1)
    loop = Loop(scripted)
    for event in scripted.may_end:
        event.set()
    with loop.begin_flows(scripted.flows()) as under_way:
        (portion,) = under_way.portions()
    loop.close()
    assert isinstance(portion[BROKEN][1], RuntimeError)
    assert [answer for _, answer in portion[:BROKEN]] == list(range(BROKEN))


def test_whoever_runs_into_a_bug_meanwhile_still_waits_for_the_end(four: tuple[Scripted, Loop]) -> None:
    scripted, loop = four
    ended_s = []

    def end_later() -> None:
        time.sleep(0.3)
        ended_s.append(time.monotonic())
        for event in scripted.may_end:
            event.set()

    threading.Thread(target=end_later).start()
    with pytest.raises(ZeroDivisionError), loop.begin_flows(scripted.flows()):
        raise ZeroDivisionError
    assert time.monotonic() > ended_s[0]


def test_nothing_to_do_is_one_empty_portion(four: tuple[Scripted, Loop]) -> None:
    with four[1].begin_flows(list[Flow[int]]()) as under_way:
        assert list(under_way.portions()) == [[]]
