"""A progress bar on one line, redrawn in place; nothing where the output is no terminal."""

from __future__ import annotations

import sys
import threading
from typing import Self

_WIDTH = 40


class Progress:
    """`with Progress("followers", 50) as bar:` ... `bar.reach(7)` or `bar.one_more()`, from any thread."""

    def __init__(self, name: str, whole: int) -> None:
        self._name, self._whole, self._done = name, whole, 0
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self._draw()
        return self

    def __exit__(self, *_: object) -> None:
        print(f"{self._name:<12}{self._done}/{self._whole}" if not sys.stdout.isatty() else "", flush=True)

    def one_more(self) -> None:
        with self._lock:
            self.reach(self._done + 1)

    def reach(self, done: int) -> None:
        self._done = done
        self._draw()

    def _draw(self) -> None:
        if sys.stdout.isatty():
            full = _WIDTH * self._done // max(1, self._whole)
            bar = "#" * full + "." * (_WIDTH - full)
            print(f"\r{self._name:<12}[{bar}] {self._done}/{self._whole}", end="", flush=True)
