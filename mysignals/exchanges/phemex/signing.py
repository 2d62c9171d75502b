"""Phemex's signature: HMAC-SHA256 in lower-case hex (Phemex documentation, EXCHANGES 6.2)."""

from __future__ import annotations

import hmac


def signature(secret: str, prehash: str) -> str:
    """The secret is the key as it is printed; documents of 2019 to 2024 wrongly decode it from base64 first."""
    return hmac.digest(secret.encode(), prehash.encode(), "sha256").hex()


def prehash(path: str, query: str, expiry_s: int, body: str) -> str:
    """Path, query without `?`, expiry and body with nothing between them.

    The seed's second example puts the query of its first into a POST that has none; EXCHANGES 8.1 line 57.
    """
    return f"{path}{query}{expiry_s}{body}"
