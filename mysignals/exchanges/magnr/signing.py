"""Magnr's signature: HMAC-SHA512 in base64 over tonce, key and body (Magnr documentation, EXCHANGES 7)."""

from __future__ import annotations

import hmac
from binascii import b2a_base64


def signature(secret: str, payload: bytes) -> str:
    """`payload` is the tonce, the public key and the body as sent, with nothing between them.

    88 characters in one line: the seed's `base64` breaks it after 76 (EXCHANGES 8.2).
    """
    return b2a_base64(hmac.digest(secret.encode(), payload, "sha512"), newline=False).decode()


def authorization(key: str, secret: str, tonce: str, body: bytes) -> str:
    """The header. The seed's table puts the bare signature after `Basic`, its samples key and signature (8.2)."""
    signed = signature(secret, (tonce + key).encode() + body)
    return "Basic " + b2a_base64(f"{key}:{signed}".encode(), newline=False).decode()
