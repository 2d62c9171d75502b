"""What a person is told when a key that opens their account is made, changed or revoked."""

from __future__ import annotations

from . import mails, notices


def tell(user_id: int, event: str) -> None:
    """By notification and mail, in the caller's transaction. `event` is a sentence, and never holds a whole key."""
    notices.tell(user_id, "keys", f"{event} If that was not you, change your password and revoke what you do not know.")
    mails.queue(user_id, "keys_changed", {"event": event})
