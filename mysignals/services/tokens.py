"""Single-use tokens for mails: the mail has the token, the database only its hash."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from mysignals import clock
from mysignals.extensions import db
from mysignals.models import Token

LIFETIMES = {"activate": timedelta(hours=24), "reset": timedelta(hours=1)}


def issue(user_id: int, kind: str) -> str:
    """A new token, stored at once; this is the only time it is seen.

    In a transaction of its own: a mail leaves before its sender's transaction ends, and its link works by then.
    """
    token = secrets.token_urlsafe(32)
    expires = clock.now() + LIFETIMES[kind]
    with Session(db.engine) as own, own.begin():
        own.add(Token(user_id=user_id, kind=kind, token_hash=_hash(token), expires_at=expires))
    return token


def redeem(token: str, kind: str) -> int | None:
    """The user it was made for, once; None where it is unknown, used or too old."""
    good = _good(token, kind)
    return db.session.scalar(update(Token).where(*good).values(used_at=clock.now()).returning(Token.user_id))


def is_good(token: str, kind: str) -> bool:
    """Whether `redeem` would take it now; it stays unused."""
    return db.session.scalar(select(Token.user_id).where(*_good(token, kind))) is not None


def revoke(user_id: int, kind: str) -> None:
    """End every unused token of that kind."""
    unused = (Token.user_id == user_id, Token.kind == kind, Token.used_at.is_(None))
    db.session.execute(update(Token).where(*unused).values(used_at=clock.now()))


def _good(token: str, kind: str) -> tuple[ColumnElement[bool], ...]:
    is_it, is_young = Token.token_hash == _hash(token), Token.expires_at > clock.now()
    return is_it, Token.kind == kind, Token.used_at.is_(None), is_young


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
