"""Alerts come in by the token of their address; each is carried out once where it has an id of its own."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import pytest
from flask import Blueprint, Flask, jsonify, request
from flask.testing import FlaskClient
from sqlalchemy import text

from mysignals import dispatch
from mysignals.app import create_app
from mysignals.extensions import db
from mysignals.models import Notification, User, WebhookToken
from mysignals.services import api_use, once, webhook_tokens
from mysignals.web import parsing, register
from mysignals.web.forms.values import Form
from mysignals.web.forms.values import text as letters
from mysignals.web.public_v1 import alerts
from mysignals.web.public_v1.door import unsigned
from tests.public_v1.test_door import refused
from tests.support.served import House
from tests.support.waiting import wait_until

standing_in = Blueprint("standing_in", __name__)
SEEN: list[str] = []
TO_LOCK: list[int] = []
"""Notifications that an alert locks, one after the other."""
LOCK = text("SELECT id FROM notifications WHERE id = :id FOR UPDATE")


class Wish(Form):
    symbol: Annotated[str, *letters(1, 32)]
    id: Annotated[str, *letters(1, 255)] | None = None
    slow: float = 0.0


@standing_in.post("/alert/<token>")
@unsigned
def alert(token: str) -> Any:
    """Leaves one notification; what a crash report would show of the request is kept in SEEN."""
    SEEN.append(repr(request) + repr(request.environ) + token + request.url)
    found = alerts.sender()
    wish = parsing.json_or_text(Wish)
    if wish.symbol == "BUG":
        raise KeyError("bug")

    def deed() -> Any:
        db.session.add(Notification(user_id=found.user_id, kind="deed", message=wish.symbol))
        dispatch.after_commit(db.session, "portfolio.read")
        db.session.flush()
        for number in TO_LOCK:
            db.session.execute(LOCK, {"id": number})
        time.sleep(wish.slow)
        return jsonify(number=db.session.scalar(text("SELECT count(*) FROM notifications")))

    return alerts.carried_out_once(found, wish.id, deed)


class Charts:
    """A chart's sender: posts to an address, signs nothing."""

    def __init__(self, app: Flask, owner: User) -> None:
        self.app, self.owner = app, owner
        with app.app_context():
            made, self.token = webhook_tokens.make(owner, "charts")
            self.token_id = made.id

    @property
    def client(self) -> FlaskClient:
        return self.app.test_client()

    def send(
        self, body: Any = None, token: str = "", content_type: str = "application/json", where: str = "/v1"
    ) -> Any:
        data = json.dumps({"symbol": "BTCUSDT"} if body is None else body)
        return self.client.post(f"/v1/alert/{token or self.token}", data=data, content_type=content_type)


@pytest.fixture
def app(house: House) -> Iterator[Flask]:
    def with_stand_in(app: Flask) -> None:
        register(app)
        app.register_blueprint(standing_in, url_prefix="/v1")

    app = create_app(house.app.extensions["settings"], with_stand_in)
    SEEN.clear()
    TO_LOCK.clear()
    yield app
    with app.app_context():
        db.engine.dispose()
    app.extensions["redis"].close()


@pytest.fixture
def charts(app: Flask, house: House) -> Charts:
    return Charts(app, house.user("ann"))


def done(house: House) -> int:
    with house.app.app_context():
        return int(db.session.scalar(text("SELECT count(*) FROM notifications WHERE kind = 'deed'")) or 0)


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "text/plain; charset=utf-8"])
def test_an_alert_is_json_whatever_its_sender_calls_it(house: House, charts: Charts, content_type: str) -> None:
    assert charts.send(content_type=content_type).status_code == 200
    assert done(house) == house.tasks("portfolio") == 1


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "text/html", ""])
def test_what_is_called_anything_else_is_refused(house: House, charts: Charts, content_type: str) -> None:
    assert refused(charts.send(content_type=content_type)) == (400, "INVALID_REQUEST")
    assert done(house) == 0


@pytest.mark.parametrize("token", ["wh_" + "x" * 48, "wh_", "x", "wh_hidden", "%00", "mk_" + "x" * 32])
def test_a_token_that_is_nobodys_is_not_found(charts: Charts, token: str) -> None:
    assert refused(charts.send(token=token)) == (404, "NOT_FOUND")


def test_a_rotated_or_revoked_token_stops_at_once(charts: Charts) -> None:
    assert charts.send().status_code == 200
    with charts.app.app_context():
        _, new = webhook_tokens.rotate(charts.owner, charts.token_id)
    assert (charts.send().status_code, charts.send(token=new).status_code) == (404, 200)
    with charts.app.app_context():
        webhook_tokens.revoke(charts.owner, charts.token_id)
    assert charts.send(token=new).status_code == 404


@pytest.mark.parametrize(
    "columns",
    [{"plan": "free"}, {"plan_until": datetime.now(UTC) - timedelta(seconds=1)}, {"is_activated": False}],
    ids=["free", "ended", "inactive"],
)
def test_it_needs_an_active_plan_and_an_active_user(app: Flask, house: House, columns: dict[str, Any]) -> None:
    owner = house.user()
    charts = Charts(app, owner)
    house.change(owner, columns)
    assert refused(charts.send()) == (403, "SUBSCRIPTION_REQUIRED")


def test_a_webhook_may_be_used_sixty_times_a_minute(app: Flask, house: House, charts: Charts) -> None:
    answers = [charts.send() for _ in range(61)]
    assert [one.status_code for one in answers] == [200] * 60 + [429]
    assert 55 <= int(answers[-1].headers["Retry-After"]) <= 60 and done(house) == 60
    assert answers[0].headers["X-RateLimit-Remaining"] == "59"
    assert Charts(app, house.user()).send().status_code == 200


def test_unknown_tokens_are_counted_by_address_and_keep_nobody_else_out(charts: Charts) -> None:
    answers = [charts.send(token="wh_" + "x" * 48).status_code for _ in range(api_use.FAILURES + 1)]
    assert answers == [404] * api_use.FAILURES + [429]
    assert charts.send().status_code == 200


@pytest.mark.parametrize("changed", [{}, {"symbol": "ETHUSDT"}])
def test_a_second_alert_with_that_id_is_answered_and_not_carried_out(
    house: House, charts: Charts, changed: dict[str, Any]
) -> None:
    first, second = charts.send({"symbol": "A", "id": "bar 7"}), charts.send({"symbol": "A", "id": "bar 7"} | changed)
    assert (first.data, second.headers["Idempotent-Replayed"]) == (second.data, "true")
    assert "Idempotent-Replayed" not in first.headers
    assert done(house) == 1


def test_ids_belong_to_their_webhook(app: Flask, house: House, charts: Charts) -> None:
    for one in (charts, Charts(app, house.user()), Charts(app, charts.owner)):
        assert one.send({"symbol": "A", "id": "7"}).status_code == 200
    assert done(house) == 3


def test_without_an_id_every_alert_counts(house: House, charts: Charts) -> None:
    assert [charts.send().status_code for _ in range(3)] == [200] * 3
    assert done(house) == 3


def test_an_id_stays_free_where_the_text_was_wrong(house: House, charts: Charts) -> None:
    assert refused(charts.send({"symbol": "", "id": "7"})) == (400, "INVALID_REQUEST")
    assert charts.send({"symbol": "A", "id": "7"}).status_code == 200
    assert done(house) == 1


@pytest.mark.parametrize("alert_id", ["", "x" * 256, 7, [], "a\nb"])
def test_an_id_that_cannot_be_one_is_refused(house: House, charts: Charts, alert_id: Any) -> None:
    answer = charts.send({"symbol": "A", "id": alert_id})
    assert refused(answer) == (400, "INVALID_REQUEST") and list(answer.json["fields"]) == ["id"]
    assert done(house) == 0


def test_a_hundred_times_one_id_at_once_is_carried_out_once(house: House, charts: Charts) -> None:
    def send(_: int) -> int:
        with charts.app.app_context():
            charts.app.extensions["redis"].delete(f"mysignals:v1:alerts:{charts.token_id}")
        return int(charts.send({"symbol": "A", "id": "7"}).status_code)

    with ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(send, range(100)))
    assert set(statuses) <= {200, 409} and 200 in statuses
    assert done(house) == 1


def test_an_alert_is_answered_within_a_second_also_where_the_first_is_under_way(house: House, charts: Charts) -> None:
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(charts.send, {"symbol": "A", "id": "7", "slow": 2.0})
        time.sleep(0.3)
        began = time.monotonic()
        second = charts.send({"symbol": "A", "id": "7"})
        took = time.monotonic() - began
        assert refused(second) == (409, "CONFLICT") and took < 1
        assert first.result().status_code == 200
    assert done(house) == 1


@pytest.mark.parametrize("named", [{}, {"id": "7"}], ids=["without an id", "with one"])
def test_an_alert_that_a_deadlock_has_undone_is_gone_through_again(
    app: Flask, house: House, charts: Charts, named: dict[str, str]
) -> None:
    first, second = (house.notification(charts.owner).id for _ in range(2))
    TO_LOCK.extend((first, second))
    waits = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    with app.app_context(), db.engine.connect() as other, ThreadPoolExecutor(1) as pool:
        other.execute(LOCK, {"id": second})
        sent = pool.submit(charts.send, {"symbol": "A", **named})
        wait_until(lambda: bool(db.session.scalar(waits)), 20, "the alert to wait")
        other.execute(LOCK, {"id": first})  # Who began to wait first looks for deadlocks first.
        other.rollback()
        assert sent.result(30).status_code == 200
    assert done(house) == house.tasks("portfolio") == 1


def test_a_text_that_is_too_large_is_refused(house: House, charts: Charts) -> None:
    assert refused(charts.send({"symbol": "A", "more": "x" * 70_000})) == (400, "INVALID_REQUEST")
    assert done(house) == 0


def test_its_owner_sees_how_often_it_was_used(house: House, charts: Charts) -> None:
    for _ in range(3):
        charts.send()
    with charts.app.app_context():
        api_use.store()
        found = db.session.get_one(WebhookToken, charts.token_id)
        assert found.uses == 3 and abs(found.last_used_at.timestamp() - time.time()) < 5


@pytest.mark.parametrize("how", ["{token}", "{token}/more", "%77h_{rest}", "{token}?a=b"])
def test_the_token_is_in_no_log_no_figure_and_no_repr(
    charts: Charts, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    caplog.set_level(logging.DEBUG)
    written = how.format(token=charts.token, rest=charts.token.removeprefix("wh_"))
    for body in ({"symbol": "A"}, {"symbol": "BUG"}, {}):
        answer = charts.send(body, token=written)
        assert charts.token not in answer.text and charts.token not in str(answer.headers)
    figures = charts.client.get("/metrics").text
    shown = "".join(SEEN) + caplog.text + figures
    assert "KeyError" in caplog.text or "more" in how
    assert charts.token not in shown and charts.token[3:] not in shown


def test_the_id_of_an_alert_is_kept_as_a_hash(house: House, charts: Charts) -> None:
    charts.send({"symbol": "A", "id": "bar 7"})
    with house.app.app_context():
        row = db.session.execute(text("SELECT * FROM idempotent_requests")).mappings().one()
    assert (row["kind"], row["webhook_token_id"]) == (once.ALERT, charts.token_id)
    assert "bar 7" not in str(dict(row)) and charts.token not in str(dict(row))
