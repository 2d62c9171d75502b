"""Tasks that bring signals to accounts: ids in, one service, nothing out."""

from __future__ import annotations

from mysignals.services import fan_out

from .context import task


@task("fan_out.split")
def split(signal_id: int) -> None:
    fan_out.split(signal_id)


@task("fan_out.deliver")
def deliver(ids: list[int]) -> None:
    fan_out.deliver(ids)
