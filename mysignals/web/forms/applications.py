"""Bodies of /apply and /registrar/applications."""

from __future__ import annotations

from typing import Annotated

from .values import Form, Wallet, lines


class Apply(Form):
    wallet: Wallet
    experience: Annotated[str, *lines(10, 300)]
    socials_and_additional: Annotated[str, *lines(10, 500)]


class Refusal(Form):
    reason: Annotated[str, *lines(0, 300)] = ""
