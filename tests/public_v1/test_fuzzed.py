"""A fuzzer that reads docs/openapi.json finds no difference between it and what the API does.

It sends what the document allows and what it forbids, over HTTP, each request signed as it goes over the wire.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from redis import Redis
from requests.auth import AuthBase
from schemathesis import GenerationMode
from werkzeug.serving import make_server

from mysignals.services.portfolio import kept
from mysignals.services.portfolio.kept import Figures, Open
from tests.public_v1.program import Program, program
from tests.support.served import House

ROOT = Path(__file__).parents[2]
EXAMPLES_EACH = 60


def _closed(document: dict[str, Any]) -> dict[str, Any]:
    """An answer may hold nothing that the document does not tell of, though programs shall bear that."""
    for schema in document["components"]["schemas"].values():
        schema.setdefault("additionalProperties", False)
    return document


class Signed(AuthBase):
    """Signs what is about to be sent, byte for byte; and forgets how often the key was used, for a fuzzer asks much."""

    bot: Program
    redis: Redis

    def __call__(self, sent: requests.PreparedRequest) -> requests.PreparedRequest:
        for name in self.redis.scan_iter("mysignals:v1:*"):
            self.redis.delete(name)
        parts = urlsplit(str(sent.url))
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        body = sent.body or b""
        timestamp = str(int(time.time()))
        message = f"{timestamp}{sent.method}{path}".encode() + (body.encode() if isinstance(body, str) else body)
        signature = hmac.new(self.bot.secret.encode(), message, hashlib.sha256).hexdigest()
        sent.headers.update({"X-API-Key": self.bot.key, "X-Timestamp": timestamp, "X-Signature": signature})
        return sent


SIGNED = Signed()
DOCUMENTED = schemathesis.openapi.from_dict(_closed(json.loads((ROOT / "docs" / "openapi.json").read_text())))
DOCUMENTED.config.generation.update(modes=list(GenerationMode))
DOCUMENTED.config.generation.with_security_parameters = (
    False  # Ours are right, and the check of signatures leaves them out.
)
DOCUMENTED.auth.set_from_requests(SIGNED)


@pytest.fixture
def base_url(house: House) -> Iterator[str]:
    ann = house.user("ann")
    SIGNED.bot, SIGNED.redis = program(house, ann), house.app.extensions["redis"]
    _figures(house, [house.account(ann).id, house.account(ann, exchange="phemex").id])
    server = make_server("127.0.0.1", 0, house.app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@DOCUMENTED.parametrize()
@settings(max_examples=EXAMPLES_EACH, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_what_is_sent_and_answered_is_what_the_document_says(case: Any, base_url: str) -> None:
    case.call_and_validate(base_url=base_url)


def _figures(house: House, accounts: list[int]) -> None:
    """What a worker would have read, kept for as long as the test takes."""
    some = Open("BTCUSDT", "long", Decimal("0.1"), Decimal(42000), None, Decimal("1.5"), None, 10)
    money, now = (Decimal("10.5"), Decimal(5), Decimal("1.5")), int(time.time() * 1000)
    with house.app.app_context():
        for account_id in accounts:
            kept.keep(Figures(account_id, now, *money, (some,), ("no price",), ("spot",)), is_whole=True)
            SIGNED.redis.pexpire(f"mysignals:portfolio:{account_id}", 600_000)
