"""Bitget's signature: HMAC-SHA256 in base64 over the bytes that are sent (EXCHANGES 4.1 and 5.2)."""

from __future__ import annotations

import hmac
from base64 import b64encode


def signature(secret: str, prehash: str) -> str:
    """`prehash` is timestamp, method, path, query and body in a row, as `prehash` below puts them."""
    return b64encode(hmac.digest(secret.encode(), prehash.encode(), "sha256")).decode()


def prehash(now_ms: int, method: str, path: str, query: str, body: str) -> str:
    """What is signed. `query` comes as sent, without `?`.

    The seed says "query parameters (without ?)"; the `?` is signed wherever there is a query (EXCHANGES 8.3).
    """
    asked = f"?{query}" if query else ""
    return f"{now_ms}{method}{path}{asked}{body}"
