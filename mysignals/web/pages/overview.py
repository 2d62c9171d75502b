"""/app: is everything all right, what happened, what needs me?"""

from __future__ import annotations

from flask import Blueprint, render_template

from mysignals.services import overviews
from mysignals.web.guards import member

from .doors import page_for_members

overview = Blueprint("overview", __name__)


@overview.get("/app")
@page_for_members
def shown() -> str:
    return render_template("pages/overview.html", found=overviews.of(member()))
