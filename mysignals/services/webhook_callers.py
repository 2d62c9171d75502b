"""Whose webhook an alert came to: its row and its owner's plan, in one statement, asked anew for every alert."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import text

from . import glances
from .webhook_tokens import hashed

_FORM = re.compile(r"wh_[A-Za-z0-9_-]{48}", re.ASCII)
_FOUND = text("""
    SELECT w.id, w.user_id, u.is_activated AND u.blocked_at IS NULL AS is_activated,
           u.plan = 'pro' AND coalesce(u.plan_until > now(), false) AS is_pro
    FROM webhook_tokens w JOIN users u ON u.id = w.user_id
    WHERE w.token_hash = :hash AND w.revoked_at IS NULL
""")


@dataclass(frozen=True, slots=True)
class WebhookCaller:
    """A webhook that works now, and whose it is."""

    token_id: int
    user_id: int
    is_activated: bool
    """And not blocked by a registrar."""
    is_pro: bool
    """The plan is `pro` and has not ended."""


def find(token: str) -> WebhookCaller | None:
    """None where no such token works now: a rotated or revoked one stops at once."""
    if not _FORM.fullmatch(token):
        return None
    found = glances.rows(_FOUND, {"hash": hashed(token)})
    if not found:
        return None
    row = found[0]
    return WebhookCaller(row.id, row.user_id, row.is_activated, row.is_pro)
