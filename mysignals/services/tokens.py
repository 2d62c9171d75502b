"""Single-use tokens for mails: the mail has the token, the database only its hash."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import update

from mysignals import clock
from mysignals.extensions import db
from mysignals.models import Token

LIFETIMES = {"activate": timedelta(hours=24), "reset": timedelta(hours=1)}


def issue(user_id: int, kind: str) -> str:
    """A new token, stored with the caller's transaction; this is the only time it is seen."""
    token = secrets.token_urlsafe(32)
    expires = clock.now() + LIFETIMES[kind]
    db.session.add(Token(user_id=user_id, kind=kind, token_hash=_hash(token), expires_at=expires))
    return token


def redeem(token: str, kind: str) -> int | None:
    """The user it was made for, once; None where it is unknown, used or too old."""
    now = clock.now()
    found = (Token.token_hash == _hash(token), Token.kind == kind, Token.used_at.is_(None), Token.expires_at > now)
    return db.session.scalar(update(Token).where(*found).values(used_at=now).returning(Token.user_id))


def revoke(user_id: int, kind: str) -> None:
    """End every unused token of that kind."""
    unused = (Token.user_id == user_id, Token.kind == kind, Token.used_at.is_(None))
    db.session.execute(update(Token).where(*unused).values(used_at=clock.now()))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
