"""An answer within a bounded time, whatever keeps it: a slow name server, a socket that drips, a node that hangs."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from .trouble import NodeTrouble

T = TypeVar("T")


def within(seconds: float, ask: Callable[[], T]) -> T:
    """What `ask` returns, or raises; NodeTrouble when it takes longer than `seconds`.

    A read timeout bounds the wait for one packet, not for an answer, and nothing bounds a look-up of a name. So the
    asking has a thread of its own, which is left alone when its time is over.
    """
    pool = ThreadPoolExecutor(1, thread_name_prefix="node")
    try:
        return pool.submit(ask).result(seconds)
    except TimeoutError:
        raise NodeTrouble("the node did not answer in time") from None
    finally:
        pool.shutdown(wait=False)
