"""Mail tasks: one service each."""

from __future__ import annotations

from datetime import timedelta

from mysignals.services import mails

from .context import task


@task("mail.deliver")
def deliver(mail_id: int) -> None:
    """The one that was queued, and what waits besides."""
    mails.deliver_waiting()


@task("mail.sweep")
def sweep() -> None:
    """Every minute: what the broker lost, what was not taken before, and what a worker died over."""
    mails.settle_dead()
    mails.deliver_waiting(after=timedelta(minutes=1))
