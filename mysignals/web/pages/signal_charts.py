"""/app/signals/<id>/chart: what a signal's price did, with levels and marks: as JSON for the drawing, else a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, render_template

from mysignals import clock
from mysignals.domain.market import Market
from mysignals.domain.money import plain
from mysignals.domain.reasons import display_name
from mysignals.services import chart_marks, price_history, showing
from mysignals.services.chart_marks import Mark
from mysignals.services.price_history import History, Stretch
from mysignals.web import parsing
from mysignals.web.errors import wants_html
from mysignals.web.guards import member

from . import formats, levels
from .doors import page_for_members

signal_charts = Blueprint("signal_charts", __name__, url_prefix="/app/signals")
_OLD = 3
"""Candles are old, and it is said, once they are so many times older than they are kept fresh."""


@dataclass(frozen=True, slots=True)
class Priced:
    """All that the chart of one signal shows. `levels` are for those who may see them, and empty for others."""

    signal_id: int
    symbol: str
    stretch: Stretch
    history: History
    levels: tuple[levels.Level, ...]
    marks: Sequence[Mark]

    @property
    def exchange(self) -> str:
        return display_name(self.history.exchange) if self.history.exchange else ""

    @property
    def note(self) -> str:
        """What is not as it should be; empty where all is well."""
        known, age = self.history, formats.duration(self.history.age_ms // 1000)
        if not known.candles:
            return known.problem
        is_old = known.age_ms > _OLD * self.stretch.fresh_ms
        return f"{known.problem} These are {age} old.".strip() if known.problem or is_old else ""

    def moment(self, at_ms: int) -> datetime:
        return datetime.fromtimestamp(at_ms / 1000, UTC)


@signal_charts.get("/<id:signal_id>/chart")
@page_for_members
def chart(signal_id: int) -> Response:
    found = showing.of(member(), signal_id)
    asked = parsing.query_choice("range", [each.value for each in Stretch])
    stretch = Stretch(asked) if asked else fitting(found.signal.created_at)
    drawn = levels.chart(found.signal, found.targets).levels if found.sees_prices else ()
    marks = chart_marks.marks(found)
    market, symbol = Market(found.signal.market), found.signal.symbol
    # Asking the exchange ends the transaction: no row is read after it.
    priced = Priced(signal_id, symbol, stretch, price_history.of(market, symbol, stretch), drawn, marks)
    if wants_html():
        response = make_response(render_template("pages/price_table.html", priced=priced, stretches=list(Stretch)))
    else:
        response = jsonify(_told(priced))
    response.vary.add("Accept")
    return response


def fitting(published_at: datetime) -> Stretch:
    """The shortest that shows the publication."""
    age_ms = (clock.now() - published_at).total_seconds() * 1000
    return next((each for each in Stretch if age_ms < each.ms * 0.9), Stretch.WEEK)


def _told(priced: Priced) -> dict[str, Any]:
    known = priced.history
    return {
        "symbol": priced.symbol,
        "exchange": priced.exchange,
        "range": priced.stretch.value,
        "words": priced.stretch.words,
        "span_s": priced.stretch.span.ms // 1000,
        "fresh_s": priced.stretch.fresh_ms // 1000,
        "places": formats.decimals(known.tick) if known.tick else None,
        "note": priced.note,
        "candles": [
            [one.at_ms // 1000, *(plain(price) for price in (one.open, one.high, one.low, one.close))]
            for one in known.candles
        ],
        "levels": [
            {
                "name": each.name, "tone": each.tone, "price": plain(each.price),
                "text": formats.number(each.price, known.tick), "move": _move(each.move),
            }
            for each in priced.levels
        ],
        "marks": [
            {
                "kind": each.kind, "words": each.words, "at_s": int(each.at.timestamp()),
                "price": None if each.price is None else plain(each.price),
                "text": "" if each.price is None else formats.number(each.price, known.tick),
            }
            for each in priced.marks
        ],
    }  # fmt: skip


def _move(move: Decimal | None) -> str:
    if move is None:
        return ""
    return f"{'+' if move > 0 else ''}{formats.percent(move, 2)}"
