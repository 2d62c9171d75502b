"""/provide: a provider's signals, a new one, and how it reaches everybody."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mysignals.services import market_look, providing, publish, purchases, signals
from mysignals.services.errors import Invalid
from mysignals.services.price_history import Stretch
from mysignals.web import parsing
from mysignals.web.guards import member
from mysignals.web.limits import count_signal

from . import drafting, drawing, kept, levels, why_not
from .doors import page_for
from .filled import Filled, form_of
from .once import sent_once
from .signal_charts import fitting

provide = Blueprint("provide", __name__, url_prefix="/provide")
_EMPTY = {"market": "spot", "side": "BUY", "type": "LIMIT", "leverage": "5"}


@provide.get("")
@page_for("Provider")
def overview() -> str:
    page = parsing.page()
    found = providing.overview(member(), page)
    return render_template(
        "pages/provide/overview.html", found=found, page=page, paid=_paid,
        drawing=drawing.drawn(found.standing.points), url=lambda number: url_for(".overview", page=number),
    )  # fmt: skip


def _new_page(form: Filled, preview: drafting.Preview | None = None) -> str:
    if preview is None and request.method == "POST":
        preview = _of_refused()
    return render_template(
        "pages/provide/new.html", form=form, preview=preview, pairs=market_look.pairs(), wallet=member().wallet
    )


def _of_refused() -> drafting.Preview | None:
    """What was typed, drawn; None where it names no market."""
    try:
        return drafting.preview(member())
    except Invalid:
        return None


@provide.get("/new")
@page_for("Provider")
def new() -> str:
    given = {name: request.args[name][:32] for name in ("market", "symbol", "side") if name in request.args}
    return _new_page(kept.restored(Filled(_EMPTY | given)))


@provide.post("/new")
@page_for("Provider")
@form_of(_new_page)
@sent_once
def post() -> Response:
    draft = drafting.as_sent()
    publish.check(member(), draft)  # What is refused costs nothing of the hour's budget.
    count_signal(member().id)
    signal = publish.publish(member(), draft)
    return redirect(url_for(".signal", signal_id=signal.id), 303)


@provide.post("/new/preview")
@page_for("Provider")
@form_of(_new_page)
def preview() -> str:
    """A part of the page for its script, the page itself for who has none. Nothing is stored."""
    found = drafting.preview(member())
    if request.headers.get("HX-Request"):
        return render_template("pages/provide/preview.html", preview=found)
    return _new_page(Filled.as_sent(found.faults, found.problem), found)


def _signal_page(form: Filled, signal_id: int) -> str:
    own, reach = providing.one(member(), signal_id)
    return render_template(
        "pages/provide/signal.html", own=own, reach=reach, form=form, paid=_paid, why=why_not.sentence,
        chart=levels.chart(own.signal), stretch=fitting(own.signal.created_at), stretches=list(Stretch),
    )  # fmt: skip


@provide.get("/signals/<id:signal_id>")
@page_for("Provider")
def signal(signal_id: int) -> str:
    return _signal_page(Filled(), signal_id)


@provide.post("/signals/<id:signal_id>/deactivate")
@page_for("Provider")
@form_of(_signal_page)
@sent_once
def deactivate(signal_id: int) -> Response:
    signals.deactivate(member(), signal_id)
    return redirect(url_for(".signal", signal_id=signal_id), 303)


@provide.post("/signals/<id:signal_id>/delete")
@page_for("Provider")
@form_of(_signal_page)
@sent_once
def delete(signal_id: int) -> Response:
    signals.delete(member(), signal_id)
    return redirect(url_for(".overview"), 303)


def _paid(sales: providing.Sales) -> str:
    """What buyers have paid, with the token's name; empty where that is not known here."""
    return purchases.in_tokens(sales.amount) or ""
