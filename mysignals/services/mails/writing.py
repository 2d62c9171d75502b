"""What a mail says: a text and a page of each kind, written when it is sent, because a token may be in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.utils import parseaddr
from unicodedata import category
from urllib.parse import urlsplit

from flask import render_template
from flask_mail import Message, sanitize_address

from mysignals.models import User
from mysignals.services import tokens
from mysignals.settings import Settings

from .smtp import Letter

_SUBJECTS = {
    "activate": "Activate your MySignals account",
    "already_registered": "Your MySignals account is active already",
    "application_refused": "Your application to become a signal provider",
    "blocked": "Your MySignals account is blocked",
    "keys_changed": "Keys of your MySignals account were changed",
    "new_device": "A login to your MySignals account from a new browser",
    "otp_changed": "The second factor of your MySignals account was changed",
    "password_changed": "Your MySignals password was changed",
    "provider_approved": "You are a signal provider now",
    "reset": "Choose a new MySignals password",
    "unblocked": "Your MySignals account is open again",
}
_FORGOTTEN = "/reset"
_PATHS = {
    "already_registered": "/",
    "application_refused": "/",
    "blocked": "/",
    "provider_approved": "/",
    "unblocked": "/login",
}
_TURNS_TEXT_ROUND = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def letter(mail_id: int, user: User, kind: str, details: Mapping[str, str], at: datetime, settings: Settings) -> Letter:
    """The mail `mail_id` to `user`, ready to be handed over; issues the token that its link needs.

    `at` is when it was queued. However often it is written, its Message-ID is the same.
    """
    given = {"user": user, "link": settings.base_url + _path(user, kind), **_harmless(details)}
    message = Message(
        subject=_SUBJECTS[kind],
        recipients=[user.email],
        sender=settings.mail_from,
        body=render_template(f"mail/{kind}.txt", **given),
        html=render_template(f"mail/{kind}.html", **given),
        extra_headers={"Auto-Submitted": "auto-generated"},
    )
    sender = parseaddr(settings.mail_from)[1]
    message.msgId = f"<{kind}.{mail_id}.{at:%Y%m%d%H%M%S%f}@{_domain(sender, settings)}>"
    return Letter(sender, sanitize_address(user.email, "ascii"), message.as_bytes())


def _path(user: User, kind: str) -> str:
    match kind:
        case "activate":
            return f"/auth/activate/{tokens.issue(user.id, 'activate')}"
        case "reset":
            return f"/auth/reset_password/{tokens.issue(user.id, 'reset')}"
        case _:
            # What only tells something holds no token: it may be forwarded, and read long after.
            return _PATHS.get(kind, _FORGOTTEN)


def _harmless(details: Mapping[str, str]) -> dict[str, str]:
    """One line each, without what moves a cursor or turns text round: others may have written parts of it."""
    return {name: "".join(map(_harmless_character, value)).strip() for name, value in details.items()}


def _harmless_character(character: str) -> str:
    is_plain = category(character) not in ("Cc", "Zl", "Zp") and character not in _TURNS_TEXT_ROUND
    return character if is_plain else " "


def _domain(sender: str, settings: Settings) -> str:
    return sender.rpartition("@")[2] or urlsplit(settings.base_url).hostname or "localhost"
