"""The cost of one call, measured over bounded loops."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median


def microseconds(call: Callable[[], object], rounds: int = 15, each: int = 2000) -> float:
    """Median of the rounds."""
    taken = []
    for _ in range(rounds):
        begun = time.perf_counter()
        for _ in range(each):
            call()
        taken.append((time.perf_counter() - begun) / each * 1e6)
    return median(taken)
