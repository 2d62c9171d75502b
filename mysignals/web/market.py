"""`/` and `/providers`: what everybody may see of signals and providers."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, Response, make_response, render_template, url_for

from mysignals.services import listings, ratings, results

from . import parsing
from .errors import wants_html
from .guards import active
from .pages import drawing
from .rendering import success, summary

market = Blueprint("market", __name__)


@market.get("/")
def index() -> Response:
    """A page for a browser, whoever asks; the list itself for members."""
    response = make_response(_page()) if wants_html() else _summaries()
    response.vary.add("Accept")
    return response


@market.get("/providers")
@active
def providers() -> Response:
    found = listings.providers(parsing.page())
    return success(providers=[asdict(item) for item in found.items], total=found.total, pages=found.pages)


@active
def _summaries() -> Response:
    found = listings.active_signals(parsing.page())
    shown = [summary(signal, provider, ratings.mean(provider)) for signal, provider in found.items]
    return success("Success", signals=shown, total=found.total, pages=found.pages)


def _page() -> str:
    return render_template(
        "index.html",
        signals=listings.active_signals(parsing.page()),
        standings=results.standings(1),
        spark=drawing.spark,
        page_url=lambda number: url_for(".index", page=number, _anchor="signals"),
    )
