"""People."""

from __future__ import annotations

from datetime import datetime

from flask_login import UserMixin
from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ColumnElement,
    DateTime,
    ForeignKey,
    Index,
    String,
    and_,
    func,
    text,
)
from sqlalchemy.ext.hybrid import hybrid_property
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
    blocked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """Since when a registrar keeps this person out: no session, no key, no new copies; what is open is followed up."""
    blocked_why: Mapped[str] = mapped_column(String(300), default="", server_default="")
    """As the registrar wrote it: the person reads it."""
    wallet: Mapped[str | None] = mapped_column(String(42))
    former_wallets: Mapped[list[str]] = mapped_column(ARRAY(String(42)), default=list, server_default="{}")
    """What was paid to one of them was paid to this person: a wallet that is changed after a payment takes nothing."""
    referral_code: Mapped[str] = mapped_column(String(8), unique=True)
    referrer_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    plan: Mapped[str] = mapped_column(String(8), default="pro", server_default="free")
    plan_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    session_epoch: Mapped[int] = mapped_column(default=0, server_default="0")
    """Sessions of an older epoch are over: raised by a change of password."""
    rating_sum: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    rating_count: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    """Of all ratings of a provider's signals, so that lists need not count them."""
    followers: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many people follow a provider; kept by the trigger `count_followers` of `followings`."""
    otp_sealed: Mapped[bytes | None]
    """The secret of the second factor; sealed with a key that the web processes have."""
    otp_since: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """Since when a login needs it; NULL while it is off, or not confirmed yet."""
    otp_step: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    """The last time step whose code was used: none is taken twice."""
    otp_spares: Mapped[list[str]] = mapped_column(ARRAY(String(64)), default=list, server_default="{}")
    """Hex SHA-256 of the codes for who has lost the second factor; each is used once."""
    created_at: Mapped[CreatedAt]

    __table_args__ = (
        one_of("role", ROLES),
        one_of("plan", PLANS),
        CheckConstraint("rating_sum BETWEEN rating_count AND 5 * rating_count", name="rating"),
        CheckConstraint("otp_since IS NULL OR otp_sealed IS NOT NULL", name="otp"),
        Index(
            "ix_users_providers",
            text("followers DESC"),
            "id",
            postgresql_where=text("role = 'Provider' AND is_activated"),
        ),
        Index("ix_users_role_id", "role", "id"),
        Index("uq_users_user_name_lower", func.lower(user_name), unique=True),
        Index("uq_users_email_lower", func.lower(email), unique=True),
    )

    def be_paid_on(self, wallet: str) -> None:
        """From now on; what the former one still receives counts."""
        if self.wallet and self.wallet not in (wallet, *self.former_wallets):
            self.former_wallets = [*self.former_wallets, self.wallet]
        self.wallet = wallet

    @property
    def is_active(self) -> bool:
        """Whether the activation mail was answered (Flask-Login refuses those who did not)."""
        return self.is_activated

    @hybrid_property
    def is_welcome(self) -> bool:
        """Activated, and not blocked."""
        return self.is_activated and self.blocked_at is None

    @is_welcome.inplace.expression
    @classmethod
    def _is_welcome_expression(cls) -> ColumnElement[bool]:
        return and_(cls.is_activated, cls.blocked_at.is_(None))

    @property
    def roles(self) -> list[str]:
        return ["User"] if self.role == "User" else ["User", self.role]
