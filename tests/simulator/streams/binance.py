"""A signer of the WebSocket API for the tests, written from EXCHANGES 2.9."""

import hashlib
import hmac
import time
from typing import Any

from tests.simulator.streams.client import Ear

SUBSCRIBE = "userDataStream.subscribe.signature"


def signed(account: dict[str, str], now_ms: int | None = None, **params: Any) -> dict[str, Any]:
    whole = {"apiKey": account["api_key"], "timestamp": now_ms or int(time.time() * 1000), **params}
    text = "&".join(f"{name}={whole[name]}" for name in sorted(whole))
    return {**whole, "signature": hmac.new(account["secret"].encode(), text.encode(), hashlib.sha256).hexdigest()}


def call(ear: Ear, method: str, params: dict[str, Any] | None = None) -> Any:
    return ear.ask({"id": "7", "method": method, "params": params or {}})


def subscribe(ear: Ear, account: dict[str, str]) -> int:
    answer = call(ear, SUBSCRIBE, signed(account))
    assert answer["status"] == 200, answer
    number: int = answer["result"]["subscriptionId"]
    return number


def heard_until_quiet(ear: Ear) -> list[dict[str, Any]]:
    """The events so far: what was said before the answer to a ping."""
    ear.say({"id": "quiet", "method": "ping"})
    events = []
    while (message := ear.hear()).get("id") != "quiet":
        events.append(message["event"])
    return events
