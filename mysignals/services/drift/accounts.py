"""Whose turn it is to be audited, and what an audit has to know of an account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text

from mysignals import dispatch
from mysignals.domain.market import PositionMode
from mysignals.exchanges.wire import Credentials
from mysignals.extensions import db
from mysignals.models import AccountSymbolSetting, ExchangeAccount
from mysignals.services import keys

PER_TURN = 100
NEWEST = 50_000
"""So many deliveries are looked through for those that changed lately: they have no index by that time."""
DUE = text("""
    WITH moved AS (
        SELECT account_id FROM deliveries
        WHERE state IN ('sending', 'unknown', 'accepted', 'partially_filled', 'filled')
        UNION
        SELECT account_id FROM deliveries
        WHERE id > (SELECT max(id) FROM deliveries) - :newest AND updated_at > now() - interval '10 minutes'
        UNION
        SELECT account_id FROM drifts WHERE ended_at IS NULL AND state IN ('seen', 'open')
        UNION
        SELECT account_id FROM account_audits
        WHERE live_at > now() - interval '10 minutes' OR asked_at > now() - interval '10 minutes'
    ), noted AS (
        SELECT DISTINCT account_id FROM drifts
        WHERE state = 'seen' AND first_seen_at <= now() - interval '10 seconds'
    ), due AS (
        SELECT a.id FROM moved
        JOIN exchange_accounts a ON a.id = moved.account_id AND a.status = 'ready' AND NOT a.unproven
        LEFT JOIN account_audits u ON u.account_id = a.id
        WHERE u.begun_at IS NULL OR u.begun_at < now() - interval '5 minutes'
           OR (u.begun_at < now() - interval '10 seconds'
               AND (a.id IN (SELECT account_id FROM noted) OR u.asked_at > now() - interval '10 minutes'))
        ORDER BY u.begun_at NULLS FIRST, a.id LIMIT :most
    )
    INSERT INTO account_audits (account_id, begun_at) SELECT id, now() FROM due ORDER BY id
    ON CONFLICT (account_id) DO UPDATE SET begun_at = now()
        WHERE account_audits.begun_at IS NULL OR account_audits.begun_at < now() - interval '10 seconds'
    RETURNING account_id
""")
BEGIN = text("""
    INSERT INTO account_audits (account_id, begun_at)
    SELECT id, now() FROM exchange_accounts WHERE id = :account AND status = 'ready' AND NOT unproven
    ON CONFLICT (account_id) DO UPDATE SET begun_at = now()
        WHERE account_audits.begun_at IS NULL OR account_audits.begun_at < now() - interval '10 seconds'
    RETURNING account_id
""")
ASK = text("""
    INSERT INTO account_audits (account_id, asked_at) VALUES (:account, now())
    ON CONFLICT (account_id) DO UPDATE SET asked_at = now()
""")
DONE = text("""
    UPDATE account_audits SET done_at = now(), asked_at = NULL,
        live_at = CASE WHEN account_id = ANY (:live) THEN now() ELSE live_at END
    WHERE account_id = ANY (:ids)
""")


@dataclass(frozen=True, slots=True)
class Audited:
    """One account, detached from its row. `modes` by symbol, where every symbol has its own."""

    id: int
    user_id: int
    exchange: str
    environment: str
    version: str
    mode: PositionMode | None
    modes: dict[str, PositionMode]
    key: Credentials

    def mode_of(self, symbol: str) -> PositionMode | None:
        return self.modes.get(symbol, self.mode)


def take_due() -> list[int]:
    """At most PER_TURN accounts with something live, lately moved or not confirmed, the longest ago audited first."""
    ids = list(db.session.scalars(DUE, {"most": PER_TURN, "newest": NEWEST}))
    db.session.commit()
    return sorted(ids)


def ask(account_id: int) -> None:
    """Have it audited: handed over after the caller's commit, and found by `take_due` where that message is lost."""
    db.session.execute(ASK, {"account": account_id})
    dispatch.after_commit(db.session, "upkeep.audit_account", account_id)


def begin(account_id: int) -> list[int]:
    """The one account, unless it was begun a moment ago or is not ready to be asked."""
    ids = list(db.session.scalars(BEGIN, {"account": account_id}))
    db.session.commit()
    return ids


def done(ids: Sequence[int], live: Sequence[int]) -> None:
    """`live` are those that had copies which are not over. In the caller's transaction."""
    db.session.execute(DONE, {"ids": list(ids), "live": list(live)})


def now() -> datetime:
    """The database's time, by which all of the ledger's moments are told."""
    found: datetime = db.session.scalar(text("SELECT clock_timestamp()"))
    db.session.rollback()
    return found


def load(ids: Sequence[int]) -> list[Audited]:
    """Those of them whose key this worker can open."""
    rows = db.session.scalars(
        select(ExchangeAccount).where(ExchangeAccount.id.in_(ids)).order_by(ExchangeAccount.id)
    ).all()
    modes: dict[int, dict[str, PositionMode]] = {}
    settings = select(
        AccountSymbolSetting.account_id, AccountSymbolSetting.symbol, AccountSymbolSetting.position_mode
    ).where(AccountSymbolSetting.account_id.in_(ids), AccountSymbolSetting.position_mode.is_not(None))
    for account_id, symbol, mode in db.session.execute(settings):
        modes.setdefault(account_id, {})[symbol] = PositionMode(mode or "")
    found = [
        Audited(
            row.id, row.user_id, row.exchange, row.environment, row.api_version,
            PositionMode(row.position_mode) if row.position_mode else None, modes.get(row.id, {}), key,
        )
        for row in rows
        if (key := keys.open_or_none(row.sealed_credentials)) is not None
    ]  # fmt: skip
    db.session.rollback()
    return found
