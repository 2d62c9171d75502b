"""Dark, light or as the system has it: a cookie, so that the first byte of a page is right already."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Flask, redirect, request
from werkzeug.wrappers import Response

from mysignals.web.configured import settings
from mysignals.web.origin import takes_html_forms

from .local import local_path

theme = Blueprint("theme", __name__)
NAMES = ("dark", "light")
_COOKIE = "mysignals_theme"
_LIFETIME = timedelta(days=365)


def bind(app: Flask) -> None:
    app.jinja_env.globals["theme"] = chosen


def chosen() -> str:
    """`dark` or `light`; empty where the system decides."""
    found = request.cookies.get(_COOKIE, "")
    return found if found in NAMES else ""


@theme.post("/theme")
@takes_html_forms
def choose() -> Response:
    """Back to where it was pressed. It changes nothing but the looks, and needs no session."""
    wanted = request.form.get("theme", "")
    response = redirect(local_path(request.form.get("back"), "/"), 303)
    if wanted in NAMES:
        # The script that switches without loading the page writes it, too.
        response.set_cookie(
            _COOKIE, wanted, max_age=_LIFETIME, secure=settings().production, samesite="Lax"
        )  # fmt: skip
    else:
        response.delete_cookie(_COOKIE)
    return response
