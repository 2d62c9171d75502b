"""Claiming: a row is ours, with its client ids and its fence stored, before anything is sent."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

import orjson
from flask import current_app
from sqlalchemy import text

from mysignals.domain.value import value
from mysignals.exchanges.registry import NAMES, lifetime_s
from mysignals.extensions import db
from mysignals.services import own_trades
from mysignals.services.holds import HOLD_SECONDS, Hold
from mysignals.settings import Settings

SERIALISE = text("""
    SELECT id FROM exchange_accounts
    WHERE id IN (SELECT account_id FROM deliveries WHERE id = ANY (:ids)) ORDER BY id FOR NO KEY UPDATE
""")
"""Two signals at once are claimed one after the other for an account, else neither would count the other."""
CLAIM = text("""
    WITH claimed AS (
        UPDATE deliveries d SET
            state = 'sending', attempts = d.attempts + 1, claimed_at = now(), updated_at = now(),
            fence_at = now() + interval '1 second' *
                coalesce(CAST(CAST(:longer AS jsonb) ->> d.exchange AS float), :fence_seconds),
            held_by = :token, held_until = now() + :hold_seconds * interval '1 second', looks = 0, look_at = NULL,
            client_id = coalesce(d.client_id, 'ms' || d.id || 'x' ||
                substr(md5(d.id || '/' || extract(epoch FROM d.created_at)), 1, 6))
        WHERE d.id = ANY (:ids) AND d.state = 'queued' AND d.cancel_asked_at IS NULL
        RETURNING d.id, d.signal_id, d.account_id, d.user_id, d.following_id, d.client_id, d.fence_at, d.targets,
                  d.trade_sizing, d.trade_value, d.created_at, d.retry_of
    ),
    doubts AS MATERIALIZED (
        SELECT at.exchange, at.environment, count(*) AS many
        FROM deliveries lost JOIN exchange_accounts at ON at.id = lost.account_id
        WHERE lost.state = 'unknown' AND lost.reason = 'unknown' AND lost.claimed_at > now() - interval '10 minutes'
        GROUP BY 1, 2
    )
    SELECT c.id, c.signal_id, c.account_id, c.user_id, c.client_id, c.fence_at,
           a.exchange, a.environment, a.api_version, a.sealed_credentials, a.status, a.status_reason, a.position_mode,
           coalesce(f.sizing_mode, c.trade_sizing) AS sizing_mode,
           coalesce(f.sizing_value, c.trade_value) AS sizing_value,
           f.max_leverage, f.max_open, f.max_deviation_bps, coalesce(c.targets, f.targets) AS targets,
           f.margin_mode, f.on_unprotected,
           known.leverage AS known_leverage, known.margin_mode AS known_margin_mode,
           known.position_mode AS known_position_mode,
           -- Asked row by row: joined, it is counted anew for every row wherever the planner takes them for few.
           (
               SELECT count(*) FROM deliveries busy WHERE busy.account_id = c.account_id
                 AND busy.state IN ('sending', 'unknown', 'accepted', 'partially_filled', 'filled')
           ) AS open_now,
           s.market = 'futures' AND EXISTS (
               SELECT 1 FROM deliveries d JOIN signals other ON other.id = d.signal_id
               WHERE d.account_id = c.account_id AND d.id <> c.id
                 AND d.state IN ('sending', 'unknown', 'accepted', 'partially_filled', 'filled')
                 AND other.market = 'futures' AND other.symbol = s.symbol AND other.side <> s.side
           ) AS is_opposed,
           CASE WHEN num_nonnulls(c.trade_sizing, c.retry_of) > 0 THEN c.created_at END AS traded_at,
           s.provider_id, u.blocked_at IS NOT NULL AS is_blocked, c.retry_of IS NOT NULL AS is_retry,
           coalesce(f.paused, false) AS is_paused, NOT (s.is_active OR s.is_private) AS has_ended,
           coalesce(doubts.many, 0) AS in_doubt
    FROM claimed c
    JOIN signals s ON s.id = c.signal_id
    JOIN exchange_accounts a ON a.id = c.account_id
    JOIN users u ON u.id = c.user_id
    LEFT JOIN followings f ON f.id = c.following_id
    LEFT JOIN doubts ON doubts.exchange = a.exchange AND doubts.environment = a.environment
    LEFT JOIN account_symbol_settings known
           ON s.market = 'futures' AND known.account_id = c.account_id AND known.symbol = s.symbol
           AND known.updated_at > now() - interval '1 hour'
""")


@value
class Claimed:
    """One claimed delivery with all that planning and sending need. Fields of the following are None if it ended;
    a trade by hand or by a program has values of its own in them.
    """

    id: int
    signal_id: int
    account_id: int
    user_id: int
    client_id: str
    fence_at: datetime
    exchange: str
    environment: str
    api_version: str
    sealed_credentials: bytes
    status: str
    status_reason: str
    position_mode: str | None
    sizing_mode: str | None
    sizing_value: Decimal | None
    max_leverage: int | None
    max_open: int | None
    max_deviation_bps: int | None
    targets: str | None
    margin_mode: str | None
    on_unprotected: str | None
    known_leverage: int | None
    known_margin_mode: str | None
    known_position_mode: str | None
    open_now: int
    is_opposed: bool
    """Whether a copy of the other side of the symbol is open, or on its way, on the account."""
    traded_at: datetime | None = None
    """When its owner asked for it, by hand, by a program or once more; None of a copy that came by itself."""
    provider_id: int = 0
    """Whose signal it is."""
    is_blocked: bool = False
    """Whether a registrar keeps its owner out."""
    is_retry: bool = False
    """A copy whose owner asked for it once more."""
    is_paused: bool = False
    """Whether its owner has paused the following since the signal was published."""
    has_ended: bool = False
    """Whether its provider has ended the signal since."""
    in_doubt: int = 0
    """How many deliveries are in doubt at its exchange of late; not those that only their owners can settle."""

    @property
    def is_by_hand(self) -> bool:
        return self.traded_at is not None and not self.is_retry


def claim(ids: list[int], hold: Hold) -> list[Claimed]:
    """Move the queued ones of `ids` to `sending` and commit; what another worker has claimed is not returned.

    They are held by `hold` until they are recorded.
    """
    settings: Settings = current_app.extensions["settings"]
    at = time.monotonic()
    db.session.execute(SERIALISE, {"ids": ids})
    fences = {"fence_seconds": settings.claim_fence_seconds, "longer": _longer(settings.claim_fence_seconds)}
    holding = {"token": hold.token, "hold_seconds": HOLD_SECONDS}
    rows = db.session.execute(CLAIM, {"ids": ids, **fences, **holding}).all()
    db.session.commit()
    hold.taken(at)
    return [_own(claimed) if (claimed := Claimed(*row)).is_by_hand else claimed for row in rows]


def _own(row: Claimed) -> Claimed:
    """What it has in place of a following."""
    size = own_trades.sizing(row.sizing_mode or "", row.sizing_value or Decimal(0))
    return replace(
        row,
        sizing_mode=size.mode.value,
        sizing_value=size.value,
        max_leverage=own_trades.MAX_LEVERAGE,
        max_open=own_trades.MAX_OPEN,
        max_deviation_bps=own_trades.MAX_DEVIATION_BPS,
        margin_mode=own_trades.MARGIN_MODE.value,
        on_unprotected=own_trades.ON_UNPROTECTED,
    )


@lru_cache
def _longer(fence_seconds: int) -> str:
    """Seconds by exchange, as JSON, where a request outlives the usual fence whatever it says itself.

    There it has to be signed in half the time, so that a doubt is not longer than it must be.
    """
    lives = {name: fence_seconds / 2 + lifetime_s(name) for name in NAMES if lifetime_s(name)}
    return orjson.dumps({name: max(lasts, fence_seconds) for name, lasts in lives.items()}).decode()
