"""What the page of a new signal posts: the bodies of /provider, as a form spells them."""

from __future__ import annotations

from typing import Annotated, Literal

from .provider import FuturesDraft, SpotDraft
from .values import Form, OptionalMoney, text


class SpotSignal(SpotDraft):
    market: Literal["spot"]


class FuturesSignal(FuturesDraft):
    market: Literal["futures"]


class Aimed(Form):
    """Whether it is about a market at all; which decides how the rest is read."""

    market: Literal["spot", "futures"] = "spot"


class Named(Form):
    symbol: Annotated[str, *text(0, 32)] = ""


class HalfTyped(Form):
    """One number that may be missing."""

    number: OptionalMoney = None
