"""What every posted HTML form carries."""

from __future__ import annotations

from typing import Annotated

from .values import Form, text


class CsrfToken(Form):
    csrf_token: Annotated[str, *text(0, 64)] = ""
