"""The fields of the pages on which keys for programs are made and changed: a form has no lists and no moments."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from pydantic import model_validator

from mysignals import clock
from mysignals.models.api_key import PERMISSIONS

from .program_keys import KeyChange, Label, NewKey
from .values import Form

LIVES = ("", "30", "90", "365")
"""Days; empty is for ever."""
_BETWEEN = re.compile(r"[\s,;]+")


KEEP = "keep"
"""The end that a key has already."""


def _columns(given: dict[str, Any]) -> dict[str, Any]:
    days = given.get("days", "")
    until = (clock.now() + timedelta(days=int(days))).isoformat() if days in LIVES and days else days
    return {
        "label": given.get("label", ""),
        "permissions": [name for name in PERMISSIONS if given.get(f"may_{name}")],
        "rate_limit": given.get("rate_limit", ""),
        "addresses": [address for address in _BETWEEN.split(given.get("addresses", "")) if address],
        "expires_on": until,
    }


class KeyPage(NewKey):
    @model_validator(mode="before")
    @classmethod
    def _of_fields(cls, given: dict[str, Any]) -> dict[str, Any]:
        return _columns(given)


class KeyChangePage(KeyChange):
    @model_validator(mode="before")
    @classmethod
    def _of_fields(cls, given: dict[str, Any]) -> dict[str, Any]:
        found = _columns(given)
        if given.get("days") == KEEP:
            del found["expires_on"]
        return found


class LabelPage(Form):
    """Of a webhook: as the body of /webhooks, beside what every form of ours carries."""

    label: Label
