"""/app/settings: one's own account: who one is here, password, second factor, browsers, wallet, plan and referrals."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from mysignals.services import devices, people
from mysignals.services.errors import Invalid, WrongCredentials
from mysignals.web import device_cookie, parsing
from mysignals.web.configured import settings
from mysignals.web.forms.auth import ChangePassword
from mysignals.web.forms.provider import NewWallet
from mysignals.web.guards import member
from mysignals.web.identity import begin_session
from mysignals.web.limits import credentials

from . import kept
from .doors import page_for_members
from .filled import Filled, form_of
from .once import sent_once

preferences = Blueprint("preferences", __name__, url_prefix="/app/settings")


def _page(form: Filled) -> str:
    user = member()
    return render_template(
        "pages/settings.html", form=form, profile=people.profile(user), base=settings().base_url,
        wallet=form if form.faults else Filled({"wallet": form.value("wallet") or user.wallet or ""}),
    )  # fmt: skip


@preferences.get("")
@page_for_members
def page() -> str:
    return _page(kept.restored(Filled()))


@preferences.post("/wallet")
@page_for_members
@form_of(_page)
@sent_once
def set_wallet() -> Response:
    people.set_wallet(member(), parsing.html_form(NewWallet).wallet)
    return redirect(url_for(".page", _anchor="wallet"), 303)


def _password_page(form: Filled) -> str:
    return render_template("pages/settings_password.html", form=form)


@preferences.get("/password")
@page_for_members
def password() -> str:
    return _password_page(Filled())


@preferences.post("/password")
@page_for_members
@form_of(_password_page)
@credentials
@sent_once
def change_password() -> Response:
    form = parsing.html_form(ChangePassword)
    try:
        epoch = people.change_password(member(), form.password, form.new_password)
    except WrongCredentials as why:
        raise Invalid({"password": str(why)}) from None
    begin_session(member(), epoch)
    return redirect(url_for(".password_changed"), 303)


@preferences.get("/password/changed")
@page_for_members
def password_changed() -> str:
    return render_template("pages/settings_password_changed.html")


def _browsers_page(form: Filled, **_: int) -> str:
    token = device_cookie.browser().token
    found = [(each, bool(token) and devices.is_it(each, token)) for each in devices.listed(member())]
    return render_template("pages/settings_browsers.html", form=form, found=found)


@preferences.get("/browsers")
@page_for_members
def browsers() -> str:
    return _browsers_page(Filled())


@preferences.post("/browsers/<id:device_id>/end")
@page_for_members
@form_of(_browsers_page)
@sent_once
def end_one(device_id: int) -> Response:
    devices.forget(member(), device_id)
    return redirect(url_for(".browsers"), 303)


@preferences.post("/browsers/end")
@page_for_members
@form_of(_browsers_page)
@sent_once
def end_others() -> Response:
    begin_session(member(), people.end_sessions(member()))
    return redirect(url_for(".browsers"), 303)
