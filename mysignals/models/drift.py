"""The drift ledger: where an exchange and our books differ, what was decided about it, and when we last looked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, ForeignKeyConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from mysignals.domain.drift import ENDS, UNDECIDED, Cause, Kind, Repair, State
from mysignals.domain.market import Market
from mysignals.extensions import Model

from .columns import BigId, Moment, Money, one_of


def _listed(states: tuple[State, ...]) -> str:
    return ", ".join(f"'{state.value}'" for state in states)


class Drift(Model):
    """One difference. Quantities in base, on inverse contracts in contracts; positions are negative when short."""

    __tablename__ = "drifts"

    id: Mapped[BigId]
    account_id: Mapped[int] = mapped_column(BigInteger)
    user_id: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(8))
    market: Mapped[str] = mapped_column(String(8))
    symbol: Mapped[str] = mapped_column(String(32))
    side: Mapped[str] = mapped_column(String(5))
    """`both`, `long` or `short` of a position, `BUY` or `SELL` of an order."""
    expected: Mapped[Money]
    actual: Mapped[Money]
    difference: Mapped[Money]
    """What is there and should not be; below zero what should be there and is not, or is short."""
    cause: Mapped[str] = mapped_column(String(16))
    message: Mapped[str] = mapped_column(String(600))
    repair: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(12), default="seen", server_default="seen")
    client_order_id: Mapped[str | None] = mapped_column(String(64))
    exchange_order_id: Mapped[str | None] = mapped_column(String(64))
    first_seen_at: Mapped[Moment] = mapped_column(server_default=text("now()"))
    seen_at: Mapped[Moment] = mapped_column(server_default=text("now()"))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """From then on the same may be met anew, as another drift."""
    held_by: Mapped[str | None] = mapped_column(String(32))
    """The turn of a worker that repairs it just now."""
    held_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        one_of("kind", [kind.value for kind in Kind]),
        one_of("market", [market.value for market in Market]),
        one_of("cause", [cause.value for cause in Cause]),
        one_of("repair", [repair.value for repair in Repair]),
        one_of("state", [state.value for state in State]),
        CheckConstraint("difference = actual - expected", name="difference"),
        CheckConstraint(
            "CASE kind WHEN 'order' THEN side IN ('BUY', 'SELL') AND exchange_order_id IS NOT NULL "
            "ELSE side IN ('both', 'long', 'short') AND exchange_order_id IS NULL END",
            name="side",
        ),
        CheckConstraint(f"state NOT IN ({_listed(UNDECIDED)}) OR ended_at IS NULL", name="undecided_is_open"),
        CheckConstraint(f"state NOT IN ({_listed(ENDS)}) OR ended_at IS NOT NULL", name="end_has_a_time"),
        CheckConstraint("state <> 'approved' OR repair <> 'none'", name="approved_has_a_repair"),
        ForeignKeyConstraint(
            ["account_id", "user_id"],
            ["exchange_accounts.id", "exchange_accounts.user_id"],
            name="drift_account_and_owner",
            ondelete="CASCADE",
        ),
        Index("ix_drifts_user_id_id", "user_id", "id"),
        Index(
            "uq_drifts_not_ended",
            "account_id",
            "market",
            "symbol",
            "side",
            text("coalesce(exchange_order_id, '')"),
            text("coalesce(client_order_id, '')"),
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )


class AccountAudit(Model):
    """When an account was last compared with its exchange, and when somebody asked for it. One that neither was ever
    compared nor asked for is not there.
    """

    __tablename__ = "account_audits"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("exchange_accounts.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    begun_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    asked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When somebody asked for one that has not come to its end yet."""
    done_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When one last came to its end: the exchange had told all that was asked."""
    live_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When one last met copies that are not over."""
