"""Keys for a user's programs: made, changed and revoked by their owner, opened where a signature is checked."""

from __future__ import annotations

import secrets
import string
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select

from mysignals import clock
from mysignals.extensions import db
from mysignals.models import ApiKey, User

from . import key_news, paging, people, sealing
from .errors import Conflict, Invalid, NotFound

MOST_KEYS = 20
"""Live ones of a user."""
PURPOSE = "api key secret"
_ALPHABET = string.ascii_letters + string.digits
_KEY_LENGTH, _SECRET_LENGTH = 32, 48


def make(user: User, columns: dict[str, Any]) -> tuple[ApiKey, str]:
    """A new key and its secret, which is never shown again; raises Conflict past MOST_KEYS."""
    # One after the other, so that two at once do not both count nineteen.
    people.locked_to_add(user.id)
    if _live(user) >= MOST_KEYS:
        raise Conflict(f"You have {MOST_KEYS} keys; revoke one that you do not need any more.")
    found, secret = drawn(user.id, columns)
    db.session.add(found)
    key_news.tell(user.id, f"The API key {_named(found)} was made. It may {_listed(found.permissions)}.")
    db.session.commit()
    return found, secret


def drawn(user_id: int, columns: dict[str, Any]) -> tuple[ApiKey, str]:
    """A key and its secret, not stored yet, and told to nobody."""
    secret = _random("ms_", _SECRET_LENGTH)
    sealed = sealing.seal(PURPOSE, secret.encode())
    return ApiKey(user_id=user_id, key=_random("mk_", _KEY_LENGTH), sealed_secret=sealed, **columns), secret


def change(user: User, key_id: int, columns: dict[str, Any]) -> ApiKey:
    """Set what is given and leave the rest, the secret too; raises NotFound, and Conflict where it is revoked."""
    return _change(_mine(user, key_id), columns)


def narrow(user: User, key_id: int, columns: dict[str, Any]) -> ApiKey:
    """As `change`, for what gives a key nothing to do that it may not yet; raises Invalid, too."""
    found = _mine(user, key_id)
    wider = [name for name in columns.get("permissions", ()) if name not in found.permissions]
    if wider:
        raise Invalid({"permissions": f"This key may not {_listed(wider)}. Make another key that may."})
    return _change(found, columns)


def one(user: User, key_id: int) -> ApiKey:
    """Raises NotFound."""
    found = db.session.scalar(select(ApiKey).where(ApiKey.id == key_id, ApiKey.user_id == user.id))
    if found is None:
        raise NotFound("You have no such API key.")
    return found


def _change(found: ApiKey, columns: dict[str, Any]) -> ApiKey:
    before = _rights(found)
    for column, value in columns.items():
        setattr(found, column, value)
    if _rights(found) != before:
        key_news.tell(found.user_id, f"The API key {_named(found)} was changed. {_told(found)}")
    db.session.commit()
    return found


def revoke(user: User, key_id: int) -> ApiKey:
    """It stops working at once, for ever; raises NotFound, and Conflict where it is revoked already."""
    found = _mine(user, key_id)
    found.revoked_at = clock.now()
    key_news.tell(user.id, f"The API key {_named(found)} was revoked.")
    db.session.commit()
    return found


def listed(user: User, page: int) -> paging.Page[ApiKey]:
    """One page, newest first; revoked ones stay on the list, so that their use can be looked up."""
    return paging.of_values(select(ApiKey).where(ApiKey.user_id == user.id).order_by(ApiKey.id.desc()), page)


def opened(key: str) -> tuple[ApiKey, str] | None:
    """A key that works now, by its public part, with its secret; None where there is none. For checking signatures.

    Raises sealing.CannotOpen where SECRET_KEY is not the one it was made under.
    """
    found = db.session.scalar(select(ApiKey).where(ApiKey.key == key, *_works()))
    return None if found is None else (found, sealing.open_sealed(PURPOSE, found.sealed_secret).decode())


def state_of(found: ApiKey) -> str:
    """`revoked`, `expired` or `active`, now."""
    if found.revoked_at is not None:
        return "revoked"
    return "expired" if _has_expired(found.expires_at) else "active"


def _has_expired(expires_at: datetime | None) -> bool:
    return expires_at is not None and expires_at <= clock.now()


def _works() -> tuple[Any, ...]:
    return ApiKey.revoked_at.is_(None), or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > clock.now())


def _live(user: User) -> int:
    return db.session.scalar(select(func.count()).where(ApiKey.user_id == user.id, *_works())) or 0


def _mine(user: User, key_id: int) -> ApiKey:
    query = select(ApiKey).where(ApiKey.id == key_id, ApiKey.user_id == user.id)
    found = db.session.scalar(query.with_for_update())
    if found is None:
        raise NotFound("You have no such API key.")
    if found.revoked_at is not None:
        raise Conflict("This API key was revoked already; make a new one.")
    return found


def _random(prefix: str, length: int) -> str:
    return prefix + "".join(secrets.choice(_ALPHABET) for _ in range(length))


def _named(found: ApiKey) -> str:
    """Never the whole of it: the mail may be read by others."""
    hint = f"…{found.key[-4:]}"
    return f"“{found.label}” ({hint})" if found.label else hint


def _rights(found: ApiKey) -> tuple[list[str], list[str], datetime | None]:
    """What an owner wants to hear of when it changes; the name and the pace of a key are not."""
    return sorted(found.permissions), sorted(found.addresses), found.expires_at


def _told(found: ApiKey) -> str:
    at = f"{len(found.addresses)} addresses or networks" if len(found.addresses) > 3 else ", ".join(found.addresses)
    until = f"until {found.expires_at:%Y-%m-%d %H:%M} UTC" if found.expires_at else "without an end"
    return f"It may {_listed(found.permissions)} from {at or 'everywhere'}, {until}."


def _listed(permissions: list[str]) -> str:
    return " and ".join(permissions)
