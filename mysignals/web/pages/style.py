"""/desk/style: every part of the design system in every state, for those who build pages. Not in production."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from flask import Blueprint, render_template

from mysignals.domain.results import Outcome, curve

from . import badges, drawing
from .filled import Filled

style = Blueprint("style", __name__)
_SAMPLES = ("1.8", "-0.9", "2.4", "-1.1", "-0.8", "3.1", "0.4", "-1.9", "2.2", "1.1")
_WRONG = Filled({"user_name": "a b"}, {"user_name": "May hold letters, digits and underscores only."})


@style.get("/desk/style")
def shown() -> str:
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    outcomes = [
        Outcome(number, begin + timedelta(days=number), Decimal(each), 3600) for number, each in enumerate(_SAMPLES)
    ]
    return render_template(
        "pages/style.html", form=Filled(), wrong=_WRONG, states=sorted(badges.TABLE),
        drawing=drawing.drawn(curve(outcomes)), spark=drawing.spark(curve(outcomes)),
    )  # fmt: skip
