"""A POST that is sent again is answered again, and not carried out again."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Blueprint, Flask, jsonify, request
from sqlalchemy import text

from mysignals import dispatch
from mysignals.app import create_app
from mysignals.extensions import db
from mysignals.models import IdempotentRequest, Notification
from mysignals.services import errors, once
from mysignals.web import register
from mysignals.web.public_v1.answers import Code, Refused
from mysignals.web.public_v1.door import caller, needs
from mysignals.web.public_v1.executing import executed_once
from tests.public_v1.program import Program, program
from tests.support.served import House, served
from tests.support.waiting import wait_until

__all__ = ["served"]
START = ""
"""The second in which the test began: a request that is sent again has the timestamp that it had."""
SLOW = threading.Event()
deeds = Blueprint("deeds", __name__)


@pytest.fixture(autouse=True)
def begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "START", str(int(time.time())))


@deeds.post("/deed")
@needs("trade")
@executed_once
def deed() -> Any:
    """Leaves one notification, or says why not."""
    wish = request.get_json()
    db.session.add(Notification(user_id=caller().user_id, kind="deed", message="done"))
    dispatch.after_commit(db.session, "portfolio.read")
    db.session.flush()
    if wish.get("slow"):
        SLOW.wait(8)
    match wish.get("refuse"):
        case "no":
            raise Refused(Code.NO_EXCHANGE, "Connect an account first.")
        case "body":
            raise errors.Invalid({"price": "Must be a number."})
        case "often":
            raise errors.TooOften("Slowly.", 5)
        case "bug":
            raise KeyError("bug")
        case "commit":
            db.session.commit()
    return jsonify(success=True, number=db.session.scalar(text("SELECT count(*) FROM notifications")))


def _register(app: Flask) -> None:
    register(app)
    app.register_blueprint(deeds, url_prefix="/v1")


@pytest.fixture
def bot(house: House) -> Iterator[Program]:
    """At an app that has the deed besides."""
    app = create_app(house.app.extensions["settings"], _register)
    bot = program(house, house.user("ann"))
    bot.client = app.test_client()
    SLOW.clear()
    yield bot
    with app.app_context():
        db.engine.dispose()
    app.extensions["redis"].close()


def again(bot: Program, body: Any, headers: dict[str, str] | None = None, times: int = 1) -> list[Any]:
    """The very same request, signature and all."""
    written = json.dumps(body)
    all_headers = bot.headers("POST", "/v1/deed", written, at=START) | (headers or {})

    def send(_: int) -> Any:
        return bot.client.application.test_client().post("/v1/deed", data=written, headers=all_headers)

    with ThreadPoolExecutor(min(times, 20)) as pool:
        return list(pool.map(send, range(times)))


def done(house: House) -> int:
    with house.app.app_context():
        return int(db.session.scalar(text("SELECT count(*) FROM notifications WHERE kind = 'deed'")) or 0)


def replayed(answer: Any) -> bool:
    return answer.headers.get("Idempotent-Replayed") == "true"


def test_a_hundred_times_the_same_signed_request_at_once_executes_once(house: House, bot: Program) -> None:
    answers = again(bot, {"a": 1}, times=100)
    assert {one.status_code for one in answers} == {200}
    assert len({one.data for one in answers}) == 1
    assert [replayed(one) for one in answers].count(False) == 1
    assert done(house) == 1
    assert house.tasks("portfolio") == 1


def test_a_hundred_times_one_idempotency_key_at_once_executes_once(house: House, bot: Program) -> None:
    def send(number: int) -> Any:
        headers = bot.headers("POST", "/v1/deed", "{}", at=str(int(START) - number)) | {"Idempotency-Key": "order-7"}
        return bot.client.application.test_client().post("/v1/deed", data="{}", headers=headers)

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(send, range(100)))
    assert {one.status_code for one in answers} == {200}
    assert [replayed(one) for one in answers].count(False) == 1
    assert done(house) == 1


def test_requests_that_differ_are_all_carried_out(house: House, bot: Program) -> None:
    for number in range(3):
        assert not replayed(bot.post("/v1/deed", {"number": number}))
    assert done(house) == 3


def test_one_key_with_another_body_is_a_conflict_and_changes_nothing(house: House, bot: Program) -> None:
    key = {"Idempotency-Key": "k"}
    bot.post("/v1/deed", {"a": 1}, key)
    answer = bot.post("/v1/deed", {"a": 2}, key)
    assert (answer.status_code, answer.json["code"]) == (409, "CONFLICT")
    assert done(house) == 1


def test_what_was_answered_by_a_key_is_not_carried_out_without_it(house: House, bot: Program) -> None:
    """The key is not signed: who has heard the requests may leave it out."""
    key = {"Idempotency-Key": "k"}
    bot.post("/v1/deed", {"a": 1}, key)
    for body in ({"a": 1}, {"a": 2}):  # The replay, and the conflict.
        again(bot, body, key)
        assert replayed(again(bot, body)[0])
    assert done(house) == 1


def test_keys_of_one_program_are_not_those_of_another(house: House, bot: Program) -> None:
    other = program(house, house.user())
    other.client = bot.client
    for one in (bot, other):
        assert not replayed(one.post("/v1/deed", {"a": 1}, {"Idempotency-Key": "k"}))
    assert done(house) == 2


def test_a_refusal_is_the_answer_to_its_replay_too_and_leaves_nothing(house: House, bot: Program) -> None:
    first, second = again(bot, {"refuse": "no"})[0], again(bot, {"refuse": "no"})[0]
    assert (first.status_code, first.json["code"]) == (400, "NO_EXCHANGE")
    assert replayed(second) and second.data == first.data
    assert (done(house), house.tasks("portfolio")) == (0, 0)


def test_a_body_that_cannot_be_accepted_leaves_its_key_free(house: House, bot: Program) -> None:
    key = {"Idempotency-Key": "k"}
    answer = again(bot, {"refuse": "body"}, key)[0]
    assert (answer.status_code, answer.json["code"]) == (400, "INVALID_REQUEST")
    assert answer.json["fields"] == {"price": "Must be a number."}
    assert replayed(again(bot, {"refuse": "body"}, key)[0])
    assert not replayed(bot.post("/v1/deed", {"a": 1}, key))
    assert done(house) == 1


@pytest.mark.parametrize(("wish", "status"), [("often", 429), ("bug", 500)])
def test_what_did_not_happen_may_be_sent_again(house: House, bot: Program, wish: str, status: int) -> None:
    for _ in range(2):
        answer = again(bot, {"refuse": wish})[0]
        assert (answer.status_code, replayed(answer)) == (status, False)
    assert (done(house), house.count(IdempotentRequest)) == (0, 0)


def test_a_deed_that_ends_its_transaction_is_a_bug_and_is_still_not_done_twice(house: House, bot: Program) -> None:
    assert [again(bot, {"refuse": "commit"})[0].status_code for _ in range(2)] == [500, 409]
    assert done(house) == 1


def test_who_waits_too_long_is_told_that_it_is_under_way(
    house: House, bot: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(once, "WAIT_S", 0.3)
    key = {"Idempotency-Key": "k"}
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(again, bot, {"slow": True}, key)
        wait_for_lock(house)
        same = again(bot, {"slow": True}, key)[0]
        newly_signed = again(bot, {"slow": True, "x": 1}, key)[0]
        SLOW.set()
        assert first.result()[0].status_code == 200
    for one in (same, newly_signed):
        assert one.status_code == 409 and "still under way" in one.json["error"]
    assert replayed(again(bot, {"slow": True}, key)[0])
    # The second was told no, so it is not carried out without its key either.
    assert again(bot, {"slow": True, "x": 1})[0].status_code == 409
    assert done(house) == 1


def test_one_that_dies_in_the_middle_leaves_the_way_free(house: House, bot: Program) -> None:
    with ThreadPoolExecutor(1) as pool:
        pool.submit(again, bot, {"slow": True})
        wait_for_lock(house)
        with house.app.app_context():
            killed = (
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
            )
            db.session.execute(text(killed))
        SLOW.set()
    answer = again(bot, {"slow": True})[0]
    assert (answer.status_code, replayed(answer)) == (200, False)
    assert done(house) == 1


def test_a_deadlock_that_was_resolved_against_it_is_gone_through_again(house: House, bot: Program) -> None:
    user, tries = house.user(), []
    first, second = house.notification(user).id, house.notification(user).id
    lock = text("SELECT id FROM notifications WHERE id = :id FOR UPDATE")

    def deed() -> once.Answer:
        tries.append(1)
        for number in (first, second):
            db.session.execute(lock, {"id": number})
        return once.Answer(200, b"{}")

    def asked() -> tuple[once.Answer, bool]:
        with house.app.app_context():
            return once.once(once.Asked(((once.KEY, "k"),), b"", api_key_id=bot.key_id), deed)

    with house.app.app_context(), db.engine.connect() as other, ThreadPoolExecutor(1) as pool:
        other.execute(lock, {"id": second})
        answer = pool.submit(asked)
        waits = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        wait_until(lambda: bool(db.session.scalar(waits)), 5, "the deed to wait")
        other.execute(lock, {"id": first})  # Who began to wait first looks for deadlocks first.
        other.rollback()
        assert answer.result(10) == (once.Answer(200, b"{}"), False)
    assert len(tries) == 2
    assert house.count(IdempotentRequest) == 1


def wait_for_lock(house: House) -> None:
    def held() -> bool:
        with house.app.app_context():
            return bool(db.session.scalar(text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")))

    wait_until(held, 5, "the lock")


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "ä"])
def test_a_key_that_cannot_be_one_is_refused(house: House, bot: Program, key: str) -> None:
    answer = bot.post("/v1/deed", {}, {"Idempotency-Key": key})
    assert (answer.status_code, answer.json["code"]) == (400, "INVALID_REQUEST")
    assert done(house) == 0


def test_answers_are_kept_for_a_day(house: House, bot: Program) -> None:
    bot.post("/v1/deed", {"a": 1})
    bot.post("/v1/deed", {"a": 2})
    with house.app.app_context():
        first = db.session.scalar(text("SELECT min(id) FROM idempotent_requests"))
        older = "UPDATE idempotent_requests SET created_at = now() - interval '25 hours' WHERE id = :first"
        db.session.execute(text(older), {"first": first})
        db.session.commit()
        assert once.forget() == 1
    assert house.count(IdempotentRequest) == 1
