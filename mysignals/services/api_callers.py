"""Who comes in with an API key: its row and its owner's plan, in one statement, asked anew for every request.

Nothing is remembered between requests, so that a revoked key, an expired one or a plan that ended counts at once.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field

from sqlalchemy import text

from . import glances, sealing
from .api_keys import PURPOSE

log = logging.getLogger(__name__)
_FORM = re.compile(r"mk_[A-Za-z0-9]{32}", re.ASCII)
_NOBODY_S = "ms_" + "0" * 48
_FOUND = text("""
    SELECT k.id, k.user_id, u.user_name, k.sealed_secret, k.permissions, k.rate_limit, k.addresses,
           u.is_activated AND u.blocked_at IS NULL AS is_activated,
           u.plan, u.plan = 'pro' AND coalesce(u.plan_until > now(), false) AS is_pro
    FROM api_keys k JOIN users u ON u.id = k.user_id
    WHERE k.key = :key AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
""")


@dataclass(frozen=True, slots=True)
class Caller:
    """A key that works now, and whose it is. `rate_limit` in requests a minute."""

    key_id: int
    user_id: int
    user_name: str
    secret: str = field(repr=False)
    permissions: tuple[str, ...]
    rate_limit: int
    addresses: tuple[str, ...]
    is_activated: bool
    """And not blocked by a registrar."""
    plan: str
    is_pro: bool
    """The plan is `pro` and has not ended."""


def find(key: str) -> Caller | None:
    """The caller with that key; None where no key of that name works now."""
    if not _FORM.fullmatch(key):
        return None
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
        row.is_activated, row.plan, row.is_pro,
    )  # fmt: skip


def nobodys_secret() -> str:
    """What a signature of an unknown key is compared with: opened like a real one, so that it takes as long."""
    return sealing.open_sealed(PURPOSE, sealing.seal(PURPOSE, _NOBODY_S.encode())).decode()
