"""What the pages of the registrars post."""

from __future__ import annotations

from typing import Annotated, Literal

from mysignals.models.user import PLANS, ROLES

from .values import Form, lines, whole


class Role(Form):
    role: Literal[ROLES]  # type: ignore[valid-type]


class Plan(Form):
    plan: Literal[PLANS]  # type: ignore[valid-type]
    days: Annotated[int, whole(1, 3650)] = 30


class Block(Form):
    """The reason is for the person, and for other registrars."""

    reason: Annotated[str, *lines(3, 300)]
