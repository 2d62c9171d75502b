"""Where a batch's time went: wall and CPU milliseconds by step, for the operator's log."""

from __future__ import annotations

import time


class Stopwatch:
    """`lap(step)` books what passed since the last lap. CPU is that of the calling thread alone."""

    def __init__(self) -> None:
        self.wall_ms: dict[str, float] = {}
        self.cpu_ms: dict[str, float] = {}
        self._wall, self._cpu = time.perf_counter(), time.thread_time()

    def lap(self, step: str) -> None:
        wall, cpu = time.perf_counter(), time.thread_time()
        self.wall_ms[step] = self.wall_ms.get(step, 0.0) + (wall - self._wall) * 1000
        self.cpu_ms[step] = self.cpu_ms.get(step, 0.0) + (cpu - self._cpu) * 1000
        self._wall, self._cpu = wall, cpu

    def __str__(self) -> str:
        return ", ".join(f"{step} {self.wall_ms[step]:.1f} ms (cpu {self.cpu_ms[step]:.1f})" for step in self.wall_ms)
