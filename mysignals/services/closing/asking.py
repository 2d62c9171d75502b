"""Asking to close: what is live is marked in its row within the caller's transaction, and handed over after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

from mysignals import dispatch
from mysignals.domain.lifecycle import Event, State, move
from mysignals.extensions import db
from mysignals.models import Instruction, User
from mysignals.services import opens_and_closes
from mysignals.services.trading import words
from mysignals.services.trading.asker import Asker

from .copies import how_many_follow
from .live import Live, live_on, reached
from .portions import Portion, portions

PER_TASK = 50
"""Ended together by one task; there are seldom more of one owner."""
MARK = text("""
    WITH marked AS (
        UPDATE deliveries d SET
            cancel_asked_at = now(), cancel_closes = true, closing_id = :closing, close_quantity = v.sold,
            updated_at = now(), looks = 0,
            -- In doubt for its owner alone and without a next look it would never be looked for again.
            look_at = CASE WHEN d.reason = 'in_doubt' AND d.look_at IS NOT NULL THEN now() END,
            state = CASE WHEN d.state = 'queued' THEN :cancelled ELSE d.state END,
            message = CASE WHEN d.state = 'queued' THEN v.message ELSE d.message END
        FROM unnest(CAST(:ids AS bigint[]), CAST(:before AS numeric[]), CAST(:sold AS numeric[]),
                    CAST(:messages AS text[])) AS v (id, before, sold, message)
        WHERE d.id = v.id
        RETURNING d.id, v.before, v.sold)
    INSERT INTO delivery_closings (instruction_id, delivery_id, sold_before, close_quantity)
    SELECT :closing, id, before, sold FROM marked
""")
"""The rows are locked: one that waits in the queue is over with it, for nobody claims it any more."""


def close(user: User, instruction: Instruction) -> int:
    """How many users' deliveries are to be closed by it; 0 where nothing is open, or all of it is being closed already.

    `instruction` has its id. What it leaves out is every market, symbol, side, account. A provider's signal also closes
    the copies of all who follow. Does not commit. Raises Invalid where only a part is to be closed, and cannot be.
    """
    is_providers = instruction.kind == "signal" and user.role == "Provider"
    if is_providers:
        instruction.created_at = opens_and_closes.closes(user.id)
    accounts = reached(user.id, instruction.account_id)
    taken = portions(live_on(accounts, instruction), instruction)
    if taken:
        mark(taken, instruction)
        hand_over([one.row for one in taken])
    followers = how_many_follow(instruction) if is_providers else 0
    if followers:
        instruction.is_spreading = True
        dispatch.after_commit(db.session, "fan_out.close", instruction.id)
    return int(bool(taken)) + followers


def mark(taken: Sequence[Portion], instruction: Instruction) -> None:
    """In their rows, which the caller has locked."""
    values: dict[str, Any] = {
        "ids": [one.row.id for one in taken],
        "before": [one.row.closed + one.row.under_way for one in taken],
        "sold": [one.sold_by_closes for one in taken],
        "messages": [words.never_sent(one.row.signal, one.row.exchange, Asker.PROGRAM)[:500] for one in taken],
        "closing": instruction.id,
        "cancelled": move(State.QUEUED, Event.CANCEL),
    }
    db.session.execute(MARK, values)


def hand_over(rows: Sequence[Live]) -> None:
    """To workers, once the caller has committed. What was never sent is over already."""
    ids = [row.id for row in rows if row.state is not State.QUEUED]
    for first in range(0, len(ids), PER_TASK):
        dispatch.after_commit(db.session, "trade.close", ids[first : first + PER_TASK])
