"""Tasks of the clock: sweep, follow, rules, checks, a sign of life."""

from __future__ import annotations

from mysignals.dispatch import celery
from mysignals.services import account_check, alive, fan_out, follow, rules

from .context import in_app_context


@celery.task(name="upkeep.alive")
@in_app_context
def worker_is_alive() -> None:
    alive.beat()


@celery.task(name="upkeep.sweep")
@in_app_context
def sweep() -> None:
    fan_out.sweep()


@celery.task(name="upkeep.follow")
@in_app_context
def follow_orders() -> None:
    follow.follow()


@celery.task(name="upkeep.fetch_rules")
@in_app_context
def fetch_rules() -> None:
    rules.fetch_all()


@celery.task(name="upkeep.check_account")
@in_app_context
def check_account(account_id: int) -> None:
    account_check.check(account_id)
