"""Secrets that the web itself must read again: sealed at rest with keys that come from SECRET_KEY.

For second factors and the secrets of programs' keys. Exchange credentials are not for the web: `services/keys`.
"""

from __future__ import annotations

import hashlib
import hmac

from flask import current_app
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from mysignals.settings import Settings

_SALT = b"mysignals sealing 1"


class CannotOpen(Exception):
    """It was sealed under another SECRET_KEY or for another purpose, or was changed since."""


def seal(purpose: str, plain: bytes) -> bytes:
    """`plain`, readable and changeable only with this installation's SECRET_KEY; 40 bytes longer.

    What is sealed for one purpose does not open for another, so no row can be put in the place of another kind.
    """
    return bytes(_box(purpose).encrypt(plain))


def open_sealed(purpose: str, sealed: bytes) -> bytes:
    """What was sealed for `purpose`; raises CannotOpen."""
    try:
        return _box(purpose).decrypt(bytes(sealed))
    except (CryptoError, ValueError):
        raise CannotOpen(f"what was sealed for {purpose} does not open: was SECRET_KEY changed?") from None


def derived(secret: bytes, purpose: bytes) -> bytes:
    """HKDF-SHA256 (RFC 5869): 32 bytes, which are one block of it."""
    pseudorandom = hmac.digest(_SALT, secret, hashlib.sha256)
    return hmac.digest(pseudorandom, purpose + b"\x01", hashlib.sha256)


def _box(purpose: str) -> SecretBox:
    settings: Settings = current_app.extensions["settings"]
    return SecretBox(derived(settings.secret_key.encode(), purpose.encode()))
