"""/app: is everything all right, what happened, what needs me?"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from mysignals.services import drift, overviews, own_results, portfolio, positions
from mysignals.services.errors import ExchangeUnavailable
from mysignals.web.guards import member

from . import drawing
from .doors import page_for_members
from .filled import Filled, form_of
from .once import sent_once

overview = Blueprint("overview", __name__)
_POSITIONS = 6


def _page(form: Filled, drift_id: int | None = None) -> str:
    open_now, own = positions.open_of(member(), 1), own_results.of(member())
    return render_template(
        "pages/overview.html", found=overviews.of(member()), form=form, own=own, drawing=drawing.drawn(own.points),
        open_now=open_now.items[:_POSITIONS], total=open_now.total,
    )  # fmt: skip


@overview.get("/app")
@page_for_members
def shown() -> str:
    return _page(Filled())


@overview.get("/app/balances")
@page_for_members
def balances() -> str:
    """What exchanges have to be asked for: late, and in the place that was kept for it."""
    user_id = member().id
    open_now = positions.open_of(member(), 1)
    worth = positions.worth(open_now.items[:_POSITIONS])
    try:
        told, problem = portfolio.of_user(user_id), ""
    except ExchangeUnavailable as why:
        told, problem = None, str(why)
    return render_template(
        "pages/balances.html", told=told, problem=problem, worth=worth, total=open_now.total,
        open_now=open_now.items[:_POSITIONS],
    )  # fmt: skip


@overview.post("/app/drifts/<id:drift_id>/approve")
@page_for_members
@form_of(_page)
@sent_once
def approve(drift_id: int) -> Response:
    drift.approve(member(), drift_id)
    return redirect(url_for(".shown"), 303)


@overview.post("/app/drifts/<id:drift_id>/dismiss")
@page_for_members
@form_of(_page)
@sent_once
def dismiss(drift_id: int) -> Response:
    drift.dismiss(member(), drift_id)
    return redirect(url_for(".shown"), 303)
