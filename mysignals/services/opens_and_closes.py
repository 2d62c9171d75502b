"""What a provider's signals open and what their closes end come one after the other, so that a close reaches all that
was opened before it, and nothing behind it.

Those who open (publish, a copy that is asked for once more) do not wait for each other; who closes, or ends all signals
of a provider, waits for them, and they for who closes. A lock of its own: the provider's row is written by everybody
who follows or leaves.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text

from mysignals.extensions import db

_OPENS = text("""
    WITH waited AS MATERIALIZED (
        SELECT pg_advisory_xact_lock_shared(hashtextextended('opens and closes ' || :provider, 0)))
    SELECT clock_timestamp() FROM waited
""")
_CLOSES = text("""
    WITH waited AS MATERIALIZED (
        SELECT pg_advisory_xact_lock(hashtextextended('opens and closes ' || :provider, 0)))
    SELECT clock_timestamp() FROM waited
""")


def opens(provider_id: int) -> datetime:
    """Until the caller's transaction ends, nothing of the provider is closed. The moment from which that holds."""
    found: datetime = db.session.scalar(_OPENS, {"provider": str(provider_id)})
    return found


def closes(provider_id: int) -> datetime:
    """Until the caller's transaction ends, nothing of the provider is opened. The moment from which that holds."""
    found: datetime = db.session.scalar(_CLOSES, {"provider": str(provider_id)})
    return found
