"""A fuzzer that reads docs/openapi.json finds no difference between it and what the API does.

It sends what the document allows and what it forbids, over HTTP, each request signed as it goes over the wire.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
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
from schemathesis.specs.openapi.checks import positive_data_acceptance
from werkzeug.serving import make_server

from mysignals.domain.intents import PlaceOrder, SetMarginMode
from mysignals.domain.market import EntryType, MarginMode, Market, Side
from mysignals.domain.outcomes import Accepted
from mysignals.models import WebhookToken
from mysignals.services import webhook_tokens
from tests.public_v1.program import Program, program
from tests.support.waiting import wait_until
from tests.trading.conftest import FUTURES, Desk, desk, floor

__all__ = ["desk", "floor"]
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


def _documented(modes: list[GenerationMode]) -> Any:
    found = schemathesis.openapi.from_dict(_closed(json.loads((ROOT / "docs" / "openapi.json").read_text())))
    found.config.generation.update(modes=modes)
    # Ours are right, and the check of signatures leaves them out.
    found.config.generation.with_security_parameters = False
    found.config.parameters = {"path.token": TOKEN}
    found.auth.set_from_requests(SIGNED)
    return found


TOKEN = "wh_" + "f" * 48
SIGNED = Signed()
DOCUMENTED = _documented(list(GenerationMode))
STATES = _documented([GenerationMode.POSITIVE]).include(path_regex=r"/v1/(signals|orders)/")
OF_SHAPE = re.compile(
    "There is no such field|This field is required|Must be (text|a number|one of|true|more than 0|a whole|from 0)"
    "|Must have at (most 200|least)|Must not (be empty|hold)"
)
"""What a schema can say, so that who keeps to it is never told so."""


@pytest.fixture
def bot(desk: Desk) -> Program:
    """Of a user who can trade, and has a webhook."""
    SIGNED.bot, SIGNED.redis = program(desk.house, desk.ann), desk.house.app.extensions["redis"]
    desk.account(FUTURES)
    desk.account("bitget")
    row = {"token_hash": webhook_tokens.hashed(TOKEN), "token_hint": TOKEN[-4:], "label": "charts"}
    desk.house.add(WebhookToken(user_id=desk.ann.id, **row))
    return SIGNED.bot


@pytest.fixture
def base_url(desk: Desk, bot: Program) -> Iterator[str]:
    """Of a server, for a user who has a position."""
    account = desk.account(FUTURES)
    desk.ask(account, "futures", SetMarginMode("ETHUSDT", MarginMode.CROSS))
    order = PlaceOrder(Market.FUTURES, "ETHUSDT", Side.BUY, EntryType.MARKET, Decimal("0.1"), None, "mine")
    assert isinstance(desk.ask(account, "futures", order), Accepted)
    server = make_server("127.0.0.1", 0, desk.house.app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def asked(desk: Desk, bot: Program) -> dict[str, list[str]]:
    """The ids of signals and orders of the key: openings of ann, who provides signals here, and closings of them."""
    desk.run("UPDATE users SET role = 'Provider' WHERE id = :id", id=desk.ann.id)
    desk.house.following(desk.paul, desk.ann, desk.account(FUTURES, desk.paul))
    what = {"symbol": "BTCUSDT", "quantity": "0.01"}
    sent = [bot.post("/v1/signal", what | {"action": "open_long"}), bot.post("/v1/orders", what | {"side": "buy"})]
    under_way = "SELECT 1 FROM deliveries WHERE state IN ('queued', 'sending', 'unknown')"
    wait_until(lambda: not desk.rows(under_way), 60, "the entries", every=0.1)
    sent += [bot.post("/v1/orders", what | {"side": "sell", "reduce_only": True, "quantity": "0.002"})]
    sent += [bot.post("/v1/signal", {"symbol": "BTCUSDT", "action": "close_all"})]
    found: dict[str, list[str]] = {"signal_id": [], "order_id": []}
    for answer in sent:
        assert answer.status_code == 200, answer.text
        name = "signal_id" if "signal_id" in answer.json else "order_id"
        found[name].append(answer.json[name])
    return found


@DOCUMENTED.parametrize()
@settings(max_examples=EXAMPLES_EACH, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_what_is_sent_and_answered_is_what_the_document_says(case: Any, base_url: str) -> None:
    answer = case.call(base_url=base_url)
    excluded = [positive_data_acceptance] if _breaks_a_rule_of_trading(answer) else []
    case.validate_response(answer, excluded_checks=excluded)


@STATES.parametrize()
@settings(max_examples=3, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_the_state_of_what_was_asked_is_told_as_documented(
    case: Any, base_url: str, asked: dict[str, list[str]]
) -> None:
    """Unknown ids, which the other one sends, are 404: these are the key's own, and their answers 200."""
    for name, ids in asked.items():
        if name in case.path_parameters:
            for number in ids:
                case.path_parameters[name] = number
                answer = case.call(base_url=base_url)
                case.validate_response(answer)
                assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(("path", "kind"), [("/v1/signal", "signal"), ("/v1/orders", "order")])
def test_what_is_opened_and_what_becomes_of_it_is_told_as_documented(
    desk: Desk, bot: Program, path: str, kind: str
) -> None:
    how = {"action": "open_long"} if kind == "signal" else {"side": "buy"}
    opened = bot.post(path, {"symbol": "BTCUSDT", "quantity": "0.01", **how})
    assert opened.status_code == 200, opened.text
    _expect(path, "POST", opened)
    place, name = f"/v1/{kind}s/{opened.json[f'{kind}_id']}", f"/v1/{kind}s/{{{kind}_id}}"

    def became() -> str:
        answer = bot.get(place)
        _expect(name, "GET", answer)
        status = str(answer.json["status"])
        return "" if status in ("queued", "sending") else status

    wait_until(became, 25, "the entries", every=0.2)
    accounts = bot.get(place).json["accounts"]
    assert [one["state"] for one in accounts] == ["filled", "filled"], accounts


def _breaks_a_rule_of_trading(answer: Any) -> bool:
    """A pair that is not traded, a stop on the wrong side: refused by field, but not for what a schema can say."""
    if answer.status_code != 400:
        return False
    fields = answer.json().get("fields", {})
    return bool(fields) and not any(OF_SHAPE.match(sentence) for sentence in fields.values())


def _expect(path: str, method: str, answer: Any) -> None:
    """The answer is one that the document describes."""
    DOCUMENTED[path][method].validate_response(answer)
