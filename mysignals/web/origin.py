"""State changes come from our own pages, as JSON, or not from a browser at all (CONTRACT section 1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, current_app, request

from mysignals.services.errors import NotAllowed

from .configured import settings
from .errors import Unprocessable

_CHANGING = {"POST", "PUT", "PATCH", "DELETE"}
_TAKES_FORMS = "takes_html_forms"
_NO_SESSION = "knows_no_session"
View = TypeVar("View", bound=Callable[..., Any])


def bind(app: Flask) -> None:
    app.before_request(_refuse_foreign_origin)
    app.before_request(_refuse_what_a_form_can_send)


def takes_html_forms(view: View) -> View:
    """For the few views that pages post to: they check a CSRF token instead."""
    setattr(view, _TAKES_FORMS, True)
    return view


def knows_no_session(view: View) -> View:
    """For views that ask every request for a signature: no browser adds one, so no page can use its visitor."""
    setattr(view, _NO_SESSION, True)
    return view


def _refuse_foreign_origin() -> None:
    if getattr(current_app.view_functions.get(request.endpoint or ""), _NO_SESSION, False):
        return
    origin = request.headers.get("Origin")
    if request.method in _CHANGING and origin is not None and origin not in _ours():
        raise NotAllowed("This request was started by a page of another site.")


def _refuse_what_a_form_can_send() -> None:
    """A form of any site can post, but never as JSON; also where a view reads no body."""
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method not in _CHANGING or view is None:
        return
    if getattr(view, _TAKES_FORMS, False) or getattr(view, _NO_SESSION, False):
        return
    if request.mimetype not in ("", "application/json"):
        raise Unprocessable("Send the body as JSON, with Content-Type: application/json.")


def _ours() -> set[str]:
    address = urlsplit(settings().base_url)
    ours = {f"{address.scheme}://{address.netloc}"}
    if not settings().production:
        # On one machine people say localhost as well as 127.0.0.1.
        ours.add(f"{request.scheme}://{request.host}")
    return ours
