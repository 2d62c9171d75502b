"""What of a user's is live and may be closed: locked until the caller's transaction ends, then read with its orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select, text

from mysignals.domain.lifecycle import State
from mysignals.exchanges.generations import closes_so_far
from mysignals.extensions import db
from mysignals.models import ExchangeAccount, Instruction, Signal

LOCK = text("""
    SELECT d.id FROM deliveries d JOIN signals s ON s.id = d.signal_id
    WHERE d.id IN (
        SELECT id FROM deliveries WHERE account_id = ANY (:accounts)
           AND state IN ('sending', 'unknown', 'accepted', 'partially_filled', 'filled')
        UNION ALL SELECT id FROM deliveries WHERE account_id = ANY (:accounts) AND state = 'queued')
      AND d.state IN ('queued', 'sending', 'unknown', 'accepted', 'partially_filled', 'filled')
      AND (d.cancel_asked_at IS NULL
           -- A part of it is being closed: it may be more.
           OR d.close_quantity IS NOT NULL
           -- What had filled was to be kept, and no turn is about to do that.
           OR (NOT d.cancel_closes AND (d.held_until IS NULL OR d.held_until < now())))
      AND (CAST(:market AS text) IS NULL OR s.market = :market)
      AND (CAST(:symbol AS text) IS NULL OR s.symbol = :symbol)
      AND (CAST(:side AS text) IS NULL OR s.side = :side)
    ORDER BY d.id FOR UPDATE OF d
""")
READ = text("""
    SELECT d.id, d.account_id, d.signal_id, d.state, d.close_quantity, a.exchange, a.environment, a.api_version,
           coalesce(o.bought, 0) AS bought, coalesce(o.sold, 0) AS sold, coalesce(o.closed, 0) AS closed,
           o.last_close
    FROM deliveries d JOIN exchange_accounts a ON a.id = d.account_id
    CROSS JOIN LATERAL (
        SELECT sum(filled_quantity) FILTER (WHERE leg = 'entry') AS bought,
               sum(filled_quantity) FILTER (WHERE leg <> 'entry') AS sold,
               sum(filled_quantity) FILTER (WHERE leg = 'close') AS closed,
               max(client_order_id) FILTER (WHERE leg = 'close') AS last_close
        FROM orders WHERE delivery_id = d.id) o
    WHERE d.id = ANY (:ids) ORDER BY d.id
""")
"""Only behind the lock: what it waited for may have changed the orders."""


@dataclass(frozen=True, slots=True)
class Live:
    """One delivery. `bought`, `sold` (by exits and closes) and `closed` (by closes alone) as orders count."""

    id: int
    account_id: int
    signal: Signal
    state: State
    close_quantity: Decimal | None
    exchange: str
    environment: str
    api_version: str
    bought: Decimal
    sold: Decimal
    closed: Decimal
    closes: int
    """How many orders have closed parts of it."""

    @property
    def under_way(self) -> Decimal:
        """What is being closed of it already."""
        return max(self.close_quantity - self.closed, Decimal(0)) if self.close_quantity is not None else Decimal(0)

    @property
    def open(self) -> Decimal:
        """Without what is being closed already."""
        return max(self.bought - self.sold - self.under_way, Decimal(0))


def reached(user_id: int, account_id: int | None) -> Sequence[int]:
    """The one that is named; else all, of every environment and whatever their state: what is open at an account whose
    key was refused meanwhile is to be closed, too, and closing at another one instead would leave it open in silence.
    """
    mine = select(ExchangeAccount.id).where(ExchangeAccount.user_id == user_id).order_by(ExchangeAccount.id)
    if account_id is not None:
        mine = mine.where(ExchangeAccount.id == account_id)
    return db.session.scalars(mine).all()


def live_on(accounts: Sequence[int], instruction: Instruction) -> list[Live]:
    """Oldest first, without what is being closed as a whole already."""
    which = {"market": instruction.market, "symbol": instruction.symbol, "side": instruction.side}
    ids = list(db.session.scalars(LOCK, {"accounts": list(accounts), **which}))
    rows = db.session.execute(READ, {"ids": ids}).all() if ids else []
    of_rows = select(Signal).where(Signal.id.in_({row.signal_id for row in rows}))
    signals = {signal.id: signal for signal in db.session.scalars(of_rows)} if rows else {}
    return [
        Live(
            row.id,
            row.account_id,
            signals[row.signal_id],
            State(row.state),
            row.close_quantity,
            row.exchange,
            row.environment,
            row.api_version,
            row.bought,
            row.sold,
            row.closed,
            closes_so_far(row.last_close or ""),
        )
        for row in rows
    ]
