"""Bodies of /signal, and the field of the page that buys."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from mysignals.domain import payment

from .values import Form, fault, text, whole


def _hash(given: str) -> str:
    found = payment.tx_hash(given.strip())
    if found is None:
        raise fault("Must be the hash of a transaction: 0x and 64 hex digits.")
    return found


class Stars(Form):
    rate: Annotated[int, whole(1, 5)]


class Shown(Form):
    """The hash of a payment, as the page takes it: in lower case afterwards."""

    tx_hash: Annotated[str, *text(1, 100), AfterValidator(_hash)]
