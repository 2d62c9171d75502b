"""A market price is read before a POST is carried out, so that no transaction waits for an exchange."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import Response, g

from mysignals.services import instructions
from mysignals.services.errors import Invalid
from mysignals.services.instructions import By, Closing, Foreseen, Opening
from mysignals.web.errors import Unprocessable

P = ParamSpec("P")
Asked = Opening | Closing


def foreseeing(asked: Callable[[], tuple[By, Asked]]) -> Callable[[Callable[P, Response]], Callable[P, Response]]:
    """`asked` reads the request; what it refuses is left to the view, where refusals are kept."""

    def mark(view: Callable[P, Response]) -> Callable[P, Response]:
        @wraps(view)
        def looked(*args: P.args, **kwargs: P.kwargs) -> Response:
            g.v1_foreseen = _price(asked)
            return view(*args, **kwargs)

        return looked

    return mark


def foreseen() -> Foreseen | None:
    found: Foreseen | None = g.v1_foreseen
    return found


def _price(asked: Callable[[], tuple[By, Asked]]) -> Foreseen | None:
    try:
        by, wanted = asked()
    except (Invalid, Unprocessable):
        return None
    return instructions.foresee(by, wanted) if isinstance(wanted, Opening) else None
