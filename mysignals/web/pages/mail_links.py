"""The pages that mails lead to, and those that ask for such mails: activation, a new password."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mysignals.services import joining, people, tokens
from mysignals.services.errors import NotAllowed
from mysignals.web import parsing
from mysignals.web.forms.auth import NewPassword, OwnMail
from mysignals.web.limits import credentials

from .filled import Filled, form_of
from .once import sent_once

mail_links = Blueprint("mail_links", __name__)


@mail_links.get("/auth/activate/<token>")
@credentials
def activate(token: str) -> tuple[str, int]:
    if request.method == "HEAD":
        return "", 200  # So ask programs that check the links of mails: they do not use it up.
    if joining.activate(token):
        return render_template("auth/activated.html"), 200
    return render_template("auth/not_activated.html", form=Filled()), 403


def _activation_page(form: Filled) -> str:
    return render_template("auth/resend.html", form=form)


@mail_links.get("/activate")
def activation() -> str:
    return _activation_page(Filled({"email": request.args.get("email", "")[:254]}))


@mail_links.post("/activate")
@form_of(_activation_page)
@credentials
@sent_once
def resend() -> Response:
    joining.ask_for_activation(parsing.html_form(OwnMail).email)
    return redirect(url_for(".sent"), 303)


@mail_links.get("/mail-sent")
def sent() -> str:
    return render_template("auth/resent.html")


def _forgotten_page(form: Filled) -> str:
    return render_template("auth/forgotten.html", form=form)


@mail_links.get("/reset")
def forgotten() -> str:
    return _forgotten_page(Filled())


@mail_links.post("/reset")
@form_of(_forgotten_page)
@credentials
@sent_once
def ask_for_reset() -> Response:
    people.ask_for_reset(parsing.html_form(OwnMail).email)
    return redirect(url_for(".sent"), 303)


def _reset_page(form: Filled, token: str) -> str:
    """The form, or where the link is not good any more that it is not, and the way to another."""
    if tokens.is_good(token, "reset"):
        return render_template("auth/reset.html", form=form, token=token)
    return render_template("auth/not_reset.html", form=Filled(problem=form.problem, look=form.look))


@mail_links.get("/auth/reset_password/<token>")
@credentials
def reset_form(token: str) -> tuple[str, int]:
    # Told before a new password is thought of and typed twice.
    return _reset_page(Filled(), token), 200 if tokens.is_good(token, "reset") else 403


@mail_links.post("/auth/reset_password/<token>/form")
@form_of(_reset_page)
@credentials
@sent_once
def reset(token: str) -> Response:
    form = parsing.html_form(NewPassword)
    if not people.reset_password(token, form.password):
        raise NotAllowed("The password was not changed: the link was used already or is too old.")
    return redirect(url_for(".reset_done"), 303)


@mail_links.get("/password-changed")
def reset_done() -> str:
    return render_template("auth/password_changed.html")
