"""Requests of programs that were carried out, with their answer, so that none is carried out twice."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mysignals.extensions import Model

from .columns import BigId, CreatedAt, one_of

KINDS = ("signature", "key", "alert")


class IdempotentRequest(Model):
    """One thing by which a request is known again: its signature, its `Idempotency-Key`, or an alert's own id.

    A row and what was done for it are stored in one transaction: no row without the deed, no deed without its row.
    """

    __tablename__ = "idempotent_requests"

    id: Mapped[BigId]
    api_key_id: Mapped[int | None] = mapped_column(ForeignKey("api_keys.id", ondelete="CASCADE"))
    webhook_token_id: Mapped[int | None] = mapped_column(ForeignKey("webhook_tokens.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(9))
    token: Mapped[str] = mapped_column(String(64))
    """Hex SHA-256 of the signature, key or id."""
    digest: Mapped[str] = mapped_column(String(64))
    """Hex SHA-256 of method, path and body: the same key with another one is a mistake."""
    status: Mapped[int | None] = mapped_column(SmallInteger)
    body: Mapped[bytes | None]
    """The first answer, JSON. Both are NULL only until the transaction that stores the row ends."""
    created_at: Mapped[CreatedAt]

    __table_args__ = (
        one_of("kind", KINDS),
        CheckConstraint("num_nonnulls(api_key_id, webhook_token_id) = 1", name="one_owner"),
        UniqueConstraint("api_key_id", "kind", "token"),
        UniqueConstraint("webhook_token_id", "kind", "token"),
        Index("ix_idempotent_requests_created_at", "created_at"),
    )
