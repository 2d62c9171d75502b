"""Settling what is stuck or in doubt: each entry is looked up and found, sent again, or given up (EXCHANGES 1.2)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import closing
from functools import partial

from mysignals.domain.lifecycle import ImpossibleMove, State
from mysignals.extensions import db
from mysignals.services import follow, turns
from mysignals.services.fan_out.splitting import hand_over, hand_over_trades
from mysignals.services.holds import Hold, give_back, keeping
from mysignals.services.outages import insist

from .due import PER_TURN, put_off, take_due
from .load import load
from .looking import Looked, look
from .store import store
from .verdict import Verdict, judge

__all__ = ["reconcile"]
log = logging.getLogger(__name__)
ROUNDS = 20
"""Turns of one call at most: a worker that died with a batch leaves a thousand."""


def reconcile() -> None:
    """Look for the entries of the deliveries whose turn it is, store what was found out, and act on it."""
    for _ in range(ROUNDS):
        hold = Hold()
        due = take_due(hold)
        if due:
            _settle(due, hold)
        if len(due) < PER_TURN:
            return


def _settle(due: list[int], hold: Hold) -> None:
    """What was found is stored, and gets its exits, while slow exchanges still look. Keys whose requests must not
    overlap have one delivery a round, and the exits of what was found with them come when their turn is over.
    """
    left, careful = set(due), list[Verdict]()
    with keeping(hold, due):
        try:
            items = load(due)
            unreadable = left - {item.delivery.id for item in items}
            put_off(hold, unreadable)
            left -= unreadable
            for together in turns.rounds(items, lambda item: item.careful_key):
                with closing(look(together, hold)) as portions:
                    for looked in portions:
                        settled = _stored(looked, hold)
                        left -= {item.delivery.id for item, _ in looked}
                        careful += [verdict for verdict in settled if verdict.item.careful_key]
                        _act_on([verdict for verdict in settled if not verdict.item.careful_key])
        finally:
            db.session.rollback()
            give_back(hold, left)
    _act_on(careful)


def _stored(looked: Sequence[Looked], hold: Hold) -> list[Verdict]:
    """Those that were ours to store; what cannot be judged is put off."""
    verdicts = _judged(looked)
    settled = insist(partial(store, verdicts, hold))
    judged = {verdict.item.delivery.id for verdict in verdicts}
    put_off(hold, {item.delivery.id for item, _ in looked} - judged)
    return settled


def _judged(looked: Sequence[Looked]) -> list[Verdict]:
    """A bug of ours about one stops nobody else's turn."""
    verdicts = []
    for item, finding in looked:
        try:
            verdicts.append(judge(item, finding))
        except (ImpossibleMove, ArithmeticError, LookupError, ValueError):
            log.exception("what was found of delivery %s cannot be", item.delivery.id)
    return verdicts


def _act_on(settled: Sequence[Verdict]) -> None:
    """What was found gets its exits at once; what certainly never arrived is handed over again by its exchange."""
    found = [verdict.item.delivery.id for verdict in settled if verdict.was_found]
    again: dict[tuple[int, str], list[int]] = {}
    trades: list[int] = []
    for verdict in settled:
        delivery = verdict.item.delivery
        if verdict.state is State.QUEUED and delivery.trade_sizing is not None:
            trades.append(delivery.id)
        elif verdict.state is State.QUEUED:
            again.setdefault((delivery.signal_id, delivery.exchange), []).append(delivery.id)
    expired = sum(verdict.state is State.EXPIRED for verdict in settled)
    released = sum(map(len, again.values())) + len(trades)
    if found or released or expired:
        log.warning(
            "reconcile: of %s deliveries in doubt %s were found, %s never arrived and are sent again, %s expired",
            len(settled), len(found), released, expired,
        )  # fmt: skip
    if found:
        follow.follow_now(found)
    for ids in again.values():
        hand_over(ids)
    hand_over_trades(trades)
