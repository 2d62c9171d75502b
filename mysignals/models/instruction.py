"""What a user's program asked for over /v1 or by an alert, or a user on a page: to open something, or to close it."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from mysignals.extensions import Model

from .columns import MONEY, BigId, CreatedAt, one_of, positive

KINDS = ("signal", "order")
ACTIONS = ("open", "close")


class Instruction(Model):
    """As it was asked, with what was worked out for it when it came. Prices in quote, quantity in base."""

    __tablename__ = "instructions"

    id: Mapped[BigId]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    api_key_id: Mapped[int | None] = mapped_column(ForeignKey("api_keys.id", ondelete="SET NULL"))
    webhook_token_id: Mapped[int | None] = mapped_column(ForeignKey("webhook_tokens.id", ondelete="SET NULL"))
    kind: Mapped[str] = mapped_column(String(6))
    action: Mapped[str] = mapped_column(String(5))
    word: Mapped[str] = mapped_column(String(11))
    """`action` or `side` as it was sent: `open_long`, `close_all`, `sell`."""
    market: Mapped[str | None] = mapped_column(String(8))
    """None: every market; only of closings."""
    symbol: Mapped[str | None] = mapped_column(String(32))
    """None: every symbol; only of closings."""
    side: Mapped[str | None] = mapped_column(String(4))
    """Of the position, not of the order that closes it. None: both; only of closings."""
    entry_type: Mapped[str | None] = mapped_column(String(8))
    """None of closings."""
    quantity: Mapped[Decimal | None] = mapped_column(MONEY)
    """None where a share of the balance decides, and where all is closed."""
    risk_percent: Mapped[Decimal | None] = mapped_column(MONEY)
    """Share of the available balance used as margin, in percent."""
    price: Mapped[Decimal | None] = mapped_column(MONEY)
    """The limit, else the market's price when it was asked."""
    leverage: Mapped[int | None]
    stop: Mapped[Decimal | None] = mapped_column(MONEY)
    target: Mapped[Decimal | None] = mapped_column(MONEY)
    stop_is_ours: Mapped[bool] = mapped_column(default=False, server_default="false")
    """It named no stop, so we set one."""
    target_is_ours: Mapped[bool] = mapped_column(default=False, server_default="false")
    reduce_only: Mapped[bool] = mapped_column(default=False, server_default="false")
    comment: Mapped[str] = mapped_column(String(200), default="", server_default="")
    account_id: Mapped[int | None] = mapped_column(ForeignKey("exchange_accounts.id", ondelete="SET NULL"))
    """The one account that was named; None is all."""
    signal_id: Mapped[int | None] = mapped_column(ForeignKey("signals.id", ondelete="CASCADE"))
    """What an opening became; None of closings."""
    is_spreading: Mapped[bool] = mapped_column(default=False, server_default="false")
    """A provider's close whose followers' copies are still to be marked."""
    processed_users: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    created_at: Mapped[CreatedAt]

    __table_args__ = (
        one_of("kind", KINDS),
        one_of("action", ACTIONS),
        one_of("market", ("spot", "futures")),
        one_of("side", ("BUY", "SELL")),
        one_of("entry_type", ("LIMIT", "MARKET")),
        positive("quantity"),
        positive("price"),
        positive("stop"),
        positive("target"),
        CheckConstraint("risk_percent > 0 AND risk_percent <= 100", name="risk_percent_range"),
        CheckConstraint("leverage BETWEEN 1 AND 125", name="leverage_range"),
        CheckConstraint("num_nonnulls(api_key_id, webhook_token_id) <= 1", name="one_door"),
        CheckConstraint("(action = 'open') = (signal_id IS NOT NULL)", name="opening_is_a_signal"),
        CheckConstraint(
            "action = 'close' OR num_nulls(market, symbol, side, entry_type, price, stop, target) = 0",
            name="opening_is_whole",
        ),
        CheckConstraint("processed_users >= 0", name="processed_users_count"),
        Index("ix_instructions_user_id_id", "user_id", "id"),
        Index("ix_instructions_account_id", "account_id"),
        CheckConstraint("NOT is_spreading OR action = 'close'", name="only_closings_spread"),
        Index("ix_instructions_spreading", "id", postgresql_where=text("is_spreading")),
    )
