"""A program with a key, as the source document describes one: signs with its own code and sends."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from dataclasses import dataclass, replace
from typing import Any

from flask.testing import FlaskClient

from mysignals.models import ApiKey, User
from mysignals.services import api_keys
from tests.support.served import House


@dataclass
class Program:
    """Over Flask's client; `signs` leaves any part of a request changed after it was signed."""

    client: FlaskClient
    key: str
    secret: str
    key_id: int

    def headers(self, method: str, path: str, body: str = "", at: str = "") -> dict[str, str]:
        timestamp = at or str(int(time.time()))
        message = f"{timestamp}{method.upper()}{path}{body}"
        signature = hmac.new(self.secret.encode(), message.encode(), hashlib.sha256).hexdigest()
        return {
            "X-API-Key": self.key, "X-Timestamp": timestamp, "X-Signature": signature,
            "Content-Type": "application/json",
        }  # fmt: skip

    def get(self, path: str, signed_as: str = "", **more: Any) -> Any:
        return self.client.get(path, headers=self.headers("GET", signed_as or path), **more)

    def post(self, path: str, body: Any = None, headers: dict[str, str] | None = None, **more: Any) -> Any:
        text = json.dumps(body or {})
        return self.client.post(path, data=text, headers=self.headers("POST", path, text) | (headers or {}), **more)

    def from_(self, address: str) -> Program:
        """The same, seen at another address."""
        client = self.client.application.test_client()
        client.environ_base["REMOTE_ADDR"] = address
        return replace(self, client=client)


def program(house: House, user: User, **columns: Any) -> Program:
    given: dict[str, Any] = {"permissions": ["read", "signal", "trade"], "rate_limit": 120}
    with house.app.app_context():
        made, secret = api_keys.make(user, given | columns)
        return Program(house.anonymous(), made.key, secret, made.id)


def stored(house: House, one: Program) -> ApiKey:
    found: ApiKey = house.fresh(ApiKey(id=one.key_id))
    return found
