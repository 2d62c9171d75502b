"""/app/apply: who would like to be a provider, and what became of it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from mysignals.services import applications
from mysignals.web import parsing
from mysignals.web.forms.applications import Apply
from mysignals.web.guards import member

from . import kept
from .doors import page_for_members
from .filled import Filled, form_of
from .once import sent_once

applying = Blueprint("applying", __name__)


def _page(form: Filled) -> str:
    return render_template("pages/apply.html", form=form, last=applications.newest_of(member()), user=member())


@applying.get("/app/apply")
@page_for_members
def page() -> str:
    return _page(kept.restored(Filled({"wallet": member().wallet or ""})))


@applying.post("/app/apply")
@page_for_members
@form_of(_page)
@sent_once
def apply() -> Response:
    applications.apply(member(), applications.Wish(**parsing.html_form(Apply).model_dump()))
    return redirect(url_for(".page"), 303)
