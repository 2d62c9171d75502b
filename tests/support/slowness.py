"""How busy the machine is with other work: bounds in seconds are for one that is not."""

from __future__ import annotations

import time

_WORK_S = 0.05


def slowness() -> float:
    """How many times longer some computing takes by the clock than the processor needs for it; 1 or more.

    It says nothing of how we wait for each other, so nothing that is slow by itself is excused.
    """
    began, worked = time.perf_counter(), time.thread_time()
    while (needed := time.thread_time() - worked) < _WORK_S:
        pass
    return max(1.0, (time.perf_counter() - began) / needed)
