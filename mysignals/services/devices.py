"""Browsers a person has logged in with, known by a long random cookie of which only the hash is stored."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, func, select
from sqlalchemy.dialects.postgresql import insert

from mysignals.domain import browser
from mysignals.extensions import db
from mysignals.models import Device, User

from . import ended_sessions, mails
from .errors import NotFound

MOST = 50
MARK = 16
"""Digits of the token's hash by which a session remembers its browser."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_SAME_LOGIN = timedelta(minutes=1)
_LONGEST_ADDRESS = 45


@dataclass(frozen=True, slots=True)
class Browser:
    """What a login came with. `token` is its cookie, empty where it has none; `address` is where it came from."""

    token: str = field(repr=False)
    user_agent: str
    address: str


def remember(user: User, seen: Browser, now: datetime) -> str:
    """Note a login in the caller's transaction, which has locked the user; the token for the browser's cookie.

    A browser that this person has not used before is told by mail, but for the first of all.
    """
    token = seen.token if _TOKEN.fullmatch(seen.token) else secrets.token_urlsafe(32)
    name, address = browser.named(seen.user_agent), seen.address[:_LONGEST_ADDRESS]
    expected = _is_expected(user, name, address, now)
    row = {"name": name, "address": address, "last_seen_at": now}
    new = insert(Device).values(user_id=user.id, token_hash=_hash(token), created_at=now, **row)
    noted = new.on_conflict_do_update(index_elements=["user_id", "token_hash"], set_=row)
    # Of a row that was there before, its creation is older than this moment.
    is_new = db.session.scalar(noted.returning(Device.created_at)) == now
    if is_new:
        _forget_oldest(user)
    if is_new and not expected:
        at = now.strftime("%a, %d %b %Y %H:%M:%S UTC")
        mails.queue(user.id, "new_device", {"device": name, "address": address, "at": at})
    return token


def listed(user: User) -> list[Device]:
    """All of them, the one used last first."""
    mine = select(Device).where(Device.user_id == user.id)
    return list(db.session.scalars(mine.order_by(Device.last_seen_at.desc(), Device.id.desc())))


def forget(user: User, device_id: int) -> str:
    """End the sessions of one browser and forget it, so that its next login is told by mail; its name.

    Raises NotFound, and RedisError with nothing done.
    """
    found = db.session.scalar(select(Device).where(Device.id == device_id, Device.user_id == user.id))
    if found is None:
        raise NotFound("You have no such browser.")
    ended_sessions.end(user.id, found.token_hash[:MARK])
    name = found.name
    db.session.delete(found)
    db.session.commit()
    return name


def mark(token: str) -> str:
    """By which a session remembers its browser."""
    return _hash(token)[:MARK]


def is_it(device: Device, token: str) -> bool:
    """Whether the browser with that cookie is `device`."""
    return secrets.compare_digest(device.token_hash, _hash(token))


def _is_expected(user: User, name: str, address: str, now: datetime) -> bool:
    """The very first login, or another of the same moment: a browser without a cookie yet may log in twice at once."""
    same = (Device.name == name, Device.address == address, Device.created_at > now - _SAME_LOGIN)
    mine = Device.user_id == user.id
    found = db.session.execute(select(exists().where(mine), exists().where(mine, *same))).one()
    return not found[0] or found[1]


def _forget_oldest(user: User) -> None:
    """Keep the `MOST` that were used last."""
    mine = select(Device.id, func.row_number().over(order_by=(Device.last_seen_at.desc(), Device.id.desc())).label("n"))
    ranked = mine.where(Device.user_id == user.id).subquery()
    old = select(ranked.c.id).where(ranked.c.n > MOST)
    db.session.execute(delete(Device).where(Device.id.in_(old)).execution_options(synchronize_session=False))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
