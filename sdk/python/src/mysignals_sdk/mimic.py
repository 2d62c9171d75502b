"""For programs that were written for the MIMIC public API: its class with its methods, over Client."""

from __future__ import annotations

import json
from typing import Any

from . import calls
from .client import Client
from .errors import ApiError
from .signing import Secret
from .transport import DEFAULT_BASE_URL
from .wire import Call, Reply


class MimicAPI:
    """Answers are the JSON as it comes, refusals too. Where the server is stands in `BASE_URL`, or is `base_url`.

    Unlike the class it stands in for, it sends again what is safe to send again, and a POST is carried out once.
    """

    BASE_URL = DEFAULT_BASE_URL

    def __init__(self, api_key: str, api_secret: str, base_url: str | None = None) -> None:
        hidden, api_secret = Secret(api_secret), ""
        self._client = Client(api_key, hidden, base_url=base_url or self.BASE_URL)

    def close(self) -> None:
        self._client.close()

    def send_signal(self, symbol: str, action: str, **kwargs: Any) -> Any:
        return self._json(calls.signal({"symbol": symbol, "action": action, **kwargs}, None))

    def execute_order(self, symbol: str, side: str, **kwargs: Any) -> Any:
        return self._json(calls.order({"symbol": symbol, "side": side, **kwargs}, None))

    def get_account(self) -> Any:
        return self._json(calls.account(None))

    def get_positions(self) -> Any:
        return self._json(calls.positions(None))

    def _json(self, call: Call[Any]) -> Any:
        as_it_comes = Call(call.method, call.path, _body, call.query, call.body, call.idempotency_key)
        try:
            return self._client.ask(as_it_comes)
        except ApiError as refusal:
            return refusal.body


def _body(parsed: Any, reply: Reply) -> Any:
    return json.loads(reply.body)
