"""Mail tasks: ids in, one service each."""

from __future__ import annotations

from mysignals.services import mails

from .context import task


@task("mail.deliver")
def deliver(mail_id: int) -> None:
    mails.deliver(mail_id)


@task("mail.sweep")
def sweep() -> None:
    """Every minute: what the broker lost, and what failed before."""
    for mail_id in mails.waiting():
        mails.deliver(mail_id)
