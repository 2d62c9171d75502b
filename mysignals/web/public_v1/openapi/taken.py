"""What may be sent in a body: of the forms that read it their fields, with what JSON they take and what it is for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from .values import Untitled

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Taken:
    """`schema` where the form's own is not all that can be said of it."""

    description: str
    example: Any
    schema: Json | None = None


def _as_number_or_text(number: Json, pattern: str) -> Json:
    return {"anyOf": [number, {"type": "string", "pattern": pattern}]}


_LEFT_OUT = {"enum": [None, ""]}
"""Both say the same as no such field."""
_PRINTABLE = r"^[^\u0000-\u001f\u007f-\u009f]*$"
_MONEY = _as_number_or_text(
    {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 10**16},
    r"^[1-9][0-9]{0,15}(\.[0-9]{1,12})?$|^0\.[0-9]{0,11}[1-9]$",
)
_SHARE = _as_number_or_text(
    {"type": "number", "minimum": 0.1, "maximum": 100}, r"^(100|[1-9][0-9]?(\.[0-9]{1,12})?|0\.[1-9][0-9]{0,11})$"
)
_LEVERAGE = _as_number_or_text({"type": "integer", "minimum": 1, "maximum": 125}, r"^(12[0-5]|1[01][0-9]|[1-9][0-9]?)$")
_ROW = _as_number_or_text({"type": "integer", "minimum": 1, "maximum": 2**63 - 1}, r"^[1-9][0-9]{0,17}$")
FIELDS = {
    "symbol": Taken("Trading pair.", "BTCUSDT", {"type": "string", "pattern": r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,31}$"}),
    "market": Taken("`futures` where it is left out.", "futures"),
    "action": Taken("`open_short` is for futures. `close_*` closes what this platform opened there.", "open_long"),
    "side": Taken("`long` is `buy`, `short` is `sell`. On spot, `sell` needs `reduce_only`.", "long"),
    "type": Taken("`market` where it is left out. `limit` needs `price`.", "market"),
    "reduce_only": Taken("Close: `sell` what is long, `buy` what is short.", False),
    "leverage": Taken("1 to 125, 1 where it is left out; not on spot.", 10, _LEVERAGE),
    "risk_percent": Taken(
        "Share of the available balance used as margin, in percent: notional = margin * leverage. 1 where neither it "
        "nor `quantity` is named.",
        2.0,
        _SHARE,
    ),
    "quantity": Taken("In base; overrides `risk_percent`.", 0.01, _MONEY),
    "price": Taken("In quote: of a limit order, and only of one.", 43500, _MONEY),
    "stop_loss": Taken("Price, in quote. Where it is left out we set one.", 41000, _MONEY),
    "take_profit": Taken("Price, in quote. Where it is left out we set one.", 45000, _MONEY),
    "comment": Taken(
        "For yourself.", "My trading bot signal", {"type": "string", "maxLength": 200, "pattern": _PRINTABLE}
    ),
    "exchange_account_id": Taken("One account; all of yours that are ready where it is left out.", 17, _ROW),
    "id": Taken(
        "Of an alert: a second one with it is answered and not carried out again.",
        "BTCUSDT-15-2026-01-31T12:00:00Z",
        {"type": "string", "minLength": 1, "maxLength": 255, "pattern": _PRINTABLE},
    ),
}
"""By name: a field means the same wherever it is."""


def schema_of(form: type[BaseModel]) -> Json:
    """Raises KeyError for a field that nobody has described."""
    made: Json = form.model_json_schema(schema_generator=Untitled)
    needed = set(made.get("required", ()))
    properties = {name: _property(name, own, name in needed) for name, own in made["properties"].items()}
    return {"type": "object", "properties": properties, "required": sorted(needed), "additionalProperties": False}


def _property(name: str, own: Json, needed: bool) -> Json:
    said = FIELDS[name]
    base = said.schema or {key: own[key] for key in ("type", "enum", "const") if key in own}
    if needed:
        found = dict(base)
    elif "anyOf" in base:
        found = {"anyOf": [*base["anyOf"], _LEFT_OUT]}
    else:
        found = {"anyOf": [base, _LEFT_OUT]}
    return {**found, "description": said.description, "examples": [said.example]}
