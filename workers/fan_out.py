"""Tasks that bring signals to accounts: ids in, one service, nothing out."""

from __future__ import annotations

from mysignals.dispatch import celery
from mysignals.services import fan_out

from .context import in_app_context


@celery.task(name="fan_out.split")
@in_app_context
def split(signal_id: int) -> None:
    fan_out.split(signal_id)


@celery.task(name="fan_out.deliver")
@in_app_context
def deliver(ids: list[int]) -> None:
    fan_out.deliver(ids)
