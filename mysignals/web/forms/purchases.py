"""Bodies of /signal."""

from __future__ import annotations

from typing import Annotated

from .values import Form, whole


class Stars(Form):
    rate: Annotated[int, whole(1, 5)]
