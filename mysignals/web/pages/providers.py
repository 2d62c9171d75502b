"""/app/providers: who is good, net of everything, for how long. For everybody, logged in or not."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for

from mysignals.services import results
from mysignals.web import parsing

from . import drawing

providers = Blueprint("providers", __name__, url_prefix="/app/providers")


@providers.get("")
def listed() -> str:
    page = parsing.page()
    return render_template(
        "pages/providers.html", found=results.standings(page), page=page, spark=drawing.spark,
        url=lambda number: url_for(".listed", page=number),
    )  # fmt: skip


@providers.get("/<name>")
def profile(name: str) -> str:
    page = parsing.page()
    found = results.profile(name, page)
    return render_template(
        "pages/provider.html", found=found, page=page, drawing=drawing.drawn(found.standing.points),
        url=lambda number: url_for(".profile", name=name, page=number, _anchor="past"),
    )  # fmt: skip
