"""POST /v1/webhook/<token>: an alert of a chart is a signal, and its token is in no log of the server."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import requests

from mysignals.services import webhook_tokens
from mysignals.settings import Settings
from tests.public_v1.test_door import MOUNTED, refused
from tests.support.environment import environment_for_tests
from tests.support.served import House
from tests.support.waiting import wait_until
from tests.trading.conftest import FUTURES, Desk, desk, floor

__all__ = ["desk", "floor"]
ROOT = Path(__file__).parents[2]


class Charts:
    def __init__(self, desk: Desk, user: Any) -> None:
        self.desk = desk
        with desk.house.app.app_context():
            made, self.token = webhook_tokens.make(user, "charts")
            self.token_id = made.id

    def send(self, body: dict[str, Any], prefix: str = "/v1", content_type: str = "text/plain; charset=utf-8") -> Any:
        place = f"{prefix}/webhook/{self.token}"
        return self.desk.house.anonymous().post(place, data=json.dumps(body), content_type=content_type)


@pytest.fixture
def charts(desk: Desk) -> Charts:
    desk.account(FUTURES)
    return Charts(desk, desk.ann)


OPEN = {"symbol": "BTCUSDT", "action": "open_long", "quantity": "0.01", "leverage": "10"}


def deliveries(desk: Desk) -> list[int]:
    return [row[0] for row in desk.rows("SELECT id FROM deliveries ORDER BY id")]


def test_an_alert_opens_once_and_another_closes(desk: Desk, charts: Charts) -> None:
    began = time.monotonic()
    first = charts.send(OPEN | {"id": "bar 7"})
    assert time.monotonic() - began < 1
    assert first.status_code == 200 and first.json["processed_users"] == 1, first.text
    again = charts.send(OPEN | {"id": "bar 7", "comment": "later"})
    assert (again.data, again.headers["Idempotent-Replayed"]) == (first.data, "true")
    (delivery,) = deliveries(desk)
    assert desk.wait_for(delivery, "filled") == "filled"
    stored = desk.rows("SELECT api_key_id, webhook_token_id FROM instructions")
    assert [tuple(row) for row in stored] == [(None, charts.token_id)]
    assert charts.send({"symbol": "BTCUSDT", "action": "close_long", "id": "bar 8"}).json["processed_users"] == 1
    assert desk.wait_for(delivery, "closed") == "closed"


@pytest.mark.parametrize("prefix", MOUNTED)
def test_it_is_served_at_every_address(charts: Charts, prefix: str) -> None:
    assert charts.send({"symbol": "BTCUSDT", "action": "close_all"}, prefix).status_code == 200


def test_what_is_wrong_is_told_as_of_a_signal(desk: Desk, charts: Charts) -> None:
    answer = charts.send(OPEN | {"leverage": 126, "size": 1, "action": "buy"})
    assert refused(answer) == (400, "INVALID_REQUEST")
    assert set(answer.json["fields"]) == {"leverage", "size", "action"}
    assert deliveries(desk) == []


def test_who_has_no_account_is_told_so(desk: Desk) -> None:
    assert refused(Charts(desk, desk.ann).send(OPEN)) == (400, "NO_EXCHANGE")


def test_it_is_answered_within_a_second_where_no_price_comes_and_may_be_sent_again(desk: Desk, charts: Charts) -> None:
    """A chart sends again what is answered with a 500."""
    wish = OPEN | {"id": "bar 7", "symbol": "ETHUSDT"}
    desk.fault("delay", on="any", delay_ms=1500, count=3)
    began = time.monotonic()
    answer = charts.send(wish)
    assert time.monotonic() - began < 1
    assert refused(answer) == (500, "EXCHANGE_ERROR") and deliveries(desk) == []
    sent = wait_until(lambda: (one := charts.send(wish)).status_code == 200 and one, 15, "a price", every=0.3)
    assert "Idempotent-Replayed" not in sent.headers and len(deliveries(desk)) == 1


def test_the_token_is_in_no_log_of_the_server(house: House) -> None:
    """Neither in its access log, which an operator may switch on, nor where it tells of what it cannot read."""
    with house.app.app_context():
        _, token = webhook_tokens.make(house.user(), "charts")
    settings: Settings = house.app.extensions["settings"]
    env = environment_for_tests(settings.database_url, settings.redis_url) | {
        "MYSIGNALS_INSTANCE": str(settings.instance), "TRADE_WAIT_SECONDS": "0",
        "GUNICORN_CMD_ARGS": "--access-logfile - --log-level debug --access-logformat '%(r)s %(U)s %({raw_uri}e)s'",
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "public_api.py", "--port", "0"],
        cwd=ROOT, env=os.environ | env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    base = process.stdout.readline().split()[-1]
    wait_until(lambda: requests.get(base.removesuffix("/v1") + "/healthz", timeout=20).ok, 20, "the server")
    for path in (f"webhook/{token}", f"webhook/{token}/more?a=b", f"webhook/%77h_{token[3:]}", f"nothing/{token}"):
        requests.post(f"{base}/{path}", json={"symbol": "BTCUSDT", "action": "close_all"}, timeout=20)
    requests.post(f"{base}/webhook/{token}", data=b"{", headers={"X-Bad": "x" * 9000}, timeout=20)
    process.send_signal(signal.SIGTERM)
    log, _ = process.communicate(timeout=20)
    assert log.count("wh_hidden") >= 4 and "POST /v1/webhook/wh_hidden" in log
    assert token not in log and token[3:] not in log
