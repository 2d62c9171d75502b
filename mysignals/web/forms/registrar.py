"""Bodies of /registrar."""

from __future__ import annotations

from typing import Annotated, Literal

from mysignals.models.user import PLANS

from .values import Email, ExactForm, Form, whole


class Somebody(Form):
    email: Email


class Grant(ExactForm):
    email: Email
    plan: Literal[PLANS]  # type: ignore[valid-type]
    days: Annotated[int, whole(1, 3650)]
