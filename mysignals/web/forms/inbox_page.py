"""What the page of notifications posts."""

from __future__ import annotations

from typing import Annotated

from .values import Form, whole


class Seen(Form):
    """`newest` is the id of the first notification that was shown."""

    newest: Annotated[int, whole(0, 2**63 - 1)]
