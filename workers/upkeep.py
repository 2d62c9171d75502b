"""Tasks of the clock: sweep, reconcile, follow, rules, checks, a sign of life."""

from __future__ import annotations

from mysignals.services import (
    account_check,
    alive,
    api_use,
    budget_memory,
    drift,
    fan_out,
    fill_prices,
    follow,
    once,
    reconcile,
    results,
    rules,
    venues,
)

from .context import task


@task("upkeep.alive")
def worker_is_alive() -> None:
    alive.beat()


@task("upkeep.keep_counts")
def keep_counts() -> None:
    budget_memory.keep()


@task("upkeep.sweep")
def sweep() -> None:
    fan_out.sweep()


@task("upkeep.reconcile")
def reconcile_doubts() -> None:
    reconcile.reconcile()


@task("upkeep.follow")
def follow_orders() -> None:
    follow.follow()


@task("upkeep.follow_touched")
def follow_touched_pairs() -> None:
    follow.follow_touched()


@task("upkeep.fetch_rules")
def fetch_rules() -> None:
    rules.fetch_all()


@task("upkeep.check_account")
def check_account(account_id: int) -> None:
    account_check.check(account_id)


@task("upkeep.check_waiting")
def check_waiting_accounts() -> None:
    account_check.check_waiting()


@task("upkeep.warm")
def warm_connections() -> None:
    venues.warm()


@task("upkeep.store_uses")
def store_uses() -> None:
    api_use.store()


@task("upkeep.forget_answers")
def forget_answers() -> None:
    once.forget()


@task("upkeep.audit")
def audit_accounts() -> None:
    """Approved repairs that nobody works on are handed over as well."""
    drift.repair_waiting()
    drift.audit_due()


@task("upkeep.audit_account")
def audit_account(account_id: int) -> None:
    drift.audit(account_id)


@task("upkeep.repair_drift")
def repair_drift(drift_id: int) -> None:
    drift.repair(drift_id)


@task("upkeep.ask_prices")
def ask_prices_of_fills() -> None:
    fill_prices.ask_due()


@task("upkeep.count_results")
def count_results() -> None:
    results.count_due()
