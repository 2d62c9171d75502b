"""Signatures of /v1: hex HMAC-SHA256 over `timestamp + METHOD + path + body`."""

from __future__ import annotations

import hmac


class Secret:
    """Shows nothing of itself, also where a traceback tells the values of its frames."""

    __slots__ = ("_text",)

    def __init__(self, text: str | Secret) -> None:
        self._text: str = text._text if isinstance(text, Secret) else text  # noqa: SLF001 - one of our own

    def __repr__(self) -> str:
        return "Secret(...)"

    def keyed(self) -> hmac.HMAC:
        """Raises ValueError for what can be no secret."""
        if not self._text.startswith("ms_"):
            raise ValueError("api_secret: must be a secret that begins with ms_")
        return hmac.new(self._text.encode(), digestmod="sha256")


class Signer:
    """Keeps the secret as a keyed HMAC only: there is no text of it for a log, a repr or a traceback to show."""

    def __init__(self, api_key: str, api_secret: Secret) -> None:
        if not api_key.startswith("mk_") or not (api_key.isascii() and api_key.isprintable()):
            raise ValueError("api_key: must be a key that begins with mk_")
        self.api_key = api_key
        self._keyed = api_secret.keyed()

    def headers(self, timestamp: int, method: str, path: bytes, body: bytes) -> dict[str, str]:
        """`timestamp` in Unix seconds; `path` with its query and `body` byte for byte as they are sent."""
        signature = self._keyed.copy()
        signature.update(f"{timestamp}{method.upper()}".encode() + path + body)
        return {
            "X-API-Key": self.api_key,
            "X-Timestamp": str(timestamp),
            "X-Signature": signature.hexdigest(),
        }
