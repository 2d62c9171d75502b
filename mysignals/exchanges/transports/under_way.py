"""Conversations under way on an event loop: what has ended is taken in portions, while the others go on."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Coroutine, Iterable, Iterator
from functools import partial
from typing import Any, Generic, TypeVar

T = TypeVar("T")
TICK_S = 0.5
LONGEST_S = 3.0
"""What has ended waits no longer than this for the others, even if one of them ends every moment."""


class UnderWay(Generic[T]):
    """Begun on the loop; one other thread takes the portions.

    As a context it is left when all conversations have ended, whatever the block ran into: nobody gives up a hold or a
    key's turn while they still talk.
    """

    def __init__(self) -> None:
        self._tasks: list[asyncio.Task[T]] = []
        self._ended: deque[tuple[int, T | BaseException]] = deque()
        self._left = 0
        self._over = threading.Event()

    def __enter__(self) -> UnderWay[T]:
        return self

    def __exit__(self, *error: object) -> None:
        self._over.wait()

    async def begin(self, driven: Iterable[Coroutine[Any, Any, T]]) -> None:
        """Starts all of them; called once."""
        self._tasks = [asyncio.create_task(one) for one in driven]
        self._left = len(self._tasks)
        for number, task in enumerate(self._tasks):
            task.add_done_callback(partial(self._end, number))
        if not self._tasks:
            self._over.set()

    def portions(self) -> Iterator[list[tuple[int, T | BaseException]]]:
        """Results by the number of their conversation, each once; an exception in a conversation is its result.

        A portion ends when none came for half a second (it may be empty), after three seconds, and with the last
        conversation: where all of them end about together there is one portion.
        """
        before = ticks = 0
        while not self._over.wait(TICK_S):
            gathered = len(self._ended)
            ticks = ticks + 1 if gathered else 0
            if gathered == before or ticks * TICK_S >= LONGEST_S:
                yield self._take()
                before = ticks = 0
            else:
                before = gathered
        yield self._take()

    def _take(self) -> list[tuple[int, T | BaseException]]:
        return sorted((self._ended.popleft() for _ in range(len(self._ended))), key=lambda ended: ended[0])

    def _end(self, number: int, task: asyncio.Task[T]) -> None:
        failure = asyncio.CancelledError() if task.cancelled() else task.exception()
        self._ended.append((number, task.result() if failure is None else failure))
        self._left -= 1
        if not self._left:
            self._over.set()
