"""Signatures of /v1: hex HMAC-SHA256 over `timestamp + METHOD + path + body`."""

from __future__ import annotations

import hmac


class Signer:
    """Keeps the secret as a keyed HMAC only: there is no text of it for a log, a repr or a traceback to show."""

    def __init__(self, api_key: str, api_secret: str) -> None:
        if not api_key.startswith("mk_") or not api_key.isascii():
            raise ValueError("api_key: must be a key that begins with mk_")
        if not api_secret.startswith("ms_"):
            raise ValueError("api_secret: must be a secret that begins with ms_")
        self.api_key = api_key
        self._keyed = hmac.new(api_secret.encode(), digestmod="sha256")

    def __repr__(self) -> str:
        return f"Signer({self.api_key!r})"

    def headers(self, timestamp: int, method: str, path: bytes, body: bytes) -> dict[str, str]:
        """`timestamp` in Unix seconds; `path` with its query and `body` byte for byte as they are sent."""
        signature = self._keyed.copy()
        signature.update(f"{timestamp}{method.upper()}".encode() + path + body)
        return {
            "X-API-Key": self.api_key,
            "X-Timestamp": str(timestamp),
            "X-Signature": signature.hexdigest(),
        }
