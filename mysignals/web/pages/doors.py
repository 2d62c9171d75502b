"""Who may come to a page: as the guards of the session API, but one who is not logged in is asked to, and led back."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from mysignals.web import guards
from mysignals.web.errors import wants_html
from mysignals.web.identity import caller

from . import kept

P = ParamSpec("P")
R = TypeVar("R")


def page_for_members(view: Callable[P, R]) -> Callable[P, R | Response]:
    """For everybody with a session whose account is active."""
    return _led_to_login(guards.active(view))


def page_for(role: str) -> Callable[[Callable[P, R]], Callable[P, R | Response]]:
    """For members of one role."""

    def guard(view: Callable[P, R]) -> Callable[P, R | Response]:
        return _led_to_login(guards.only(role)(view))

    return guard


def _led_to_login(view: Callable[P, R]) -> Callable[P, R | Response]:
    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
        if caller() is None and wants_html():
            return _to_login()
        return view(*args, **kwargs)

    return guarded


def _to_login() -> Response:
    """What was typed into a form whose session has ended is kept in the browser's next session, but for secrets."""
    if request.headers.get("HX-Request"):
        # A part of a page must not become the login form; the script says so, and leaves what is being typed alone.
        return Response("", 401)
    if request.method not in ("GET", "HEAD"):
        return redirect(url_for("entrance.login", next=kept.keep()), 303)
    return redirect(url_for("entrance.login", next=request.full_path.rstrip("?")), 303)
