"""/register, /login and its second step, /logout: the same services as /auth, as pages."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from mysignals.services import joining, logins
from mysignals.services.errors import Invalid, WrongCredentials
from mysignals.web import csrf, device_cookie, parsing
from mysignals.web.forms.auth import Login, OtpCode, Register
from mysignals.web.identity import begin_session, caller, end_session
from mysignals.web.limits import credentials
from mysignals.web.origin import takes_html_forms

from . import half_way, kept, navigation
from .filled import Filled, form_of
from .local import local_path
from .once import sent_once

entrance = Blueprint("entrance", __name__)
_JOINED = "joined"
_WRONG_CODE = "This code is wrong, too old or was used already. Type the one that is shown now."


def _register_page(form: Filled) -> str:
    return render_template("pages/register.html", form=form)


@entrance.get("/register")
def register() -> str:
    return _register_page(Filled({"referrers_code": request.args.get("code", "")[:64]}))


@entrance.post("/register")
@form_of(_register_page)
@credentials
@sent_once
def join() -> Response:
    form = parsing.html_form(Register)
    user = joining.register(joining.Registration(**form.model_dump(exclude={"confirm_password"})))
    session[_JOINED] = user.email
    return redirect(url_for(".joined"), 303)


@entrance.get("/registered")
def joined() -> str | Response:
    email = session.get(_JOINED)
    return redirect(url_for(".register")) if email is None else render_template("pages/joined.html", email=email)


def _login_page(form: Filled) -> str:
    return render_template("pages/login.html", form=form, next=_next())


@entrance.get("/login")
def login() -> str | Response:
    user = caller()
    if user is not None:
        return redirect(local_path(_next(), navigation.home_of(user)))
    return _login_page(Filled())


@entrance.post("/login")
@form_of(_login_page)
@credentials
def log_in() -> Response:
    form = parsing.html_form(Login)
    found = logins.begin(logins.Attempt(form.user_name_or_mail, form.password, form.otp, device_cookie.browser()))
    if isinstance(found, logins.HalfWay):
        half_way.keep(found)
        return redirect(url_for(".code", next=_next() or None), 303)
    return _inside(found)


def _code_page(form: Filled) -> str:
    return render_template("pages/login_code.html", form=form, next=_next())


@entrance.get("/login/code")
def code() -> str | Response:
    return _code_page(Filled()) if half_way.found() else redirect(url_for(".login", next=_next() or None))


@entrance.post("/login/code")
@form_of(_code_page)
@credentials
def check_code() -> Response:
    half = half_way.found()
    if half is None:
        return redirect(url_for(".login", next=_next() or None), 303)
    try:
        return _inside(logins.finish(half, parsing.html_form(OtpCode).otp, device_cookie.browser()))
    except WrongCredentials:
        raise Invalid({"otp": _WRONG_CODE}) from None


@entrance.post("/logout")
@takes_html_forms
def log_out() -> Response:
    csrf.check()
    end_session()
    return redirect("/", 303)


def _inside(found: logins.LoggedIn) -> Response:
    next_page, typed = _next(), kept.carried()
    begin_session(found.user, found.epoch, found.device_token)
    kept.carry(typed)
    response = make_response(redirect(local_path(next_page, navigation.home_of(found.user)), 303))
    device_cookie.keep(response, found.device_token)
    return response


def _next() -> str:
    """The page somebody wanted to see; empty where there was none."""
    return local_path(request.values.get("next"), "")
