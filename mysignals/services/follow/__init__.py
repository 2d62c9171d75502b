"""Following orders that rest: fills, closes, and what disappeared (beat, a bounded number a turn)."""

from __future__ import annotations

import logging
from dataclasses import replace

from flask import current_app
from redis import Redis

from mysignals import clock
from mysignals.domain.intents import ReadSymbolSettings
from mysignals.domain.market import PositionMode
from mysignals.domain.outcomes import SymbolSettings
from mysignals.exchanges.dialect import Dialect
from mysignals.exchanges.following_up import FollowUp, Seen, look_after
from mysignals.exchanges.registry import dialect_for
from mysignals.exchanges.session import Session
from mysignals.exchanges.wire import Credentials
from mysignals.extensions import db
from mysignals.services import keys, turns
from mysignals.services.unmapped import Counting, counting
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
    for together in _in_turns(followed):
        store(_seen_in_turn(together))
    if due:
        give_back(due)


Open = tuple[Followed, Credentials]


def _in_turns(followed: list[Open]) -> list[list[Open]]:
    """All at once, but for keys whose requests must not overlap: of those one delivery each, then the next."""
    turns_of: dict[str, int] = {}
    rounds: dict[int, list[Open]] = {}
    for item, key in followed:
        number = 0
        if _dialect(item).abilities.one_at_a_time:
            number = turns_of.get(key.api_key, 0)
            turns_of[key.api_key] = number + 1
        rounds.setdefault(number, []).append((item, key))
    return [rounds[number] for number in sorted(rounds)]


def _seen_in_turn(followed: list[Open]) -> list[tuple[Followed, Seen]]:
    """As `_seen`, without those for whose key another worker talks just now."""
    careful = {key.api_key for item, key in followed if _dialect(item).abilities.one_at_a_time}
    redis: Redis = current_app.extensions["redis"]
    with turns.held(redis, sorted(careful)) as ours:
        return _seen([(item, key) for item, key in followed if key.api_key not in careful - ours])


def _seen(followed: list[Open]) -> list[tuple[Followed, Seen]]:
    """What the exchanges told, for every delivery whose conversation came to its end."""
    count = counting()
    answers = loop().run_flows([_conversation(item, key, count) for item, key in followed], keep_failures=True)
    seen = []
    for (item, _), answer in zip(followed, answers, strict=True):
        if isinstance(answer, BaseException):
            log.error("following delivery %s ended in a bug of ours", item.delivery.id, exc_info=answer)
        else:
            seen.append((item, answer))
    return seen


def _dialect(item: Followed) -> Dialect:
    return dialect_for(item.account.exchange, item.plan.market, item.account.api_version)


def _conversation(item: Followed, key: Credentials, count: Counting) -> FollowUp:
    account = item.account
    session = Session(
        _dialect(item),
        key,
        account.environment,
        item.delivery.client_id or "",
        clock.now_ms,
        mode=PositionMode(item.position_mode or "one_way"),
        close_unprotected=item.close_unprotected,
        on_unmapped=count,
        exchange_ids=item.exchange_ids,
        taken=item.taken,
    )
    if session.dialect.abilities.mode_per_symbol and not item.position_mode:
        return _after_asking(session, item)
    return look_after(session, item.plan, item.choice, item.legs)


def _after_asking(session: Session, item: Followed) -> FollowUp:
    """Orders cannot be cancelled without the symbol's position mode, and it is not remembered."""
    told = yield from session.ask(ReadSymbolSettings(item.plan.symbol))
    if isinstance(told, SymbolSettings) and told.position_mode is not None:
        session = replace(session, mode=told.position_mode)
    return (yield from look_after(session, item.plan, item.choice, item.legs))
