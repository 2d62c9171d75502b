"""/app/settings/second-factor: switched on by a picture that an authenticator reads, spare codes, switched off."""

from __future__ import annotations

import segno
from flask import Blueprint, redirect, render_template, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from mysignals.services import second_factor as service
from mysignals.services.errors import Conflict, Invalid, WrongCredentials
from mysignals.web import parsing
from mysignals.web.forms.auth import OtpCode, OwnPassword, PasswordAndOtp
from mysignals.web.guards import member
from mysignals.web.identity import begin_session
from mysignals.web.limits import credentials

from . import shown_once
from .doors import page_for_members
from .filled import Filled, form_of
from .once import sent_once

guarding = Blueprint("guarding", __name__, url_prefix="/app/settings/second-factor")
_OFFER, _SPARES = "second factor", "spare codes"
_WRONG_CODE = "This code is wrong, too old or was used already. Type the one that is shown now."


def _page(form: Filled) -> str:
    return render_template("pages/second_factor.html", form=form, spares=len(member().otp_spares))


@guarding.get("")
@page_for_members
def page() -> str:
    return _page(Filled())


@guarding.post("")
@page_for_members
@form_of(_page)
@credentials
@sent_once
def offer() -> Response:
    try:
        offered = service.offer(member(), parsing.html_form(OwnPassword).password)
    except WrongCredentials as why:
        raise Invalid({"password": str(why)}) from None
    shown_once.keep(_OFFER, {"secret": offered.secret, "uri": offered.uri})
    return redirect(url_for(".scan"), 303)


def _scan_page(form: Filled) -> str:
    told = shown_once.found(_OFFER)
    if told is None:
        return _page(Filled(problem="The picture was shown for five minutes, and they are over. Begin again."))
    spelt = " ".join(str(told["secret"])[at : at + 4] for at in range(0, len(str(told["secret"])), 4))
    return render_template("pages/second_factor_scan.html", form=form, picture=_picture(str(told["uri"])), spelt=spelt)


@guarding.get("/scan")
@page_for_members
def scan() -> str | Response:
    return _scan_page(Filled()) if shown_once.found(_OFFER) else redirect(url_for(".page"))


@guarding.post("/scan")
@page_for_members
@form_of(_scan_page)
@credentials
@sent_once
def switch_on() -> Response:
    code = parsing.html_form(OtpCode).otp
    if shown_once.found(_OFFER) is None:
        raise Conflict("The picture was shown for five minutes, and they are over. Begin again.")
    try:
        spares, epoch = service.switch_on(member(), code)
    except WrongCredentials:
        raise Invalid({"otp": _WRONG_CODE}) from None
    shown_once.forget(_OFFER)
    begin_session(member(), epoch)
    shown_once.keep(_SPARES, {"codes": spares})
    return redirect(url_for(".spare_codes"), 303)


@guarding.get("/spare-codes")
@page_for_members
def spare_codes() -> str | Response:
    told = shown_once.found(_SPARES)
    return redirect(url_for(".page")) if told is None else render_template("pages/spare_codes.html", told=told)


@guarding.post("/off")
@page_for_members
@form_of(_page)
@credentials
@sent_once
def switch_off() -> Response:
    form = parsing.html_form(PasswordAndOtp)
    try:
        epoch = service.switch_off(member(), form.password, form.otp)
    except WrongCredentials as why:
        raise Invalid({"otp": _WRONG_CODE} if str(why) == service.WRONG else {"password": str(why)}) from None
    begin_session(member(), epoch)
    return redirect(url_for(".page"), 303)


def _picture(uri: str) -> Markup:
    drawn = segno.make(uri, error="m", micro=False).svg_inline(border=4, light="#fff", omitsize=True, svgclass="qr")
    return Markup(drawn)  # noqa: S704 - paths drawn by the library, no text
