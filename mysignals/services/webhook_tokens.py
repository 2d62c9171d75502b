"""Webhook tokens: an address for alerts that cannot sign. Shown once, kept as a hash, rotated by their owner."""

from __future__ import annotations

import hashlib
import secrets

from sqlalchemy import func, select

from mysignals import clock
from mysignals.extensions import db
from mysignals.models import User, WebhookToken

from . import key_news, paging, people
from .errors import Conflict, NotFound

MOST_TOKENS = 20
"""Live ones of a user."""


def make(user: User, label: str) -> tuple[WebhookToken, str]:
    """A new one and its token, which is never shown again; raises Conflict past MOST_TOKENS."""
    people.locked_to_add(user.id)
    if _live(user) >= MOST_TOKENS:
        raise Conflict(f"You have {MOST_TOKENS} webhook tokens; revoke one that you do not need any more.")
    token = _new_token()
    found = WebhookToken(user_id=user.id, label=label, token_hash=hashed(token), token_hint=token[-4:])
    db.session.add(found)
    _tell(user, found, "was made")
    db.session.commit()
    return found, token


def rename(user: User, token_id: int, label: str) -> WebhookToken:
    """Raises NotFound, and Conflict where it is revoked."""
    found = _mine(user, token_id)
    found.label = label
    db.session.commit()
    return found


def rotate(user: User, token_id: int) -> tuple[WebhookToken, str]:
    """Another token in its place; the old one stops working at once. Raises NotFound, Conflict."""
    found = _mine(user, token_id)
    token = _new_token()
    found.token_hash, found.token_hint, found.rotated_at = hashed(token), token[-4:], clock.now()
    _tell(user, found, "was rotated")
    db.session.commit()
    return found, token


def revoke(user: User, token_id: int) -> WebhookToken:
    """It stops working at once, for ever; raises NotFound, and Conflict where it is revoked already."""
    found = _mine(user, token_id)
    found.revoked_at = clock.now()
    _tell(user, found, "was revoked")
    db.session.commit()
    return found


def listed(user: User, page: int) -> paging.Page[WebhookToken]:
    """One page, newest first, revoked ones included."""
    mine = select(WebhookToken).where(WebhookToken.user_id == user.id)
    return paging.of_values(mine.order_by(WebhookToken.id.desc()), page)


def live(token: str) -> WebhookToken | None:
    """The one that works with this token."""
    found = (WebhookToken.token_hash == hashed(token), WebhookToken.revoked_at.is_(None))
    return db.session.scalar(select(WebhookToken).where(*found))


def _live(user: User) -> int:
    query = select(func.count()).where(WebhookToken.user_id == user.id, WebhookToken.revoked_at.is_(None))
    return db.session.scalar(query) or 0


def _mine(user: User, token_id: int) -> WebhookToken:
    query = select(WebhookToken).where(WebhookToken.id == token_id, WebhookToken.user_id == user.id)
    found = db.session.scalar(query.with_for_update())
    if found is None:
        raise NotFound("You have no such webhook token.")
    if found.revoked_at is not None:
        raise Conflict("This webhook token was revoked already; make a new one.")
    return found


def _new_token() -> str:
    return "wh_" + secrets.token_urlsafe(36)


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _tell(user: User, found: WebhookToken, what: str) -> None:
    name = f"“{found.label}” (…{found.token_hint})" if found.label else f"…{found.token_hint}"
    key_news.tell(user.id, f"The webhook token {name} {what}.")
