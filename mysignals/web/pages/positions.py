"""/app/positions: what is open, protected by what, worth how much; closing one; stopping everything."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mysignals.domain.results import FEES
from mysignals.services import positions as service
from mysignals.services import stopping
from mysignals.web import parsing
from mysignals.web.guards import member

from .doors import page_for_members
from .filled import Filled, form_of
from .once import sent_once

positions = Blueprint("positions", __name__, url_prefix="/app/positions")


@positions.get("")
@page_for_members
def listed() -> str:
    """The prices come late: a script asks for them, or who has none presses a link."""
    page, is_late = parsing.page(), "worth" in request.args
    found, running = service.open_of(member(), page), stopping.followings_that_run(member())
    return render_template(
        "pages/positions.html", found=found, page=page, running=running, is_late=is_late,
        worth=service.worth(found.items) if is_late else {}, fees=FEES,
        url=lambda number: url_for(".listed", page=number),
    )  # fmt: skip


def _ask_page(form: Filled, delivery_id: int) -> str:
    one = service.one_of(member(), delivery_id)
    return render_template("pages/close.html", form=form, one=one)


@positions.get("/<id:delivery_id>/close")
@page_for_members
def ask(delivery_id: int) -> str:
    return _ask_page(Filled(), delivery_id)


@positions.post("/<id:delivery_id>/close")
@page_for_members
@form_of(_ask_page)
@sent_once
def close(delivery_id: int) -> Response:
    return _to(stopping.close_one(member(), delivery_id).id)


def _stop_page(form: Filled) -> str:
    return render_template(
        "pages/stop.html", form=form, found=service.everything_of(member()),
        running=stopping.followings_that_run(member()),
    )  # fmt: skip


@positions.get("/stop")
@page_for_members
def ask_to_stop() -> str:
    return _stop_page(Filled())


@positions.post("/stop")
@page_for_members
@form_of(_stop_page)
@sent_once
def stop() -> Response:
    return _to(stopping.stop_everything(member()).id)


@positions.get("/closing/<id:instruction_id>")
@page_for_members
def closing(instruction_id: int) -> str:
    """How far it has come; live until it is over."""
    return render_template("pages/closing.html", found=stopping.progress(member(), instruction_id))


def _to(instruction_id: int) -> Response:
    return redirect(url_for(".closing", instruction_id=instruction_id), 303)
