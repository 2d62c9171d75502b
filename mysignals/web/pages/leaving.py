"""/app/settings/leave: deleting one's own account, with what stands in the way, what goes and what stays."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from mysignals.services import leaving as service
from mysignals.services import second_factor
from mysignals.services.errors import Invalid, WrongCredentials
from mysignals.web import parsing
from mysignals.web.forms.auth import Leaving
from mysignals.web.guards import member
from mysignals.web.identity import end_session
from mysignals.web.limits import credentials

from .doors import page_for_members
from .filled import Filled, form_of
from .once import sent_once

leaving = Blueprint("leaving", __name__)
_WRONG_CODE = "This code is missing, wrong, too old or was used already. Type the one that is shown now."


def _page(form: Filled) -> str:
    return render_template("pages/settings_leave.html", form=form, standing=service.standing(member()))


@leaving.get("/app/settings/leave")
@page_for_members
def page() -> str:
    return _page(Filled())


@leaving.post("/app/settings/leave")
@page_for_members
@form_of(_page)
@credentials
@sent_once
def leave() -> Response:
    form = parsing.html_form(Leaving)
    try:
        service.leave(member(), form.password, form.otp)
    except WrongCredentials as why:
        raise Invalid({"otp": _WRONG_CODE} if str(why) == second_factor.WRONG else {"password": str(why)}) from None
    end_session()
    return redirect(url_for(".left"), 303)


@leaving.get("/left")
def left() -> str:
    return render_template("auth/left.html")
