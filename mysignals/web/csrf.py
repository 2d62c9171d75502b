"""The token that every HTML form of ours carries and no page of another site knows (CONTRACT section 1)."""

from __future__ import annotations

import secrets

from flask import session

from . import parsing
from .errors import FormTooOld
from .forms.pages import CsrfToken

_NAME = "csrf"


def token() -> str:
    """This session's; a session begins with it where there is none."""
    found: str = session.setdefault(_NAME, secrets.token_urlsafe(32))
    return found


def is_right() -> bool:
    """Whether the posted form carries this session's."""
    given = parsing.html_form(CsrfToken).csrf_token
    return secrets.compare_digest(given.encode(), session.get(_NAME, secrets.token_urlsafe(32)).encode())


def check() -> None:
    """Raises FormTooOld."""
    if not is_right():
        raise FormTooOld(
            "Its session has ended, and nothing was changed. Go back, load the page again and send it once more."
        )
