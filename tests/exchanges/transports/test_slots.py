"""Slots of a pool: first come, first served, and none is ever lost."""

from __future__ import annotations

import asyncio

from mysignals.exchanges.transports.pool import Slots


async def _hold(slots: Slots, order: list[int], name: int, until: asyncio.Event) -> None:
    await slots.take()
    try:
        order.append(name)
        await until.wait()
    finally:
        slots.give_back()


def test_no_more_than_the_slots_are_held_at_once() -> None:
    async def scene() -> list[int]:
        slots, order, until = Slots(2), list[int](), asyncio.Event()
        tasks = [asyncio.create_task(_hold(slots, order, name, until)) for name in range(5)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        held = list(order)
        until.set()
        await asyncio.gather(*tasks)
        assert order == [0, 1, 2, 3, 4]
        return held

    assert asyncio.run(scene()) == [0, 1]


def test_a_cancelled_waiter_leaves_its_turn_to_the_next() -> None:
    async def scene() -> list[int]:
        slots, order, until = Slots(1), list[int](), asyncio.Event()
        first, second, third = (asyncio.create_task(_hold(slots, order, name, until)) for name in range(3))
        await asyncio.sleep(0)
        second.cancel()
        until.set()
        await asyncio.gather(first, second, third, return_exceptions=True)
        return order

    assert asyncio.run(scene()) == [0, 2]


def test_a_turn_that_came_just_before_the_cancellation_is_not_lost() -> None:
    async def scene() -> list[int]:
        slots, order, until = Slots(1), list[int](), asyncio.Event()
        until.set()
        await slots.take()
        waiter = asyncio.create_task(_hold(slots, order, 1, until))
        await asyncio.sleep(0)
        slots.give_back()
        waiter.cancel()
        await asyncio.gather(waiter, return_exceptions=True)
        await asyncio.wait_for(_hold(slots, order, 2, until), 1)
        return order

    assert asyncio.run(scene()) == [2]
