"""Tasks that bring signals to accounts: ids in, one service, nothing out."""

from __future__ import annotations

from mysignals.services import closing, fan_out

from .context import task


@task("fan_out.split")
def split(signal_id: int) -> None:
    fan_out.split(signal_id)


@task("fan_out.deliver")
def deliver(ids: list[int]) -> None:
    fan_out.deliver(ids)


@task("fan_out.close")
def close(instruction_id: int) -> None:
    """A provider's close, for the copies of all who follow."""
    closing.spread(instruction_id)


@task("fan_out.end")
def end(ids: list[int]) -> None:
    closing.end(ids)


@task("fan_out.sweep_closings")
def sweep_closings() -> None:
    """Every two seconds: what the broker lost, what a worker left, and what was not certain yet."""
    closing.sweep()
