"""Sessions live in Redis as JSON; a session that cannot be read is no session."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Flask


class _Json:
    """Flask-Session's own serializer falls back to pickle, which runs whatever Redis holds."""

    def encode(self, session: dict[str, Any]) -> bytes:
        return orjson.dumps(dict(session))

    def decode(self, data: bytes) -> dict[str, Any]:
        try:
            found = orjson.loads(data)
        except orjson.JSONDecodeError:
            return {}
        return found if isinstance(found, dict) else {}


def bind(app: Flask) -> None:
    app.session_interface.serializer = _Json()  # type: ignore[attr-defined]
