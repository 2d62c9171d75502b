"""Looking for the entries of a turn's deliveries at their exchanges: all at once, in portions as they end."""

from __future__ import annotations

import logging
from collections.abc import Generator, Sequence

from flask import current_app
from redis import Redis

from mysignals import clock
from mysignals.domain.doubt import Told
from mysignals.domain.market import PositionMode
from mysignals.exchanges.finding import Finding, Search, Searched, find_entry, find_trade
from mysignals.exchanges.session import Session
from mysignals.exchanges.sharing import Board, Sharing
from mysignals.extensions import db
from mysignals.services import turns
from mysignals.services.fan_out.send import CLOCK_SKEW_MS
from mysignals.services.holds import Hold
from mysignals.services.unmapped import Counting, counting
from mysignals.services.venues import loop

from .load import InDoubt, being_sent, names_taken

log = logging.getLogger(__name__)
Looked = tuple[InDoubt, Finding]


def look(items: Sequence[InDoubt], hold: Hold) -> Generator[list[Looked], None, None]:
    """What was found of each, in portions: who is found does not wait for an exchange that is slow. A portion may be
    empty. Closed early it still waits for the end of what is under way.

    One whose key another worker uses just now is left out.
    """
    redis: Redis = current_app.extensions["redis"]
    with turns.held(redis, sorted({item.careful_key for item in items if item.careful_key})) as ours:
        ready = [item for item in items if not item.careful_key or item.careful_key in ours]
        trading = [item for item in ready if item.is_a_trade]
        accounts = {item.delivery.account_id for item in trading}
        # Read while the keys are ours: nobody opens or adopts a trade of theirs meanwhile.
        taken, sending = (names_taken(accounts), being_sent(accounts, hold)) if accounts else ({}, {})
        db.session.rollback()
        with counting() as count:
            known, asked = list[Looked](), list[tuple[InDoubt, Search]]()
            shared = _boards(ready)
            for item in ready:
                others = sending.get(item.delivery.account_id, set()) - {item.delivery.id}
                found = taken.get(item.delivery.account_id, set())
                search = _search(item, found, count, shared[_place(item)], others_send=bool(others))
                if isinstance(search, Finding):
                    known.append((item, search))
                else:
                    asked.append((item, search))
            with loop().begin_flows([search for _, search in asked], hold=hold) as under_way:
                for portion in under_way.portions():
                    yield known + [(asked[number][0], _finding(asked[number][0], answer)) for number, answer in portion]
                    known = []


def _finding(item: InDoubt, answer: Finding | BaseException) -> Finding:
    if isinstance(answer, Finding):
        return answer
    log.error("looking for delivery %s ended in a bug of ours", item.delivery.id, exc_info=answer)
    return Finding(Told.SILENT)


Place = tuple[int, str, str]
"""Account, market and symbol."""


def _place(item: InDoubt) -> Place:
    return item.delivery.account_id, item.signal.market, item.signal.symbol


def _boards(items: Sequence[InDoubt]) -> dict[Place, Board]:
    """Made when the doubts are judged: no answer on them is older than the moment by which a request is dead."""
    return {_place(item): Board() for item in items}


def _search(item: InDoubt, taken: set[str], count: Counting, board: Board, *, others_send: bool) -> Search | Finding:
    """The conversation, or what is known without one."""
    if item.dialect is None or item.key is None or item.delivery.client_id is None:
        return Finding(Told.REFUSED)
    if item.rules is None:
        return Finding(Told.SILENT)
    session = Session(
        item.dialect, item.key, item.account.environment, item.delivery.client_id, clock.now_ms,
        mode=PositionMode(_mode(item) or "one_way"), on_unmapped=count, is_urgent=True, sharing=Sharing(board),
    )  # fmt: skip
    if item.is_a_trade:
        if others_send:
            return Finding(Told.SILENT)  # A new trade may be theirs, and is in nobody's books yet.
        return find_trade(session, item.plan_over, item.planned, _searched(item, taken))
    if not item.dialect.abilities.client_ids:
        return Finding(Told.SEVERAL)
    return _by_id(session, item)


def _mode(item: InDoubt) -> str | None:
    """The symbol's where each has its own, else the account's."""
    of_symbol = item.settings.position_mode if item.settings is not None else None
    return of_symbol or (None if item.abilities.mode_per_symbol else item.account.position_mode)


def _by_id(session: Session, item: InDoubt) -> Search:
    """No exchange asks for a mode where an order is looked for, so what is not remembered is not asked for."""
    dead_ms = item.doubt.dead_ms
    is_dead = dead_ms is not None and item.doubt.asked_ms > dead_ms
    return (yield from find_entry(session, item.plan_over, item.planned, is_dead=is_dead))


def _searched(item: InDoubt, taken: set[str]) -> Searched:
    """From the claim to the death of its request, as far as clocks may differ."""
    claimed, fence = item.delivery.claimed_at or item.delivery.created_at, item.delivery.fence_at
    from_ms = int(claimed.timestamp() * 1000) - CLOCK_SKEW_MS
    to_ms = int(fence.timestamp() * 1000) + CLOCK_SKEW_MS if fence is not None else clock.now_ms() + CLOCK_SKEW_MS
    return Searched(from_ms, to_ms, frozenset(taken), item.entry.quantity if item.entry is not None else None)
