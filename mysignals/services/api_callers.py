"""Who comes in with an API key: its row and its owner's plan, in one statement.

They are remembered for seconds, under the version that was theirs before they were read; who uses what is remembered
asks Redis whether that version still holds (`api_use.take_remembered`). So a revoked key, a changed one or a plan that
was taken away counts at once, in every process.
"""

from __future__ import annotations

import logging
import math
import re
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import text

from mysignals import clock

from . import caller_changes, glances, sealing
from .api_keys import PURPOSE
from .caller_changes import Version
from .remembered import Remembered, in_app

log = logging.getLogger(__name__)
REMEMBERED_S = 10
"""Also how long a change by hand, past this application, may take."""
_FORM = re.compile(r"mk_[A-Za-z0-9]{32}", re.ASCII)
_NOBODY_S = "ms_" + "0" * 48
_FOUND = text("""
    SELECT k.id, k.user_id, u.user_name, k.sealed_secret, k.permissions, k.rate_limit, k.addresses, k.expires_at,
           u.is_activated AND u.blocked_at IS NULL AS is_activated, u.plan, u.plan_until
    FROM api_keys k JOIN users u ON u.id = k.user_id
    WHERE k.key = :key AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
""")


@dataclass(frozen=True, slots=True)
class Caller:
    """A key that works, and whose it is. `rate_limit` in requests a minute."""

    key_id: int
    user_id: int
    user_name: str
    secret: str = field(repr=False)
    permissions: tuple[str, ...]
    rate_limit: int
    addresses: tuple[str, ...]
    expires_at: datetime | None
    is_activated: bool
    """And not blocked by a registrar."""
    plan: str
    plan_until: datetime | None
    version: Version | None
    """Under which this may be remembered; None where it may not."""

    @property
    def is_pro(self) -> bool:
        """The plan is `pro` and has not ended."""
        return self.plan == "pro" and self.plan_until is not None and self.plan_until > clock.now()

    @property
    def has_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= clock.now()


def remembered(key: str) -> Caller | None:
    """The caller with that key as it was found some seconds ago: good only where its version holds."""
    found: Caller | None = _callers().get(key)
    return None if found is None or found.has_expired else found


def find(key: str) -> Caller | None:
    """The caller with that key; None where no key of that name works now. Raises RedisError."""
    if not _FORM.fullmatch(key):
        return None
    owner = _owners().get(key)
    # Asked before the row is read: what changes in between has another version, and is read again. Also asked where it
    # cannot be used, for a key that is not known takes as long as one that is.
    version = caller_changes.now(owner or caller_changes.NOBODY)
    found = _read(key, version if owner else None)
    if found is not None:
        _owners().put(key, found.user_id)
        if found.version is not None:
            _callers().put(key, found)
    return found


def nobodys_secret() -> str:
    """What a signature of an unknown key is compared with: opened like a real one, so that it takes as long."""
    return sealing.open_sealed(PURPOSE, sealing.seal(PURPOSE, _NOBODY_S.encode())).decode()


def _read(key: str, version: Version | None) -> Caller | None:
    found = glances.rows(_FOUND, {"key": key})
    if not found:
        return None
    row = found[0]
    try:
        secret = sealing.open_sealed(PURPOSE, row.sealed_secret).decode()
    except sealing.CannotOpen:
        log.error("the secret of API key %s does not open: was SECRET_KEY changed?", row.id)  # noqa: TRY400 - it says it all
        return None
    return Caller(
        row.id, row.user_id, row.user_name, secret, tuple(row.permissions), row.rate_limit, tuple(row.addresses),
        row.expires_at, row.is_activated, row.plan, row.plan_until, version,
    )  # fmt: skip


def _callers() -> Remembered:
    return in_app("remembered callers", REMEMBERED_S)


def _owners() -> Remembered:
    """Whose a key is never changes."""
    return in_app("owners of keys", math.inf)
