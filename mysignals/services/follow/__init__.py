"""Following orders that rest: fills, closes, and what disappeared (beat, a bounded number a turn)."""

from __future__ import annotations

import logging
from collections.abc import Collection, Generator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import partial

from flask import current_app
from redis import Redis

from mysignals import clock
from mysignals.exchanges.following_up import FollowUp, look_after
from mysignals.exchanges.modes import with_modes
from mysignals.exchanges.seen import Seen, is_ending
from mysignals.exchanges.session import LegReport, Session
from mysignals.exchanges.uncovered import with_answers, with_reports
from mysignals.exchanges.wire import Credentials
from mysignals.extensions import db
from mysignals.services import keys, turns
from mysignals.services.breaker import Tried, Venue, breaker, tried
from mysignals.services.holds import Hold, keeping
from mysignals.services.outages import insist
from mysignals.services.unmapped import counting
from mysignals.services.venues import loop

from .due import PER_TURN, give_back, take, take_due
from .load import Followed, load
from .session import boards, dialect_of, session_of
from .store import Turn, store
from .touched import MAX_AGE_S, touched

__all__ = ["follow", "follow_now", "follow_touched"]
log = logging.getLogger(__name__)


UNTOLD_FOR = timedelta(minutes=30)
ROUNDS = 20
"""Turns of one call at most: many entries may have filled at once, and each waits for its stop."""


def follow() -> None:
    """Look up the orders of the live deliveries whose turn it is, and store what changed."""
    for _ in range(ROUNDS):
        hold = Hold()
        due = take_due(hold)
        if due:
            _follow(due, hold)
        if len(due) < PER_TURN:
            return


def follow_now(ids: Collection[int], *, is_touched: bool = False) -> None:
    """The same for those of `ids` that are live and nobody's just now, whether it is their turn or not."""
    hold = Hold()
    due = take(hold, ids)
    if due:
        _follow(due, hold, is_touched=is_touched)


def follow_touched(max_age_s: float = MAX_AGE_S) -> None:
    """The same for copies whose stop or target the price has just reached, before the other one can sell too, and for
    futures entries that it has reached. They may ask when others have to wait. The prices are at most `max_age_s` old.
    """
    ids = touched(max_age_s)
    if ids:
        follow_now(ids, is_touched=True)


def _follow(due: list[int], hold: Hold, *, is_touched: bool = False) -> None:
    """What was seen is stored while slow exchanges still talk. Keys whose requests must not overlap come last, one
    delivery of each a round, so that nobody waits for them.
    """
    held = set(due)
    with keeping(hold, due):
        try:
            followed = [
                (item, key)
                for item in load(due, is_touched=is_touched)
                if (key := keys.open_or_none(item.account.sealed_credentials))
            ]
            db.session.rollback()  # No transaction stays open while exchanges answer.
            usual = [one for one in followed if not _careful_key(one)]
            careful = [one for one in followed if _careful_key(one)]
            for portions in (
                _seen(usual, hold), *(_seen_in_turn(one, hold) for one in turns.rounds(careful, _careful_key))
            ):  # fmt: skip
                with closing(portions):
                    for portion in filter(None, portions):
                        _store(portion, hold)
                        held -= {item.delivery.id for item, _ in portion}
        finally:
            db.session.rollback()
            give_back(hold, held)


def _store(seen_of_some: list[Turn], hold: Hold) -> None:
    """And give them back, and note what the turn has learned about their venues."""
    soon = {item.delivery.id for item, seen in seen_of_some if _is_untold(item, seen) or _is_ending(item, seen)}
    insist(partial(store, seen_of_some, hold, soon))
    breaker().note([one for item, seen in seen_of_some if seen.exits for one in _tried(item, seen.exits.legs)])


def _is_ending(item: Followed, seen: Seen) -> bool:
    """Its exits are selling, or nothing is left to be sold and what rests could not be cancelled: until that is done
    they may sell what is not this copy's. Or its entry is to be cancelled before it buys. Only of late, as below.
    """
    legs = with_reports(with_answers(item.legs, seen.orders), seen.exits.legs if seen.exits is not None else ())
    changes_now = any(item.legs[leg].state is not told.state for leg, told in seen.orders.items())
    newest_ms = clock.now_ms() if changes_now else max(known.since_ms for known in item.legs.values())
    is_recent = clock.now_ms() - newest_ms < UNTOLD_FOR.total_seconds() * 1000
    return seen.ending is None and is_recent and (bool(seen.used_up) or is_ending(item.plan, legs))


def _is_untold(item: Followed, seen: Seen) -> bool:
    """Something was asked and not answered: an exchange that was away, or no room in its limits.

    Only of late: of an order that an exchange never tells about nobody asks every five seconds for ever.
    """
    asked = {leg for leg, known in item.legs.items() if not known.has_ended}
    changed = item.delivery.updated_at or item.delivery.created_at
    is_over = seen.exits is not None or seen.ending is not None
    return not is_over and bool(asked - seen.orders.keys()) and clock.now() - changed < UNTOLD_FOR


def _tried(item: Followed, legs: list[LegReport]) -> list[Tried]:
    account = item.account
    return tried(Venue(account.exchange, account.environment, item.signal.market), account.id, legs)


Open = tuple[Followed, Credentials]


def _careful_key(followed: Open) -> str:
    """Empty where conversations of the key may overlap."""
    item, key = followed
    return key.api_key if dialect_of(item).abilities.one_at_a_time else ""


Portions = Generator[list[Turn], None, None]


def _seen_in_turn(followed: list[Open], hold: Hold) -> Portions:
    """As `_seen`, without those for whose key another worker talks just now."""
    redis: Redis = current_app.extensions["redis"]
    with turns.held(redis, sorted(key.api_key for _, key in followed)) as ours:
        yield from _seen([(item, key) for item, key in followed if key.api_key in ours], hold)


def _seen(followed: list[Open], hold: Hold) -> Portions:
    """What the exchanges told, for every delivery whose conversation came to its end, as they end. A portion may be
    empty. Closed early it still waits for the end of what is under way.
    """
    if not followed:
        return
    with counting() as count:
        shared = boards([item for item, _ in followed])
        conversations = [
            _conversation(session_of(item, key, count, board), item)
            for (item, key), board in zip(followed, shared, strict=True)
        ]
        with loop().begin_flows(conversations, hold=hold) as under_way:
            for portion in under_way.portions():
                yield [
                    (followed[number][0], seen)
                    for number, answer in portion
                    if (seen := _told(followed[number], answer))
                ]


def _told(followed: Open, answer: Seen | BaseException) -> Seen | None:
    if isinstance(answer, Seen):
        return answer
    log.error("following delivery %s ended in a bug of ours", followed[0].delivery.id, exc_info=answer)
    return None


def _conversation(session: Session, item: Followed) -> FollowUp:
    """Some orders cannot be found, cancelled or closed without the modes: what is not remembered is asked for first.

    Without an answer nothing is done this time.
    """
    plan = item.plan
    known = yield from with_modes(
        session, plan.symbol, mode_is_known=bool(item.position_mode), settings_are_known=item.settings_are_known
    )
    if not isinstance(known, tuple):
        return Seen()
    session, margin_mode = known
    plan = replace(plan, margin_mode=margin_mode) if margin_mode is not None else plan
    return (yield from look_after(session, plan, item.choice, item.legs))
