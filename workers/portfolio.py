"""The task that reads what accounts hold; somebody waits for it."""

from __future__ import annotations

from mysignals.services import portfolio

from .context import task


@task("portfolio.read")
def read() -> None:
    portfolio.read_waiting()
