"""Payments on chain: one service a task."""

from __future__ import annotations

from mysignals.services import purchases

from .context import task


@task("payments.follow")
def follow() -> None:
    """Every few seconds: what waits for blocks, and what a reorg may still remove."""
    purchases.follow()
