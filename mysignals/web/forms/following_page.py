"""The fields of the page on which one follows: a form has no nested values and no lists."""

from __future__ import annotations

import re
from typing import Any

from pydantic import model_validator

from .following import Limits, NewFollowing

FIELDS = {"sizing.mode": "size_by", "sizing.value": "size", "sizing": "size"}
"""Which field of the page a fault is about, where it has another name."""
_SAME = (
    "provider", "account_id", "max_leverage", "max_open", "max_deviation_bps", "targets", "on_unprotected",
    "margin_mode",
)  # fmt: skip
_BETWEEN = re.compile(r"[\s,;]+")


def _nested(given: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    symbols = [symbol for symbol in _BETWEEN.split(given.get("symbols", "")) if symbol]
    sizing = {"mode": given.get("size_by", ""), "value": given.get("size", "")}
    return {name: given[name] for name in names if name in given} | {"sizing": sizing, "symbols": symbols}


class FollowPage(NewFollowing):
    @model_validator(mode="before")
    @classmethod
    def _of_fields(cls, given: dict[str, Any]) -> dict[str, Any]:
        return _nested(given, _SAME)


class ChangePage(Limits):
    @model_validator(mode="before")
    @classmethod
    def _of_fields(cls, given: dict[str, Any]) -> dict[str, Any]:
        return _nested(given, tuple(name for name in _SAME if name not in ("provider", "account_id")))
