"""A worker that dies in the middle of a conversation: what it was told until then nobody else ever hears."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

from mysignals.exchanges.dialect import Call
from mysignals.exchanges.wire import Reply

End = TypeVar("End")


def cut_after(calls: int, conversation: Generator[Call, Reply, End]) -> Generator[Call, Reply, End | None]:
    """Its end, or None where it died after so many answers."""
    try:
        call = next(conversation)
        for _ in range(calls):
            call = conversation.send((yield call))
    except StopIteration as stop:
        end: End = stop.value
        return end
    conversation.close()
    return None
