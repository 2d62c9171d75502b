"""Mails: written by a worker, sent once, tried again with patience, given up in the end."""

from __future__ import annotations

import email
import email.policy
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from mysignals import clock
from mysignals.app import create_app
from mysignals.extensions import db
from mysignals.models import OutgoingMail, Token
from mysignals.services import mails
from tests.support.mail_server import running_mail_server
from tests.support.served import House


def queued(house: House, kind: str = "activate", **columns: Any) -> OutgoingMail:
    return house.add(OutgoingMail(user_id=house.user().id, kind=kind, **columns))


def deliver(app: Flask, mail_id: int) -> None:
    with app.app_context():
        mails.deliver(mail_id)


@contextmanager
def sending_to(house: House, port: int) -> Iterator[Flask]:
    """The app, told of a mail server at `port` of this machine."""
    settings = house.app.extensions["settings"]
    told = replace(settings, mail_server="127.0.0.1", mail_port=port, mail_use_tls=False)
    app = create_app(told)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def unreachable(house: House) -> Iterator[Flask]:
    """The app with a mail server that is not there."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with sending_to(house, closed.getsockname()[1]) as app:
            yield app


@pytest.mark.parametrize("kind", ["activate", "reset", "already_registered"])
def test_a_mail_has_a_text_and_a_page_with_the_same_link(house: House, kind: str) -> None:
    waiting = queued(house, kind)
    deliver(house.app, waiting.id)
    file = house.app.extensions["settings"].outbox / f"{waiting.id}-{kind}.eml"
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    bodies = [part.get_content() for part in message.walk() if not part.is_multipart()]
    link = next(word for word in bodies[0].split() if word.startswith("http://127.0.0.1:5000/"))
    assert len(bodies) == 2 and link in bodies[1]
    assert file.stat().st_mode & 0o777 == 0o600 and message["To"].endswith("@example.com")
    assert house.fresh(waiting).state == "sent"


def test_where_there_is_a_mail_server_it_gets_the_mail_and_no_file_is_kept(house: House) -> None:
    waiting = queued(house)
    with running_mail_server() as server, sending_to(house, server.port) as app:
        deliver(app, waiting.id)
    message = email.message_from_bytes(server.mails[0], policy=email.policy.default)
    assert message["Subject"] == "Activate your MySignals account" and house.fresh(waiting).state == "sent"
    assert not list(house.app.extensions["settings"].outbox.glob(f"{waiting.id}-*"))


def test_two_workers_send_a_mail_once(house: House) -> None:
    waiting = queued(house)
    with ThreadPoolExecutor(4) as workers:
        list(workers.map(lambda _: deliver(house.app, waiting.id), range(8)))
    assert house.count(Token) == 1 and house.fresh(waiting).attempts == 1


def test_a_failed_attempt_is_repeated_until_given_up(house: House, unreachable: Flask) -> None:
    waiting = queued(house)
    states = []
    for _ in range(7):
        deliver(unreachable, waiting.id)
        row = house.fresh(waiting)
        states.append((row.state, row.attempts))
    assert states == [*(("queued", n) for n in range(1, 6)), ("failed", 6), ("failed", 6)]
    assert "Refused" in house.fresh(waiting).error


@pytest.mark.parametrize(
    ("attempts", "minutes", "due"), [(0, 0.5, False), (0, 1.1, True), (1, 1.5, False), (3, 7, False), (3, 8.1, True)]
)
def test_the_sweep_waits_twice_as_long_after_every_attempt(
    house: House, attempts: int, minutes: float, due: bool
) -> None:
    waiting = queued(house, attempts=attempts, created_at=clock.now() - timedelta(minutes=minutes))
    with house.app.app_context():
        assert mails.waiting() == ([waiting.id] if due else [])
        db.session.rollback()


def test_what_was_sent_is_not_swept(house: House) -> None:
    queued(house, state="sent", created_at=clock.now() - timedelta(hours=1))
    with house.app.app_context():
        assert mails.waiting() == []
