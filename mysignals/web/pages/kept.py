"""What was typed into a form whose session ended meanwhile: kept until its writer has logged in again."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import request, session

from .filled import Filled, typed
from .local import local_path, page_at

_NAME = "kept"
_LONGEST = 16_000
_WORDS = "Your session had ended. What you had typed is here again, but for passwords and keys: send it once more."


def keep() -> str:
    """Keep this request's form in the session; the address of the page that shows it."""
    page = urlsplit(request.headers.get("Referer", "")).path
    path = page_at(local_path(page or request.path, "/app"), "/app")
    fields = typed()
    if sum(len(name) + len(value) for name, value in fields.items()) <= _LONGEST:
        session[_NAME] = {"path": path, "fields": fields}
    query = request.query_string.decode("ascii", "replace")  # Which part of a long list it was.
    return f"{path}?{query}" if query else path


def carried() -> dict[str, Any] | None:
    """What a new session takes over from the one before the login."""
    found: dict[str, Any] | None = session.get(_NAME)
    return found


def carry(found: dict[str, Any] | None) -> None:
    if found is not None:
        session[_NAME] = found


def restored(otherwise: Filled) -> Filled:
    """The form of this page as it was typed before the session ended, once; else `otherwise`."""
    found = session.get(_NAME)
    if not isinstance(found, dict) or found.get("path") != request.path:
        return otherwise
    del session[_NAME]
    return Filled({**otherwise.values, **found["fields"]}, problem=_WORDS)
