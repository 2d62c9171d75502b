"""The pages that mails lead to: activation, a new activation mail, a new password."""

from __future__ import annotations

import secrets

from flask import Blueprint, render_template, request, session

from mysignals.services import joining, people
from mysignals.services.errors import Invalid, NotAllowed

from . import parsing
from .forms.auth import NewPassword, OwnMail
from .forms.pages import CsrfToken
from .limits import credentials
from .origin import takes_html_forms

mail_links = Blueprint("mail_links", __name__, url_prefix="/auth")
_CSRF = "csrf"


@mail_links.get("/activate/<token>")
@credentials
def activate(token: str) -> tuple[str, int]:
    if request.method == "HEAD":
        return "", 200  # So ask programs that check the links of mails: they do not use it up.
    if joining.activate(token):
        return render_template("auth/activated.html"), 200
    return render_template("auth/not_activated.html", csrf_token=_csrf_token()), 403


@mail_links.get("/activate/resend")
def resend_form() -> str:
    return render_template("auth/resend.html", csrf_token=_csrf_token())


@mail_links.post("/activate/resend")
@takes_html_forms
@credentials
def resend() -> str:
    _check_csrf()
    joining.ask_for_activation(parsing.html_form(OwnMail).email)
    return render_template("auth/resent.html")


@mail_links.get("/forgotten")
def forgotten() -> str:
    return _forgotten_page({})


@mail_links.post("/forgotten")
@takes_html_forms
@credentials
def ask_for_reset() -> str | tuple[str, int]:
    _check_csrf()
    try:
        email = parsing.html_form(OwnMail).email
    except Invalid as invalid:
        return _forgotten_page(invalid.fields), 422
    people.ask_for_reset(email)
    return render_template("auth/resent.html")


@mail_links.get("/reset_password/<token>")
def reset_form(token: str) -> str:
    return _reset_page(token, {})


@mail_links.post("/reset_password/<token>/form")
@takes_html_forms
@credentials
def reset(token: str) -> str | tuple[str, int]:
    _check_csrf()
    try:
        form = parsing.html_form(NewPassword)
    except Invalid as invalid:
        return _reset_page(token, invalid.fields), 422
    if not people.reset_password(token, form.password):
        raise NotAllowed("This link was used already or is too old; ask for a new mail.")
    return render_template("auth/password_changed.html")


def _reset_page(token: str, faults: dict[str, str]) -> str:
    return render_template("auth/reset.html", token=token, faults=faults, csrf_token=_csrf_token())


def _csrf_token() -> str:
    token: str = session.setdefault(_CSRF, secrets.token_urlsafe(32))
    return token


def _forgotten_page(faults: dict[str, str]) -> str:
    return render_template("auth/forgotten.html", faults=faults, csrf_token=_csrf_token())


def _check_csrf() -> None:
    given = parsing.html_form(CsrfToken).csrf_token
    if not secrets.compare_digest(given.encode(), session.get(_CSRF, secrets.token_urlsafe(32)).encode()):
        raise NotAllowed("This form is no longer valid; load the page again.")
