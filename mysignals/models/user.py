"""People."""

from __future__ import annotations

from datetime import datetime

from flask_login import UserMixin
from sqlalchemy import DateTime, ForeignKey, Index, String, func
from sqlalchemy.orm import Mapped, mapped_column

from mysignals.extensions import Model

from .columns import BigId, CreatedAt, one_of

ROLES = ("User", "Provider", "Registrar")
PLANS = ("free", "pro")


class User(UserMixin, Model):
    """A person. E-mail and user name are unique without regard to case."""

    __tablename__ = "users"

    id: Mapped[BigId]
    user_name: Mapped[str] = mapped_column(String(64))
    email: Mapped[str] = mapped_column(String(254))
    password_hash: Mapped[str] = mapped_column(String(255))
    role: Mapped[str] = mapped_column(String(16), default="User", server_default="User")
    is_activated: Mapped[bool] = mapped_column(default=False, server_default="false")
    wallet: Mapped[str | None] = mapped_column(String(42))
    referral_code: Mapped[str] = mapped_column(String(8), unique=True)
    referrer_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    plan: Mapped[str] = mapped_column(String(8), default="pro", server_default="free")
    plan_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    session_epoch: Mapped[int] = mapped_column(default=0, server_default="0")
    """Sessions of an older epoch are over: raised by a change of password."""
    created_at: Mapped[CreatedAt]

    __table_args__ = (
        one_of("role", ROLES),
        one_of("plan", PLANS),
        Index("uq_users_user_name_lower", func.lower(user_name), unique=True),
        Index("uq_users_email_lower", func.lower(email), unique=True),
    )

    @property
    def is_active(self) -> bool:
        """Whether the activation mail was answered (Flask-Login refuses those who did not)."""
        return self.is_activated

    @property
    def roles(self) -> list[str]:
        return ["User"] if self.role == "User" else ["User", self.role]
