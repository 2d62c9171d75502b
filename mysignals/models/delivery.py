"""One signal to one exchange account: the outbox row, and its fate."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    String,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from mysignals.domain.lifecycle import State
from mysignals.extensions import Model

from .columns import MONEY, BigId, CreatedAt, one_of, positive
from .following import TARGETS

CHOSEN_TARGETS = (*TARGETS, "second")
"""Who trades a signal by hand chooses one target."""
TRADE_SIZINGS = ("quote", "quantity", "percent")


class Delivery(Model):
    """One per (signal, account), and one more for each that ended without an entry and was asked for again.

    `client_id` is the root of its orders' client ids.
    """

    __tablename__ = "deliveries"

    id: Mapped[BigId]
    signal_id: Mapped[int] = mapped_column(ForeignKey("signals.id"))
    account_id: Mapped[int] = mapped_column(BigInteger)
    user_id: Mapped[int] = mapped_column(BigInteger)
    """The account's owner; one foreign key sees to both, and is one check fewer a row on the fan-out's INSERT."""
    following_id: Mapped[int | None] = mapped_column(ForeignKey("followings.id", ondelete="SET NULL"))
    exchange: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(20), default="queued", server_default="queued")
    client_id: Mapped[str | None] = mapped_column(String(24), unique=True)
    """Stored with the claim, before anything is sent."""
    fence_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """Upper bound for the deadline of every request of the claim."""
    reason: Mapped[str | None] = mapped_column(String(32))
    raw_code: Mapped[str | None] = mapped_column(String(32))
    message: Mapped[str] = mapped_column(String(500), default="", server_default="")
    """What happened, in plain words, with what to do."""
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[CreatedAt]
    claimed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    acknowledged_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When the exchange's answer to the entry arrived."""
    followed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When its orders were last looked up."""
    updated_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    targets: Mapped[str | None] = mapped_column(String(8))
    """Which targets the follower took when the signal was published; None where nobody follows."""
    trade_sizing: Mapped[str | None] = mapped_column(String(8))
    """Of a trade of its owner's own, by hand or by a program: what its value says. NULL of a copy."""
    trade_value: Mapped[Decimal | None] = mapped_column(MONEY)
    """`quote`: in quote, on futures as margin; `percent`: of the available balance, used as margin; `quantity`: in
    base, the signal's own.
    """
    cancel_asked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When its owner asked to cancel entry and exits."""
    cancel_closes: Mapped[bool | None]
    """Whether the cancelling is to close what had filled; else its owner looks after that alone."""
    closing_id: Mapped[int | None] = mapped_column(ForeignKey("instructions.id", ondelete="SET NULL"))
    """What closes it, the last of them (DeliveryClosing has all); None where nothing does, or its owner by hand."""
    close_quantity: Mapped[Decimal | None] = mapped_column(MONEY)
    """Of a close of a part: what all of its closes together are to have sold, as orders count. None closes all."""
    held_by: Mapped[str | None] = mapped_column(String(32))
    """The turn of a worker that talks for it just now; nobody else may until it is given back or over."""
    held_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    look_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When one in doubt is looked up again."""
    looks: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    """How often one in doubt was looked up in vain."""
    unprotected_since: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """Since when something is open without a stop; None while there is one, or nothing is open."""
    retry_of: Mapped[int | None] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"))
    """The one that ended without an entry, and that its owner asked for again by this one. None of a first one."""
    unprotected_ms: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    """How long it had something open without a stop, in stretches that are over; told as seconds."""

    @property
    def is_asked_for_itself(self) -> bool:
        """Whether its owner asked for it, so that it is as old as itself and not as its signal."""
        return self.trade_sizing is not None or self.retry_of is not None

    __table_args__ = (
        one_of("state", [state.value for state in State]),
        one_of("targets", CHOSEN_TARGETS),
        one_of("trade_sizing", TRADE_SIZINGS),
        positive("trade_value"),
        positive("close_quantity"),
        CheckConstraint("num_nulls(trade_sizing, trade_value) IN (0, 2)", name="trade_sizing_and_value"),
        Index(
            "uq_deliveries_signal_id_account_id",
            "signal_id",
            "account_id",
            unique=True,
            postgresql_where=text("retry_of IS NULL"),
        ),
        # One that ended is asked for again once, and by nobody else.
        Index("uq_deliveries_retry_of", "retry_of", unique=True, postgresql_where=text("retry_of IS NOT NULL")),
        ForeignKeyConstraint(
            ["account_id", "user_id"],
            ["exchange_accounts.id", "exchange_accounts.user_id"],
            name="account_and_owner",
            ondelete="CASCADE",
        ),
        Index("ix_deliveries_user_id_id", "user_id", "id"),
        Index("ix_deliveries_account_id", "account_id"),
        Index("ix_deliveries_open", "created_at", postgresql_where=text("state IN ('queued', 'sending')")),
        Index(
            "ix_deliveries_live",
            "account_id",
            postgresql_where=text("state IN ('sending', 'unknown', 'accepted', 'partially_filled', 'filled')"),
        ),
        Index(
            "ix_deliveries_to_cancel",
            "cancel_asked_at",
            postgresql_where=text(
                "cancel_asked_at IS NOT NULL AND state NOT IN ('skipped', 'rejected', 'expired', 'cancelled', 'closed')"
            ),
        ),
        Index("ix_deliveries_closing_id", "closing_id", postgresql_where=text("closing_id IS NOT NULL")),
        Index("ix_deliveries_in_doubt", "look_at", postgresql_where=text("state = 'unknown'")),
        Index(
            "ix_deliveries_unprotected",
            "unprotected_since",
            postgresql_where=text("unprotected_since IS NOT NULL"),
        ),
    )
