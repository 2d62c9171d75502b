"""Body of POST /v1/webhook/<token>."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator

from .instructions import SignalForm
from .values import nothing_is, text


class AlertForm(SignalForm):
    """A signal; with an `id` it is carried out once."""

    id: Annotated[Annotated[str, *text(1, 255)] | None, BeforeValidator(nothing_is(None))] = None
