"""Signatures of the developer API (CONTRACT section 2): made and compared, nothing else."""

from __future__ import annotations

import hmac
from collections.abc import Iterable


def sign(secret: str, timestamp: str, method: str, path: str, body: bytes = b"") -> str:
    """Hex HMAC-SHA256 over `timestamp + METHOD + path + body`; `path` with its query, as it is sent."""
    head = f"{timestamp}{method.upper()}{path}".encode("latin-1", "replace")
    return hmac.digest(secret.encode(), head + body, "sha256").hex()


def is_signed(secret: str, timestamp: str, method: str, paths: Iterable[str], body: bytes, given: str) -> bool:
    """Whether `given` is the signature for one of `paths`. Takes as long for a wrong one as for a right one."""
    told = given.encode("utf-8", "surrogateescape")
    # A list, so that none is left out because an earlier one fits.
    fits = [hmac.compare_digest(sign(secret, timestamp, method, path, body).encode(), told) for path in paths]
    return any(fits)
