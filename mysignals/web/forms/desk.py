"""What the pages of the registrars post."""

from __future__ import annotations

from typing import Annotated, Literal

from mysignals.models.user import PLANS, ROLES

from .registrar import Somebody
from .values import whole


class Role(Somebody):
    role: Literal[ROLES]  # type: ignore[valid-type]


class Plan(Somebody):
    plan: Literal[PLANS]  # type: ignore[valid-type]
    days: Annotated[int, whole(1, 3650)] = 30
