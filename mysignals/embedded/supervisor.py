"""Keeps children alive: one that dies is started again, with a growing pause, until it dies too often."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass

from mysignals.embedded.child import Child, Command, stop_together, tail
from mysignals.embedded.errors import StartError
from mysignals.embedded.patience import Patience

_HEALTHY_AFTER = 30.0
_QUICK_DEATHS = 5


@dataclass(slots=True)
class _Post:
    """One thing to keep running."""

    child: Child
    quick_deaths: int = 0
    due: float | None = None
    """When to start it again (monotonic seconds); None while it runs."""


class Supervisor:
    """Starts, watches and stops children. All calls come from the main thread."""

    def __init__(self, patience: Patience, first_pause: float = 0.5) -> None:
        self._patience = patience
        self._first_pause = first_pause
        self._posts: dict[str, _Post] = {}

    def start(self, command: Command) -> None:
        self._posts[command.name] = _Post(Child(command))

    def pids(self) -> dict[str, int]:
        return {name: post.child.pid for name, post in self._posts.items()}

    def watch(self) -> None:
        """Until somebody wants the end (StopRequested) or a child cannot be kept alive (StartError)."""
        while True:
            self.look()
            self._patience.pause(0.2)

    def look(self) -> None:
        """Notice who has died, start again who is due."""
        for post in self._posts.values():
            if post.due is None and post.child.exit_code() is not None:
                self._mourn(post)
            elif post.due is not None and time.monotonic() >= post.due:
                post.child, post.due = Child(post.child.command), None

    def stop(self, *groups: tuple[str, ...]) -> None:
        """Stop group after group; a name ending in `*` stands for all that begin so."""
        for group in groups:
            names = [name for name in self._posts if any(_fits(name, wanted) for wanted in group)]
            stop_together([self._posts.pop(name).child for name in names])

    def _mourn(self, post: _Post) -> None:
        post.child.kill_group()
        lived = time.monotonic() - post.child.started_at
        post.quick_deaths = 1 if lived > _HEALTHY_AFTER else post.quick_deaths + 1
        name, log = post.child.command.name, post.child.command.log
        ended = _how(post.child.exit_code())
        if post.quick_deaths > _QUICK_DEATHS:
            raise StartError(f"{name} {ended} {post.quick_deaths} times in a row; see {log}: {tail(log)}")
        pause = self._first_pause * 2 ** (post.quick_deaths - 1)
        post.due = time.monotonic() + pause
        say(f"{name} {ended}, starting it again in {pause:g} s; see {log}: {tail(log)}")


def say(line: str) -> None:
    """One line for whoever runs the house; standard output is for the ready line alone."""
    print(f"mysignals: {line}", file=sys.stderr, flush=True)


def _fits(name: str, wanted: str) -> bool:
    return name.startswith(wanted[:-1]) if wanted.endswith("*") else name == wanted


def _how(code: int | None) -> str:
    return f"was killed by signal {-code}" if code is not None and code < 0 else f"ended with code {code}"
