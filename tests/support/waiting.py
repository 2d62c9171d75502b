"""The one way in which tests wait: until something holds, and not for ever."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


def wait_until(condition: Callable[[], Found], seconds: float, what: str = "", every: float = 0.05) -> Found:
    """The first true value of `condition`; raises TimeoutError naming `what` when there is none in time."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what or condition} did not come true within {seconds:g} s")
        time.sleep(every)
    return found
