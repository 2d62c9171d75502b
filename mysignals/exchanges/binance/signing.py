"""Binance's signature: HMAC-SHA256 in hex over the bytes that are sent (Binance documentation, EXCHANGES 2.2)."""

from __future__ import annotations

import hmac


def signature(secret: str, payload: str) -> str:
    """`payload` is the query string followed by the body, percent-encoded as sent, with nothing between them."""
    return hmac.digest(secret.encode(), payload.encode(), "sha256").hex()


def signed(secret: str, parameters: str, now_ms: int, window_ms: int) -> str:
    """The parameters with time, window and, last, the signature. Both times in ms."""
    middle = f"&{parameters}" if parameters else ""
    payload = f"timestamp={now_ms}{middle}&recvWindow={window_ms}"
    return f"{payload}&signature={signature(secret, payload)}"
