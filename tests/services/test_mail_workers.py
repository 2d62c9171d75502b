"""Mails sent by real workers: two at once send each once, and one that is killed leaves nothing to be sent again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from mysignals import clock, dispatch
from mysignals.app import create_app
from mysignals.extensions import db
from mysignals.models import OutgoingMail, User
from mysignals.services import alive, mails
from mysignals.settings import Settings
from tests.support.engines import Engines
from tests.support.environment import VAULT_PRIVATE_KEY, environment_for_tests
from tests.support.mail_server import HANG, MailServer, running_mail_server
from tests.support.waiting import wait_until
from tests.support.worker_process import WorkerProcess

MANY = 12


class Post:
    """An installation with a mail server, two workers that may be started, and one person who is written to."""

    def __init__(self, env: dict[str, str], folder: Path, server: MailServer) -> None:
        self.server = server
        self.app = create_app(Settings.from_environment(env))
        more = env | {"VAULT_PRIVATE_KEY": VAULT_PRIVATE_KEY}
        self.workers = [self._worker(more, folder / name) for name in ("one", "two")]
        with self.app.app_context():
            ann = User(user_name="ann", email="ann@example.com", password_hash="-", referral_code="00000000")
            db.session.add(ann)
            db.session.commit()
            self.user_id = ann.id

    @staticmethod
    def _worker(env: dict[str, str], folder: Path) -> WorkerProcess:
        folder.mkdir()
        return WorkerProcess(env, folder)

    def queue(self, many: int) -> None:
        with self.app.app_context():
            for _ in range(many):
                mails.queue(self.user_id, "reset")
            db.session.commit()

    def states(self) -> list[tuple[str, int]]:
        with self.app.app_context():
            rows = db.session.execute(select(OutgoingMail.state, OutgoingMail.attempts).order_by(OutgoingMail.id)).all()
        return [(state, attempts) for state, attempts in rows]

    def change(self, **columns: Any) -> None:
        with self.app.app_context():
            db.session.execute(update(OutgoingMail).values(**columns))
            db.session.commit()

    def sweep(self) -> None:
        """What beat asks for every minute."""
        dispatch.send("mail.sweep")

    def when(self, condition: Callable[[], Any], what: str) -> None:
        wait_until(condition, 30, what)

    def end(self) -> None:
        self.server.over.set()
        for worker in self.workers:
            worker.end()
        with self.app.app_context():
            db.engine.dispose()
        self.app.extensions["redis"].close()


@pytest.fixture
def post(engines: Engines, database_url: str, redis_url: str, tmp_path: Path) -> Iterator[Post]:
    with running_mail_server() as server:
        env = environment_for_tests(database_url, redis_url)
        told = {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": str(server.port), "MAIL_USE_TLS": "false"}
        found = Post(env | told | {"MYSIGNALS_INSTANCE": str(tmp_path)}, tmp_path, server)
        try:
            yield found
        finally:
            found.end()


def test_two_workers_send_every_mail_once(post: Post) -> None:
    for worker in post.workers:
        worker.start()
    post.queue(MANY)
    for _ in range(3):  # Messages may come twice.
        post.sweep()
    post.when(lambda: {state for state, _ in post.states()} == {"sent"}, "all are sent")
    assert len(post.server.mails) == MANY == len({message_id(raw) for raw in post.server.mails})
    assert post.states() == [("sent", 1)] * MANY


def test_a_worker_that_is_killed_while_the_server_has_the_mail_leaves_nothing_to_be_sent_again(post: Post) -> None:
    post.server.manners["mail"] = HANG
    post.workers[0].start()
    post.queue(1)
    post.when(lambda: post.server.mails, "the mail was handed over")
    post.workers[0].kill()
    post.server.manners.clear()
    assert post.states() == [("sending", 1)]
    post.workers[1].start()
    post.sweep()
    post.queue(1)
    post.when(lambda: post.states()[1:] == [("sent", 1)], "the next mail is sent")
    post.change(claimed_at=clock.now() - timedelta(minutes=11))
    post.sweep()
    post.when(lambda: post.states()[0] == ("failed", 1), "it is given up")
    assert len(post.server.mails) == 2


def test_a_worker_whose_mail_server_hangs_goes_on_with_everything_else(post: Post) -> None:
    post.server.manners["greeting"] = HANG
    post.workers[0].start()
    post.queue(MANY)
    post.when(lambda: post.server.steps, "the server was spoken to")
    redis = post.app.extensions["redis"]
    post.when(lambda: redis.llen("mail") == 0, "no message waits")
    redis.delete(alive.KEY)
    dispatch.send("upkeep.alive")
    began = time.monotonic()
    post.when(lambda: redis.exists(alive.KEY), "another task was run")
    assert time.monotonic() - began < 5 and post.server.steps == ["greeting"]


def message_id(raw: bytes) -> bytes:
    return next(line for line in raw.splitlines() if line.lower().startswith(b"message-id:"))
