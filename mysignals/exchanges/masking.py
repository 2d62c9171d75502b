"""What an exchange says may hold the key that it was asked with: never shown to anybody."""

from __future__ import annotations

from dataclasses import replace

from mysignals.domain.outcomes import Outcome, Rejected, Unknown

from .wire import Credentials

MASK = "…"
SHORTEST = 6
"""Nothing shorter is a key; masking it would only spoil the words."""


def masked(outcome: Outcome, credentials: Credentials) -> Outcome:
    """The outcome without key, secret and passphrase. Phemex answers `Failed to find api-key ...` (EXCHANGES 6.9)."""
    if isinstance(outcome, Rejected):
        words = _without(outcome.message, credentials)
        return outcome if words is outcome.message else replace(outcome, message=words)
    if isinstance(outcome, Unknown):
        words = _without(outcome.cause, credentials)
        return outcome if words is outcome.cause else replace(outcome, cause=words)
    return outcome


def _without(words: str, credentials: Credentials) -> str:
    for hidden in (credentials.api_key, credentials.secret, credentials.passphrase):
        if len(hidden) >= SHORTEST and hidden in words:
            words = words.replace(hidden, MASK)
    return words
