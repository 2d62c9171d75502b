"""Bodies of /keys and /webhooks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from mysignals import clock
from mysignals.models.api_key import PERMISSIONS

from .values import ExactForm, fault, text, whole

LONGEST_LIFE = timedelta(days=3650)
_READABLE = "Must be a time with its zone, for example 2030-01-31T12:00:00Z, or null for never."


def _network(value: str) -> str:
    """As it is written when it stands alone: `203.0.113.7`, `203.0.113.0/24`."""
    try:
        found = ip_network(value)
    except ValueError:
        raise fault("Each must be an IP address, or a network like 203.0.113.0/24.") from None
    return str(found.network_address) if found.num_addresses == 1 else str(found)


def _each_once(values: list[str]) -> list[str]:
    return list(dict.fromkeys(values))


def _moment(value: Any) -> datetime | None:
    if value in (None, ""):
        return None
    if not isinstance(value, str) or len(value) > 40:
        raise fault(_READABLE)
    try:
        found = datetime.fromisoformat(value)
        if found.tzinfo is None:
            raise fault(_READABLE)
        found = found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise fault(_READABLE) from None
    if not clock.now() < found <= clock.now() + LONGEST_LIFE:
        raise fault("Must be in the future, within ten years.")
    return found


Label = Annotated[str, *text(0, 64)]
Network = Annotated[str, *text(2, 43), AfterValidator(_network)]
Permission = Literal[PERMISSIONS]  # type: ignore[valid-type]


class KeyChange(ExactForm):
    """Only what is given is changed. A misspelt restriction must not be taken for none."""

    label: Label = ""
    permissions: Annotated[list[Permission], Field(min_length=1, max_length=10), AfterValidator(_each_once)] = ["read"]
    rate_limit: Annotated[int, whole(10, 120)] = 60
    addresses: Annotated[list[Network], Field(max_length=50), AfterValidator(_each_once)] = []
    expires_on: Annotated[datetime | None, BeforeValidator(_moment)] = None

    def given(self) -> dict[str, Any]:
        """The columns of what the request named."""
        columns = {name: getattr(self, name) for name in self.model_fields_set}
        if "expires_on" in columns:
            columns["expires_at"] = columns.pop("expires_on")
        return columns


class NewKey(KeyChange):
    permissions: Annotated[list[Permission], Field(min_length=1, max_length=10), AfterValidator(_each_once)]


class NewToken(ExactForm):
    label: Label = ""


class TokenName(ExactForm):
    label: Label
