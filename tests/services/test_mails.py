"""Mails: written by a worker, handed over once, tried again with patience, given up in the end."""

from __future__ import annotations

import email
import email.policy
import logging
import re
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from flask import Flask

from mysignals import clock
from mysignals.app import create_app
from mysignals.extensions import db
from mysignals.models import OutgoingMail, Token
from mysignals.models.mail import KINDS
from mysignals.services import mails
from mysignals.services.mails import smtp
from mysignals.services.mails.outcomes import Taken
from tests.support.mail_server import DRIP, DROP, HANG, MailServer, running_mail_server
from tests.support.served import House

DETAILS = {
    "new_device": {"device": "Firefox on Windows", "address": "198.51.100.7", "at": "Sat, 21 Nov 2026 06:50:00 GMT"},
    "keys_changed": {"event": "The account was added."},
    "otp_changed": {"event": "The second factor was switched on."},
    "application_refused": {"reason": "Too little experience."},
    "blocked": {"reason": "Somebody else seems to use it."},
}


def queued(house: House, kind: str = "activate", **columns: Any) -> OutgoingMail:
    details = {"details": DETAILS.get(kind, {})}
    return house.add(OutgoingMail(**{"user_id": house.user().id, "kind": kind} | details | columns))


def deliver(app: Flask, mail_id: int) -> None:
    with app.app_context():
        mails.deliver(mail_id)


@contextmanager
def sending_to(house: House, port: int, **changed: Any) -> Iterator[Flask]:
    """The app, told of a mail server at `port` of this machine."""
    settings = house.app.extensions["settings"]
    told = replace(settings, mail_server="127.0.0.1", mail_port=port, mail_use_tls=False, **changed)
    app = create_app(told)
    yield app
    with app.app_context():
        db.engine.dispose()


@contextmanager
def served_by(house: House, **manners: str) -> Iterator[tuple[MailServer, Flask]]:
    """A mail server of such manners, and the app that sends to it, with little patience."""
    with running_mail_server(**manners) as server, sending_to(house, server.port, mail_timeout_seconds=1) as app:
        yield server, app


@pytest.fixture
def unreachable(house: House) -> Iterator[Flask]:
    """The app with a mail server that is not there."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with sending_to(house, closed.getsockname()[1]) as app:
            yield app


def kept(house: House, waiting: OutgoingMail) -> EmailMessage:
    """What lies in the outbox, parsed."""
    file = house.app.extensions["settings"].outbox / f"{waiting.id}-{waiting.kind}.eml"
    assert file.stat().st_mode & 0o777 == 0o600
    return parsed(file.read_bytes())


def parsed(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def bodies(message: EmailMessage) -> tuple[str, str]:
    text, page = (part.get_content() for part in message.walk() if not part.is_multipart())
    return text, page


@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_has_a_text_and_a_page_with_the_same_link(house: House, kind: str) -> None:
    waiting = queued(house, kind)
    deliver(house.app, waiting.id)
    message = kept(house, waiting)
    text, page = bodies(message)
    links = re.findall(r"http://127\.0\.0\.1:5000/\S*", text)
    assert len(links) == 1 and f'href="{links[0]}"' in page
    assert message["To"].endswith("@example.com") and message["Date"] and message["Subject"]
    assert all(value in text and value in page for value in DETAILS.get(kind, {}).values())
    assert house.fresh(waiting).state == "sent"


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_of_a_mail_fetches_nothing_and_has_no_colours_that_one_cannot_read(house: House, kind: str) -> None:
    waiting = queued(house, kind)
    deliver(house.app, waiting.id)
    page = bodies(kept(house, waiting))[1]
    assert not re.search(r"<img|<script|<link|<style|src=|url\(", page)
    assert 'name="color-scheme" content="light dark"' in page
    # A colour without its background, or the other way round, is unreadable in the dark.
    styles = re.findall(r'style="([^"]*)"', page)
    assert all((" color:" in f" {style}") == ("background-color:" in style) for style in styles)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"activate", "reset"}))
def test_a_mail_that_only_tells_something_holds_no_token(house: House, kind: str) -> None:
    deliver(house.app, queued(house, kind).id)
    assert house.count(Token) == 0


def test_what_others_have_written_is_text_and_stays_on_its_line(house: House) -> None:
    bad = {"reason": "<b>no</b>\r\nBcc: x@example.com\n{{ user.email }}\u202ereversed"}
    waiting = queued(house, "application_refused", details=bad)
    deliver(house.app, waiting.id)
    message = kept(house, waiting)
    text, page = bodies(message)
    assert message["Bcc"] is None and "\u202e" not in text + page
    assert "<b>no</b>  Bcc: x@example.com {{ user.email }} reversed\r\n" in text
    assert "&lt;b&gt;no&lt;/b&gt;  Bcc" in page


def test_where_there_is_a_mail_server_it_gets_the_mail_and_no_file_is_kept(house: House) -> None:
    waiting = queued(house)
    with served_by(house) as (server, app):
        deliver(app, waiting.id)
    message = parsed(server.mails[0])
    assert message["Subject"] == "Activate your MySignals account" and house.fresh(waiting).state == "sent"
    assert not list(house.app.extensions["settings"].outbox.glob(f"{waiting.id}-*"))


def test_a_line_that_begins_with_a_dot_arrives_as_it_was_written(house: House) -> None:
    letter = smtp.Letter("us@example.com", "ann@example.com", b"one\r\n.\r\n.hidden\ntwo")
    with served_by(house) as (server, app):
        outcome = smtp.hand_over(letter, app.extensions["settings"])
    assert isinstance(outcome, Taken) and server.mails == [b"one\r\n..\r\n..hidden\r\ntwo\r\n"]


def test_several_workers_send_a_mail_once(house: House) -> None:
    waiting = queued(house)
    with ThreadPoolExecutor(4) as workers:
        list(workers.map(lambda _: deliver(house.app, waiting.id), range(8)))
    assert house.count(Token) == 1 and house.fresh(waiting).attempts == 1


def test_a_mail_is_claimed_in_the_database_before_anybody_is_spoken_to(house: House) -> None:
    waiting = queued(house)
    with served_by(house, greeting=HANG) as (server, app):
        sender = threading.Thread(target=deliver, args=(app, waiting.id))
        sender.start()
        while not server.steps:
            sender.join(0.01)
        row = house.fresh(waiting)
        sender.join()
    assert (row.state, row.attempts) == ("sending", 1) and row.claimed_at is not None


# What the server does, and what becomes of the mail.
NOT_TAKEN = [
    {"greeting": "421 too busy"}, {"greeting": "554 go away"}, {"greeting": DROP}, {"greeting": HANG},
    {"EHLO": DROP}, {"MAIL": "550 who are you"}, {"MAIL": "451 later"}, {"RCPT": "450 mailbox busy"}, {"RCPT": HANG},
    {"RCPT": "nonsense"}, {"DATA": "451 later"}, {"DATA": DROP}, {"mail": "452 disk full"},
]  # fmt: skip
REFUSED = [{"RCPT": "550 <ann@example.com> unknown"}, {"DATA": "554 no"}, {"mail": "552 too large"}]
DOUBTFUL = [{"mail": DROP}, {"mail": HANG}, {"mail": DRIP}, {"mail": "nonsense"}]


@pytest.mark.parametrize("manners", NOT_TAKEN)
def test_what_was_certainly_not_taken_is_sent_later(house: House, manners: dict[str, str]) -> None:
    waiting = queued(house)
    with served_by(house, **manners) as (server, app):
        deliver(app, waiting.id)
        row = house.fresh(waiting)
        assert (row.state, row.attempts) == ("queued", 1) and row.next_try_at > clock.now() and row.error
        server.manners.clear()
        server.mails.clear()
        again(app, waiting)
    assert len(server.mails) == 1
    assert (house.fresh(waiting).state, house.fresh(waiting).error) == ("sent", None)


@pytest.mark.parametrize("manners", REFUSED)
def test_what_is_refused_for_good_is_not_tried_again(
    house: House, manners: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    waiting = queued(house)
    with served_by(house, **manners) as (server, app), caplog.at_level(logging.ERROR, "mysignals"):
        deliver(app, waiting.id)
        again(app, waiting)
    assert server.steps.count("RCPT") == 1
    assert house.fresh(waiting).state == "failed" and "the server answered 55" in house.fresh(waiting).error
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == 1 and f"mail {waiting.id} (activate) given up" in lines[0] and "@" not in lines[0]


@pytest.mark.parametrize("manners", DOUBTFUL)
def test_what_may_have_been_taken_is_never_sent_again(house: House, manners: dict[str, str]) -> None:
    waiting = queued(house)
    with served_by(house, **manners) as (server, app):
        deliver(app, waiting.id)
        again(app, waiting)
    assert len(server.mails) == 1
    assert house.fresh(waiting).state == "failed" and "may have been sent" in house.fresh(waiting).error


def again(app: Flask, waiting: OutgoingMail) -> None:
    """The sweep, as late as it takes."""
    with app.app_context():
        db.session.get_one(OutgoingMail, waiting.id).next_try_at = None
        db.session.commit()
        mails.settle_dead()
        mails.deliver_waiting()


def test_a_failed_attempt_is_repeated_until_given_up(house: House, unreachable: Flask) -> None:
    waiting = queued(house)
    states, waits = [], []
    for _ in range(7):
        before = clock.now()
        with unreachable.app_context():
            mails.deliver(waiting.id)
        row = house.fresh(waiting)
        states.append((row.state, row.attempts))
        if row.next_try_at:
            waits.append((row.next_try_at - before) / timedelta(minutes=1))
            with unreachable.app_context():
                db.session.get_one(OutgoingMail, waiting.id).next_try_at = before
                db.session.commit()
    assert states == [*(("queued", n) for n in range(1, 6)), ("failed", 6), ("failed", 6)]
    assert all(0.79 * full <= wait <= 1.21 * full for wait, full in zip(waits, (1, 2, 4, 8, 16), strict=True))
    assert "Refused" in house.fresh(waiting).error


def test_a_mail_that_waits_for_its_next_attempt_is_not_sent_before(house: House) -> None:
    waiting = queued(house, attempts=1, next_try_at=clock.now() + timedelta(seconds=30))
    deliver(house.app, waiting.id)
    with house.app.app_context():
        mails.deliver_waiting()
    assert house.fresh(waiting).state == "queued"


@pytest.mark.parametrize(("age_s", "found"), [(30, False), (61, True)])
def test_the_sweep_leaves_new_mails_a_minute_to_the_workers_that_were_told(
    house: House, age_s: float, found: bool
) -> None:
    waiting = queued(house, created_at=clock.now() - timedelta(seconds=age_s))
    with house.app.app_context():
        assert mails.due(after=timedelta(minutes=1)) == ([waiting.id] if found else [])
        db.session.rollback()


@pytest.mark.parametrize("state", ["sent", "sending", "failed"])
def test_only_what_is_queued_is_due(house: House, state: str) -> None:
    queued(house, state=state, claimed_at=clock.now(), created_at=clock.now() - timedelta(hours=1))
    with house.app.app_context():
        assert mails.due() == []
        db.session.rollback()


@pytest.mark.parametrize(("minutes", "state"), [(9.5, "sending"), (10.5, "failed")])
def test_what_a_worker_died_over_is_given_up_after_ten_minutes(
    house: House, minutes: float, state: str, caplog: pytest.LogCaptureFixture
) -> None:
    claimed = clock.now() - timedelta(minutes=minutes)
    waiting = queued(house, state="sending", attempts=1, claimed_at=claimed)
    with house.app.app_context(), caplog.at_level(logging.ERROR, "mysignals"):
        mails.settle_dead()
    assert house.fresh(waiting).state == state
    assert len(caplog.records) == (state == "failed")


def test_a_worker_that_comes_back_after_it_was_given_up_says_nothing_more(house: House) -> None:
    waiting = queued(house)
    with served_by(house, mail=HANG) as (server, app):
        sender = threading.Thread(target=deliver, args=(app, waiting.id))
        sender.start()
        while not server.mails:
            sender.join(0.01)
        with house.app.app_context():
            db.session.get_one(OutgoingMail, waiting.id).error = "given up by the sweep"
            db.session.get_one(OutgoingMail, waiting.id).state = "failed"
            db.session.commit()
        sender.join()
    assert house.fresh(waiting).error == "given up by the sweep"


def test_while_the_mail_server_is_away_one_mail_is_tried_and_the_others_keep_their_attempts(
    house: House, unreachable: Flask
) -> None:
    waiting = [queued(house) for _ in range(3)]
    with unreachable.app_context():
        mails.deliver_waiting()
    assert sorted(house.fresh(one).attempts for one in waiting) == [0, 0, 1]


def test_a_recipient_who_cannot_be_reached_now_holds_up_nobody_else(house: House) -> None:
    busy, other = queued(house), queued(house)
    with served_by(house, RCPT="450 mailbox busy") as (_, app):
        deliver_waiting(app)
        assert [house.fresh(one).attempts for one in (busy, other)] == [1, 1]


def test_one_thread_of_a_process_waits_for_the_mail_server_and_takes_along_what_the_others_brought(
    house: House,
) -> None:
    waiting = [queued(house) for _ in range(4)]
    with served_by(house, greeting=HANG) as (server, app):
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(lambda _: deliver_waiting(app), range(4)))
        assert server.steps == ["greeting"]
        server.manners.clear()
        deliver_waiting(app)
        assert sorted(house.fresh(one).state for one in waiting) == ["queued", "sent", "sent", "sent"]


def test_a_sweep_takes_along_what_was_brought_while_it_waited_for_the_mail_server(house: House) -> None:
    queued(house, created_at=clock.now() - timedelta(minutes=2))
    with served_by(house, mail=HANG) as (server, app):
        sweep = threading.Thread(target=deliver_waiting, args=(app, timedelta(minutes=1)))
        sweep.start()
        while "mail" not in server.steps:
            sweep.join(0.01)
        server.manners.clear()
        new = queued(house)
        deliver_waiting(app)
        assert house.fresh(new).state == "queued"
        sweep.join()
    assert house.fresh(new).state == "sent"


def deliver_waiting(app: Flask, after: timedelta = timedelta()) -> None:
    with app.app_context():
        mails.deliver_waiting(after=after)


def test_every_attempt_has_the_same_message_id_and_a_token_of_its_own(house: House) -> None:
    waiting = queued(house, "reset")
    with served_by(house, mail="451 later") as (server, app):
        deliver(app, waiting.id)
        again(app, waiting)
    first, second = (parsed(raw) for raw in server.mails)
    assert first["Message-ID"] == second["Message-ID"] and bodies(first)[0] != bodies(second)[0]
    assert first["Message-ID"] != parsed_of_another(house)["Message-ID"]


def parsed_of_another(house: House) -> EmailMessage:
    other = queued(house, "reset")
    deliver(house.app, other.id)
    return kept(house, other)


def test_an_address_with_letters_of_another_alphabet_is_written_so_that_servers_know_it(house: House) -> None:
    user = house.user(email="ann@b\u00fccher.example")
    waiting = house.add(OutgoingMail(user_id=user.id, kind="reset"))
    with served_by(house) as (server, app):
        deliver(app, waiting.id)
    assert parsed(server.mails[0])["To"] == "ann@xn--bcher-kva.example"


def test_mails_are_counted_by_state(house: House) -> None:
    for state in ("queued", "queued", "sending", "failed", "sent"):
        queued(house, state=state)
    with house.app.app_context():
        assert mails.by_state() == {"queued": 2, "sending": 1, "failed": 1}
        db.session.rollback()
