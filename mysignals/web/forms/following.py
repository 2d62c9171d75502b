"""Bodies of /following."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from mysignals.models.following import ON_UNPROTECTED, SIZING_MODES, TARGETS

from .values import ExactForm, Money, RowId, Symbol, UserName, fault, whole


class Sizing(ExactForm):
    mode: Literal[SIZING_MODES]  # type: ignore[valid-type]
    value: Money

    @field_validator("value")
    @classmethod
    def _at_most_all(cls, value: Decimal, info: ValidationInfo) -> Decimal:
        if info.data.get("mode") in ("percent", "risk") and value > 100:
            raise fault("Must be at most 100 percent.")
        return value


def _each_once(symbols: list[str]) -> list[str]:
    return list(dict.fromkeys(symbols))


class Limits(ExactForm):
    """What a follower may set at any time; only what is given is changed."""

    sizing: Sizing = None  # type: ignore[assignment]
    max_leverage: Annotated[int, whole(1, 125)] = 20
    max_open: Annotated[int, whole(1, 1000)] = 10
    max_deviation_bps: Annotated[int, whole(0, 10_000)] = 50
    targets: Literal[TARGETS] = "first"  # type: ignore[valid-type]
    symbols: Annotated[list[Symbol], Field(max_length=500), AfterValidator(_each_once)] = []
    on_unprotected: Literal[ON_UNPROTECTED] = "close"  # type: ignore[valid-type]
    margin_mode: Literal["cross", "isolated"] = "cross"
    paused: bool = False

    def given(self) -> dict[str, Any]:
        """The columns of what the request named, and nothing else."""
        columns = {name: getattr(self, name) for name in self.model_fields_set & set(Limits.model_fields)}
        sizing = columns.pop("sizing", None)
        if sizing is not None:
            columns |= {"sizing_mode": sizing.mode, "sizing_value": sizing.value}
        return columns


class NewFollowing(Limits):
    provider: UserName
    account_id: RowId
    sizing: Sizing
