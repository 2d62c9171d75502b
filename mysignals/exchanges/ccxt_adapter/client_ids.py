"""Our order ids as an exchange takes them: some allow letters and digits only."""

from __future__ import annotations

LONGEST = 32
_ESCAPES = {"Z": "ZZ", "-": "Zd", "_": "Zu"}
_MEANINGS = {escape: letter for letter, escape in _ESCAPES.items()}


def spelled(client_id: str) -> str:
    """Letters and digits. Ours have at most 27 characters, so there is room; raises ValueError where there is not."""
    found = "".join(_ESCAPES.get(letter, letter) for letter in client_id)
    if len(found) > LONGEST or not found.isalnum() or not found.isascii():
        raise ValueError(f"{client_id!r} cannot be told in {LONGEST} letters and digits")
    return found


def spelled_back(told: str) -> str:
    """Ids that are none of ours come through as they are, as far as they hold no escape."""
    found, rest = "", told
    while rest:
        pair = rest[:2]
        taken = 2 if pair in _MEANINGS else 1
        found += _MEANINGS.get(pair, rest[0])
        rest = rest[taken:]
    return found
