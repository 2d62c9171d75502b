"""What our books say of an account: its copies with their orders, and whether one of them is just moving."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import text

from mysignals.domain.intents import Leg
from mysignals.domain.lifecycle import LIVE
from mysignals.domain.market import Market, Side
from mysignals.domain.outcomes import OrderState
from mysignals.extensions import db
from mysignals.services.named_exits import WITH_RIDING_EXITS

OVER = ("rejected", "skipped", "expired", "cancelled", "closed")
QUIET_SECONDS = 15
"""A copy that changed so shortly before the exchange was asked may have been told as it was before."""
SIBLINGS = text("""
    SELECT a.id AS audited, b.id AS sibling FROM exchange_accounts a
    JOIN exchange_accounts b ON b.user_id = a.user_id AND b.exchange = a.exchange AND b.environment = a.environment
         AND (b.id = a.id OR (a.key_hint <> '' AND b.key_hint = a.key_hint))
    WHERE a.id = ANY (:accounts)
""")
"""One key that was saved twice is one account there: the copies of both explain its positions."""
COPIES = text("""
    SELECT d.id, d.account_id, d.exchange, d.client_id, d.state, d.followed_at, s.market, s.symbol, s.side,
           d.cancel_asked_at IS NOT NULL AND NOT d.cancel_closes AS is_taken_over,
           d.state IN ('sending', 'unknown')
           OR coalesce(d.held_until > now(), false)
           OR coalesce(greatest(d.updated_at, d.claimed_at, d.acknowledged_at) > :quiet_since, false) AS is_moving
    FROM deliveries d JOIN signals s ON s.id = d.signal_id
    WHERE d.account_id = ANY (:accounts)
      AND (d.state IN ('sending', 'unknown', 'accepted', 'partially_filled', 'filled')
           OR coalesce(d.updated_at, d.created_at) > now() - interval '2 days'
           OR (d.cancel_asked_at IS NOT NULL AND NOT d.cancel_closes))
    ORDER BY d.id DESC
""")
ORDERS = text("""
    SELECT delivery_id, leg, client_order_id, exchange_order_id, state, filled_quantity,
           coalesce(updated_at, created_at) > :quiet_since AS is_moving
    FROM orders WHERE delivery_id = ANY (:ids)
""")
BY_ROOT = text("""
    SELECT d.client_id, d.account_id, d.state, s.side FROM deliveries d JOIN signals s ON s.id = d.signal_id
    WHERE d.client_id = ANY (:roots)
""")


@dataclass(frozen=True, slots=True)
class Line:
    """One order of a copy. `filled` in base, on inverse contracts in contracts."""

    leg: Leg
    client_id: str
    exchange_id: str
    state: OrderState
    filled: Decimal
    is_moving: bool


@dataclass(frozen=True, slots=True)
class Copy:
    """A delivery as an audit sees it."""

    id: int
    account_id: int
    client_id: str
    state: str
    followed_at: datetime | None
    market: Market
    symbol: str
    side: Side
    is_moving: bool
    names_exits: bool
    """Whether the exchange makes exits itself and names them, so that they carry no id of ours."""
    lines: tuple[Line, ...]
    is_taken_over: bool = False
    """Cancelled by its owner, who has kept what had filled of it, or has closed it since."""

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def is_unsettled(self) -> bool:
        """Whether what it has open may be another amount by now, or was when the exchange was asked."""
        return self.is_moving or any(line.is_moving or line.state is OrderState.TRIGGERED for line in self.lines)

    @property
    def open(self) -> Decimal:
        """What its entry has bought and its exits have not closed; below zero when short."""
        filled = sum((line.filled if line.leg is Leg.ENTRY else -line.filled for line in self.lines), Decimal(0))
        return filled if self.side is Side.BUY else -filled


@dataclass(frozen=True, slots=True)
class Root:
    """The delivery that an order's client id speaks of."""

    state: str
    side: Side
    is_here: bool
    """Whether it is one of the audited account."""


Books = defaultdict[int, list[Copy]]
"""By audited account, newest first."""


def load(accounts: Sequence[int], quiet_since: datetime) -> Books:
    """Three statements. Copies that are live, on their way, over for less than two days, or taken over by an owner."""
    audited = _audited_as(accounts)
    rows = db.session.execute(COPIES, {"accounts": sorted(audited), "quiet_since": quiet_since}).all()
    lines: defaultdict[int, list[Line]] = defaultdict(list)
    for row in db.session.execute(ORDERS, {"ids": [row.id for row in rows], "quiet_since": quiet_since}):
        line = Line(
            Leg(row.leg), row.client_order_id, row.exchange_order_id or "", OrderState(row.state), row.filled_quantity,
            row.is_moving,
        )  # fmt: skip
        lines[row.delivery_id].append(line)
    db.session.rollback()
    books: Books = defaultdict(list)
    for row in rows:
        copy = Copy(
            row.id, row.account_id, row.client_id or "", row.state, row.followed_at, Market(row.market), row.symbol,
            Side(row.side), row.is_moving, row.exchange in WITH_RIDING_EXITS, tuple(lines[row.id]),
            row.is_taken_over,
        )  # fmt: skip
        for account_id in audited[row.account_id]:
            books[account_id].append(copy)
    return books


def roots(account_id: int, wanted: Collection[str]) -> dict[str, Root]:
    """The deliveries of those client ids, however old; one that is not there is absent."""
    if not wanted:
        return {}
    here = _audited_as([account_id])
    rows = db.session.execute(BY_ROOT, {"roots": sorted(wanted)}).all()
    db.session.rollback()
    return {row.client_id: Root(row.state, Side(row.side), row.account_id in here) for row in rows}


def _audited_as(accounts: Sequence[int]) -> defaultdict[int, list[int]]:
    """By account whose copies count, the audited ones that they count for."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    for row in db.session.execute(SIBLINGS, {"accounts": list(accounts)}):
        found[row.sibling].append(row.audited)
    return found
