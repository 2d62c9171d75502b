"""What each view of /v1 is for, takes and answers. A view that is missing here stops the document, and a test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mysignals.models.exchange_account import ENVIRONMENTS
from mysignals.web.public_v1.answers import Code

from .figures import Account, Position


@dataclass(frozen=True, slots=True)
class Operation:
    """`answer` is the model of a 200; `headers` the names of headers that it may have besides."""

    name: str
    summary: str
    description: str
    answer: Any
    tag: str
    body: Any = None
    requests: Mapping[str, Any] = field(default_factory=dict)
    """Bodies to begin with, by what they do."""
    parameters: tuple[Mapping[str, Any], ...] = ()
    headers: tuple[str, ...] = ()
    refusals: tuple[Code, ...] = ()
    """Besides what any call may be told at the door."""


_ENVIRONMENT = {
    "name": "environment",
    "in": "query",
    "required": False,
    "description": "Of live, testnet and paper the first that you have accounts in, unless you name one.",
    "schema": {"type": "string", "enum": list(ENVIRONMENTS)},
    "example": "live",
}

OPERATIONS: dict[str, Operation] = {
    "v1_account.summary": Operation(
        name="getAccount",
        summary="Balances and plan",
        description="Real figures from your exchanges, at most 10 s old.",
        answer=Account,
        tag="Reading",
        parameters=(_ENVIRONMENT,),
        headers=("X-Data-Age",),
        refusals=(Code.EXCHANGE_ERROR,),
    ),
    "v1_account.positions": Operation(
        name="getPositions",
        summary="Open positions",
        description="Across all connected exchanges, at most 10 s old.",
        answer=list[Position],
        tag="Reading",
        parameters=(_ENVIRONMENT,),
        headers=("X-Data-Age", "X-Warnings"),
        refusals=(Code.EXCHANGE_ERROR,),
    ),
}
"""By endpoint."""
