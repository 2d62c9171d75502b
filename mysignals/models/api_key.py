"""Keys and webhook tokens that a user's programs come in with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, DateTime, ForeignKey, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from mysignals.extensions import Model

from .columns import BigId, CreatedAt

PERMISSIONS = ("read", "signal", "trade")


class ApiKey(Model):
    """`sealed_secret` opens in the web processes, which check signatures with it; it is shown once."""

    __tablename__ = "api_keys"

    id: Mapped[BigId]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    label: Mapped[str] = mapped_column(String(64), default="", server_default="")
    key: Mapped[str] = mapped_column(String(40), unique=True)
    """`mk_` and 32 characters."""
    sealed_secret: Mapped[bytes]
    permissions: Mapped[list[str]] = mapped_column(ARRAY(String(8)))
    rate_limit: Mapped[int] = mapped_column(SmallInteger, default=60, server_default="60")
    """Requests a minute."""
    addresses: Mapped[list[str]] = mapped_column(ARRAY(String(43)), default=list, server_default="{}")
    """Addresses and networks it may be used from; empty is everywhere."""
    expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_used_from: Mapped[str | None] = mapped_column(String(45))
    uses: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    created_at: Mapped[CreatedAt]

    __table_args__ = (
        CheckConstraint("permissions <@ ARRAY['read', 'signal', 'trade']::varchar[]", name="permissions"),
        CheckConstraint("cardinality(permissions) > 0", name="permits_something"),
        CheckConstraint("rate_limit BETWEEN 10 AND 120", name="rate_limit_range"),
    )


class WebhookToken(Model):
    """For alerts that cannot sign. Only the token's hash is stored."""

    __tablename__ = "webhook_tokens"

    id: Mapped[BigId]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    label: Mapped[str] = mapped_column(String(64), default="", server_default="")
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """Hex SHA-256 of the token."""
    token_hint: Mapped[str] = mapped_column(String(4))
    """The token's last four characters."""
    rotated_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    uses: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    created_at: Mapped[CreatedAt]
