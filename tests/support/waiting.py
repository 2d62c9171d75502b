"""The one way in which tests wait: until something holds, and not for ever."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from tests.support.slowness import slowness

Found = TypeVar("Found")


def wait_until(condition: Callable[[], Found], seconds: float, what: str = "", every: float = 0.05) -> Found:
    """The first true value of `condition`; raises TimeoutError naming `what` when there is none in time.

    `seconds` are those of a machine that has nothing else to do: a busy one has as many times more as it is slower.
    """
    began = time.monotonic()
    while not (found := condition()):
        waited = time.monotonic() - began
        if waited > seconds and waited > seconds * slowness():
            raise TimeoutError(f"{what or condition} did not come true within {waited:.1f} s")
        time.sleep(every)
    return found
