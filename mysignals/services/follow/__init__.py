"""Following orders that rest: fills, closes, and what disappeared (beat, a bounded number a turn)."""

from __future__ import annotations

import logging

from mysignals import clock
from mysignals.domain.market import PositionMode
from mysignals.exchanges.following_up import FollowUp, Seen, look_after
from mysignals.exchanges.registry import dialect_for
from mysignals.exchanges.session import Session
from mysignals.exchanges.wire import Credentials
from mysignals.extensions import db
from mysignals.services import keys
from mysignals.services.venues import loop

from .due import give_back, take_due
from .load import Followed, load
from .store import store

__all__ = ["follow"]
log = logging.getLogger(__name__)


def follow() -> None:
    """Look up the orders of the live deliveries whose turn it is, and store what changed."""
    due = take_due()
    followed = [(item, key) for item in load(due) if (key := keys.open_or_none(item.account.sealed_credentials))]
    db.session.rollback()  # No transaction stays open while exchanges answer.
    if followed:
        store(_seen(followed))
    if due:
        give_back(due)


def _seen(followed: list[tuple[Followed, Credentials]]) -> list[tuple[Followed, Seen]]:
    """What the exchanges told, for every delivery whose conversation came to its end."""
    answers = loop().run_flows([_conversation(item, key) for item, key in followed], keep_failures=True)
    seen = []
    for (item, _), answer in zip(followed, answers, strict=True):
        if isinstance(answer, BaseException):
            log.error("following delivery %s ended in a bug of ours", item.delivery.id, exc_info=answer)
        else:
            seen.append((item, answer))
    return seen


def _conversation(item: Followed, key: Credentials) -> FollowUp:
    account = item.account
    session = Session(
        dialect_for(account.exchange, item.plan.market),
        key,
        account.environment,
        item.delivery.client_id or "",
        clock.now_ms,
        mode=PositionMode(account.position_mode or "one_way"),
        close_unprotected=item.close_unprotected,
    )
    return look_after(session, item.plan, item.choice, item.legs)
