"""Tasks of trades by hand, on a queue and a worker of their own: ids in, one service each."""

from __future__ import annotations

from mysignals.services import trading, venues

from .context import task


@task("trade.deliver")
def deliver(delivery_id: int) -> None:
    trading.deliver(delivery_id)


@task("trade.cancel")
def cancel(delivery_id: int) -> None:
    trading.cancel_now([delivery_id])


@task("trade.close")
def close(ids: list[int]) -> None:
    trading.cancel_now(ids)


@task("trade.cancel_waiting")
def cancel_waiting() -> None:
    """Every two seconds: what the broker lost, what a worker left, and what was not certain yet."""
    trading.cancel_waiting()


@task("trade.warm")
def warm() -> None:
    """This process has connections of its own."""
    venues.warm()
