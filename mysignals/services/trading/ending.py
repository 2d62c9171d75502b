"""Ending deliveries that somebody asked to end: held by one turn like any other, and repeated until all is certain.

Those of one owner are ended where trades by hand are, so that their owner need not wait; what a provider closes for
all who follow is ended where signals are brought to them.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Generator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import Any

from flask import current_app
from redis import Redis
from sqlalchemy import select, text

from mysignals.exchanges.called_off import CalledOff
from mysignals.exchanges.calling_off import call_off
from mysignals.exchanges.dialect import Call
from mysignals.exchanges.modes import with_modes
from mysignals.exchanges.session import Session
from mysignals.exchanges.wire import Credentials, Reply
from mysignals.extensions import db
from mysignals.models import Delivery
from mysignals.services import follow, holds, keys, turns
from mysignals.services.follow.load import Followed, load
from mysignals.services.follow.session import dialect_of, session_of
from mysignals.services.holds import Hold, keeping
from mysignals.services.outages import insist
from mysignals.services.unmapped import counting
from mysignals.services.venues import loop

from .ended import store
from .outcome import OVER
from .waiting import tell

log = logging.getLogger(__name__)
PER_TURN, ROUNDS = 200, 20
"""So many at once, and turns of one call at most."""
DUE = text("""
    UPDATE deliveries SET held_by = :token, held_until = now() + :seconds * interval '1 second'
    WHERE id IN (
        SELECT id FROM deliveries
        WHERE cancel_asked_at IS NOT NULL AND state IN ('accepted', 'partially_filled', 'filled')
          AND (held_until IS NULL OR held_until < now())
          AND (id = ANY (:ids) OR (:all AND (look_at IS NULL OR look_at <= now()) AND :of_a_provider = EXISTS (
              SELECT FROM instructions i WHERE i.id = closing_id AND i.user_id <> deliveries.user_id)))
          AND NOT EXISTS (SELECT FROM exchange_accounts a WHERE a.id = account_id AND a.unproven)
        ORDER BY look_at NULLS FIRST, id
        LIMIT :most FOR UPDATE SKIP LOCKED)
    RETURNING id
""")
QUEUED = text("""
    UPDATE deliveries SET state = 'cancelled', updated_at = now(),
        message = 'Cancelled before it was sent again. Nothing is open from this signal.'
    WHERE cancel_asked_at IS NOT NULL AND state = 'queued'
      AND (id = ANY (:ids) OR (:all AND :of_a_provider = EXISTS (
          SELECT FROM instructions i WHERE i.id = closing_id AND i.user_id <> deliveries.user_id)))
    RETURNING id
""")
"""In doubt when it was cancelled, and then found never to have arrived."""
GIVE_BACK = text("""
    UPDATE deliveries SET held_by = NULL, held_until = NULL,
        look_at = now() + least(greatest((now() - cancel_asked_at) / 4, interval '1 second'), interval '1 minute')
    WHERE id = ANY (:ids) AND held_by = :token
""")
"""What is not certain yet is looked at again after a second, and ever more rarely, at last every minute. Told by age:
the tries of one moment must not put off the next one for a minute."""


def cancel_waiting(*, of_a_provider: bool = False) -> None:
    """Those whose ending is not done: lost by the broker, left by a worker that died, or not certain yet (beat)."""
    _cancel([], everything=True, of_a_provider=of_a_provider)


def cancel_these(ids: Collection[int]) -> None:
    """The same for those of `ids` that nobody else talks for just now."""
    _cancel(ids, everything=False)


def still_to_be_cancelled(ids: Collection[int]) -> list[int]:
    """Those of `ids` that somebody asked to end, and that are not over."""
    asked = select(Delivery.id).where(
        Delivery.id.in_(ids), Delivery.cancel_asked_at.is_not(None), Delivery.state.not_in(OVER)
    )
    found = sorted(db.session.scalars(asked))
    db.session.rollback()
    return found


def _cancel(ids: Collection[int], *, everything: bool, of_a_provider: bool = False) -> None:
    which: dict[str, Any] = {"ids": sorted(ids), "all": everything, "of_a_provider": of_a_provider}
    ended = list(db.session.scalars(QUEUED, which))
    db.session.commit()
    for _ in range(ROUNDS):
        hold = Hold()
        due = sorted(holds.take(DUE, hold, which | {"most": PER_TURN}))
        if due:
            _end(due, hold)
        ended += due
        which["ids"] = sorted({*which["ids"]} - {*due})
        if len(due) < PER_TURN:
            break
    for delivery_id in ended:
        tell(delivery_id)


def _end(due: Sequence[int], hold: Hold) -> None:
    """What has ended is stored while slow exchanges still talk. Keys whose requests must not overlap have one delivery
    a round.
    """
    left = set(due)
    with keeping(hold, due):
        try:
            opened = [(item, key) for item in load(due) if (key := keys.open_or_none(item.account.sealed_credentials))]
            db.session.rollback()  # No transaction stays open while exchanges answer.
            for together in turns.rounds(opened, _careful_key):
                with closing(_called_off(together, hold)) as portions:
                    for portion in filter(None, portions):
                        insist(partial(store, portion, hold))
                        stored = {item.delivery.id for item, _ in portion}
                        _give_back(hold, stored)
                        left -= stored
                        # Exits over more than is open now are made smaller at once.
                        reduced = [item.delivery.id for item, done in portion if done.is_reduced]
                        if reduced:
                            follow.follow_now(reduced)
        finally:
            db.session.rollback()
            _give_back(hold, left)


def _give_back(hold: Hold, ids: Collection[int]) -> None:
    hold.let_go(ids)
    if ids:
        db.session.execute(GIVE_BACK, {"ids": sorted(ids), "token": hold.token})
        db.session.commit()


Open = tuple[Followed, Credentials]


def _careful_key(opened: Open) -> str:
    """Empty where conversations of the key may overlap."""
    item, key = opened
    return key.api_key if dialect_of(item).abilities.one_at_a_time else ""


def _called_off(opened: Sequence[Open], hold: Hold) -> Generator[list[tuple[Followed, CalledOff]], None, None]:
    """What became of each whose conversation came to its end, as they end, without those for whose key another worker
    talks. Closed early it still waits for the end of what is under way.
    """
    redis: Redis = current_app.extensions["redis"]
    careful = {key for one in opened if (key := _careful_key(one))}
    with turns.held(redis, sorted(careful)) as ours, counting() as count:
        free = [one for one in opened if not _careful_key(one) or _careful_key(one) in ours]
        flows = [_conversation(session_of(item, key, count), item) for item, key in free]
        with loop().begin_flows(flows, hold=hold) as under_way:
            for portion in under_way.portions():
                yield [
                    (free[number][0], done) for number, answer in portion if (done := _told(free[number][0], answer))
                ]


def _told(item: Followed, answer: CalledOff | BaseException) -> CalledOff | None:
    if isinstance(answer, CalledOff):
        return answer
    log.error("ending delivery %s ended in a bug of ours", item.delivery.id, exc_info=answer)
    return None


def _conversation(session: Session, item: Followed) -> Generator[Call, Reply, CalledOff]:
    """Some orders cannot be found, cancelled or closed without the modes; without an answer nothing is done."""
    plan = item.plan
    known = yield from with_modes(
        session, plan.symbol, mode_is_known=bool(item.position_mode), settings_are_known=item.settings_are_known
    )
    if not isinstance(known, tuple):
        return CalledOff(item.legs)
    session, margin_mode = known
    plan = replace(plan, margin_mode=margin_mode) if margin_mode is not None else plan
    return (
        yield from call_off(
            session, plan, item.legs, closes=bool(item.delivery.cancel_closes), sells=item.delivery.close_quantity
        )
    )
