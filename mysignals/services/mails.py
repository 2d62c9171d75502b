"""Mails: queued by a use case, written and sent by a worker, kept as files where there is no server."""

from __future__ import annotations

import logging
import os
from datetime import timedelta
from smtplib import SMTPException

from flask import current_app, render_template
from flask_mail import Message
from sqlalchemy import func, select

from mysignals import clock, dispatch
from mysignals.extensions import db, mail
from mysignals.models import OutgoingMail, User
from mysignals.settings import Settings

from . import tokens

log = logging.getLogger(__name__)
_MOST_ATTEMPTS = 6
_SWEPT_AT_ONCE = 200
_SUBJECTS = {
    "activate": "Activate your MySignals account",
    "reset": "Choose a new MySignals password",
    "already_registered": "Your MySignals account is active already",
}


def queue(user_id: int, kind: str, details: dict[str, str] | None = None) -> None:
    """Add a mail to the caller's transaction; a worker is told after the commit. `details` never holds a secret."""
    waiting = OutgoingMail(user_id=user_id, kind=kind, details=details or {})
    db.session.add(waiting)
    db.session.flush()
    dispatch.after_commit(db.session, "mail.deliver", waiting.id)


def deliver(mail_id: int) -> None:
    """Send a queued mail. Its row stays locked meanwhile: nobody sends it twice, and a crash leaves it queued."""
    queued = select(OutgoingMail).where(OutgoingMail.id == mail_id, OutgoingMail.state == "queued")
    waiting = db.session.scalar(queued.with_for_update(skip_locked=True))
    if waiting is None:
        return
    waiting.attempts += 1
    try:
        _send(waiting)
    except (SMTPException, OSError) as error:
        _put_back(mail_id, waiting.attempts, error)
    else:
        waiting.state, waiting.sent_at, waiting.error = "sent", clock.now(), None
    db.session.commit()


def waiting() -> list[int]:
    """Queued mails whose turn has come: after 1 minute, then 2, 4, 8 with each failed attempt."""
    patience = func.power(2, OutgoingMail.attempts) * timedelta(minutes=1)
    due = (OutgoingMail.state == "queued", OutgoingMail.created_at + patience <= clock.now())
    return list(db.session.scalars(select(OutgoingMail.id).where(*due).order_by(OutgoingMail.id).limit(_SWEPT_AT_ONCE)))


def _put_back(mail_id: int, attempts: int, error: Exception) -> None:
    db.session.rollback()
    row = db.session.get_one(OutgoingMail, mail_id)
    row.attempts = attempts
    row.error = f"{type(error).__name__}: {error}"[:200]
    row.state = "queued" if attempts < _MOST_ATTEMPTS else "failed"
    log.warning("mail %d not sent at attempt %d: %s", mail_id, attempts, type(error).__name__)


def _send(waiting: OutgoingMail) -> None:
    message = _written(db.session.get_one(User, waiting.user_id), waiting.kind)
    if _settings().mail_server is None:
        _keep(f"{waiting.id}-{waiting.kind}.eml", message)
    else:
        mail.send(message)


def _written(user: User, kind: str) -> Message:
    link = _settings().base_url + _path(user, kind)
    return Message(
        subject=_SUBJECTS[kind],
        recipients=[user.email],
        body=render_template(f"mail/{kind}.txt", user=user, link=link),
        html=render_template(f"mail/{kind}.html", user=user, link=link),
    )


def _path(user: User, kind: str) -> str:
    match kind:
        case "activate":
            return f"/auth/activate/{tokens.issue(user.id, 'activate')}"
        case "reset":
            return f"/auth/reset_password/{tokens.issue(user.id, 'reset')}"
        case _:
            return "/"


def _keep(name: str, message: Message) -> None:
    outbox = _settings().outbox
    outbox.mkdir(parents=True, exist_ok=True)
    # Its own name first: whoever watches the folder never sees half a mail. It holds a token: owner only.
    partial = outbox / f".{name}"
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(message.as_bytes())
    partial.replace(outbox / name)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
