"""The conversation that a followed delivery's account has with its exchange."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from flask import current_app

from mysignals import clock
from mysignals.domain.market import PositionMode
from mysignals.exchanges.dialect import Dialect
from mysignals.exchanges.registry import dialect_for
from mysignals.exchanges.session import Session
from mysignals.exchanges.sharing import Board, Sharing
from mysignals.exchanges.wire import Credentials
from mysignals.services.fan_out.send import CLOCK_SKEW_MS
from mysignals.services.unmapped import Counting
from mysignals.settings import Settings

from .load import Followed


def dialect_of(item: Followed) -> Dialect:
    return dialect_for(item.account.exchange, item.plan.market, item.account.api_version)


def session_of(item: Followed, key: Credentials, count: Counting, board: Board | None = None) -> Session:
    """With all that our books know; modes that are not remembered are one-way and cross."""
    has_its_minute = _has_its_minute(item.delivery.id, clock.now_ms())
    settings: Settings = current_app.extensions["settings"]
    return Session(
        dialect_of(item),
        key,
        item.account.environment,
        item.delivery.client_id or "",
        clock.now_ms,
        mode=PositionMode(item.position_mode or "one_way"),
        close_unprotected=item.close_unprotected,
        on_unmapped=count,
        exchange_ids=item.exchange_ids,
        client_ids=item.client_ids,
        taken=item.taken,
        moments=item.moments,
        since_ms=int((item.delivery.sent_at or item.delivery.created_at).timestamp() * 1000) - CLOCK_SKEW_MS,
        bare_since_ms=_bare_since_ms(item),
        half_filled_ms=settings.half_filled_seconds * 1000,
        is_urgent=_is_urgent(item),
        asks_for_the_position=item.is_crowded or has_its_minute,
        # What is used up has closed what another copy had open, or the price has been there.
        is_thorough=item.is_crowded or item.is_touched or has_its_minute,
        sharing=Sharing(board) if board is not None else None,
    )


def boards(items: Sequence[Followed]) -> list[Board]:
    """Of each in its place: one for all copies of an account and symbol.

    Those whose questions go first wait for no answer that comes later.
    """
    groups = [(item.account.id, item.plan.market, item.plan.symbol, _is_urgent(item)) for item in items]
    made = {group: Board(copies) for group, copies in Counter(groups).items()}
    return [made[group] for group in groups]


def _is_urgent(item: Followed) -> bool:
    """What is open without a stop, or may just be: an exit that has sold leaves the others over nothing."""
    return item.is_touched or item.delivery.unprotected_since is not None


def _bare_since_ms(item: Followed) -> int:
    since = item.delivery.unprotected_since
    return int(since.timestamp() * 1000) if since is not None else 0


def _has_its_minute(delivery_id: int, now_ms: int) -> bool:
    """One minute of four, of every delivery another one: what is asked for then would use up an exchange's limits."""
    return (now_ms // 60_000 + delivery_id) % 4 == 0
