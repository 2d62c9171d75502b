"""What is not a success, as the document describes it: from the very codes and statuses that the door answers with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from mysignals.web.public_v1.answers import STATUSES, Code

_WHEN = "2026-01-31T12:00:00.000Z"


@dataclass(frozen=True, slots=True)
class Example:
    """When a code is told, and one answer with it."""

    when: str
    sentence: str
    more: dict[str, Any] = field(default_factory=dict)


EXAMPLES = {
    Code.INVALID_API_KEY: Example(
        "No such key, revoked, or expired.", "There is no such API key, or it was revoked or has expired."
    ),
    Code.TIMESTAMP_EXPIRED: Example(
        "`X-Timestamp` is missing, no whole number, or more than 300 s off.",
        "X-Timestamp must be the Unix time in seconds, within 300 s of server_time.",
        {"server_time": 1769860800},
    ),
    Code.INVALID_SIGNATURE: Example(
        "Anything was changed after it was signed, or the secret is another.",
        "X-Signature is not the hex HMAC-SHA256 of timestamp + METHOD + path + body with your secret.",
    ),
    Code.IP_NOT_ALLOWED: Example("The key is bound to other addresses.", "This key may not be used from 203.0.113.7."),
    Code.INSUFFICIENT_PERMISSIONS: Example(
        "The key does not have what the call needs.", "This key does not have the permission trade."
    ),
    Code.SUBSCRIPTION_REQUIRED: Example(
        "No active `pro` plan, or the account is not active.", "The developer API needs an active pro plan."
    ),
    Code.RATE_LIMIT_EXCEEDED: Example(
        "Wait `Retry-After` seconds.", "This key may ask 60 times a minute; try again in 7 seconds."
    ),
    Code.INVALID_REQUEST: Example(
        "`fields` names each field and its rule; without it, the whole body is meant.",
        "leverage: Must be a whole number from 1 to 125.",
        {"fields": {"leverage": "Must be a whole number from 1 to 125."}},
    ),
    Code.NOT_FOUND: Example("Not there, or not yours.", "There is nothing here, or it is not visible to you."),
    Code.CONFLICT: Example(
        "An `Idempotency-Key` that was used for another request, or the same request is still under way.",
        "This Idempotency-Key was used for another request; send a new key with another body.",
    ),
    Code.NO_EXCHANGE: Example(
        "No account to place it on.", "You have no exchange account that is ready; connect one first."
    ),
    Code.EXCHANGE_ERROR: Example(
        "No exchange answered, or it refused; with `Retry-After` where figures are still being read.",
        "No exchange answers just now.",
    ),
    Code.INTERNAL_ERROR: Example(
        "Ours; with `Retry-After` where the database or Redis is away.",
        "Something went wrong on our side. Tell us the request id 5f1d7a84db9d4ce7a8c2f8a1d1a2b3c4.",
    ),
}
AT_THE_DOOR = (
    Code.INVALID_API_KEY, Code.TIMESTAMP_EXPIRED, Code.INVALID_SIGNATURE, Code.IP_NOT_ALLOWED,
    Code.INSUFFICIENT_PERMISSIONS, Code.SUBSCRIPTION_REQUIRED, Code.RATE_LIMIT_EXCEEDED, Code.INVALID_REQUEST,
    Code.INTERNAL_ERROR,
)  # fmt: skip
"""What any signed call may be told, whatever it is."""
AT_A_WEBHOOK = (
    Code.NOT_FOUND, Code.SUBSCRIPTION_REQUIRED, Code.RATE_LIMIT_EXCEEDED, Code.INVALID_REQUEST, Code.CONFLICT,
    Code.INTERNAL_ERROR,
)  # fmt: skip
"""What is told to who comes with a token in place of a signature."""


def schema() -> dict[str, Any]:
    """The envelope of every failure."""
    properties = {
        "success": {"const": False, "examples": [False]},
        "error": {"type": "string", "description": "A sentence for people.", "examples": ["Something is wrong."]},
        "code": {
            "enum": [code.value for code in Code],
            "description": "What programs decide by.",
            "examples": [Code.INVALID_REQUEST.value],
        },
        "timestamp": {"type": "string", "format": "date-time", "examples": [_WHEN]},
        "fields": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": "Each field that is wrong, and its rule. Only with INVALID_REQUEST.",
            "examples": [{"leverage": "Must be a whole number from 1 to 125."}],
        },
        "server_time": {
            "type": "integer",
            "description": "Unix seconds. Only with TIMESTAMP_EXPIRED.",
            "examples": [1769860800],
        },
    }
    return {"type": "object", "properties": properties, "required": ["success", "error", "code", "timestamp"]}


def by_status(codes: Iterable[Code]) -> dict[int, dict[str, Any]]:
    """Status -> description and JSON content with an example of each code."""
    found: dict[int, list[Code]] = {}
    for code in dict.fromkeys(codes):
        found.setdefault(STATUSES[code], []).append(code)
    return {status: _response(found[status]) for status in sorted(found)}


def _response(codes: list[Code]) -> dict[str, Any]:
    envelope = {"$ref": "#/components/schemas/Failure"}
    only = {"properties": {"code": {"enum": [code.value for code in codes]}}}
    return {
        "description": " ".join(f"**{code}**: {EXAMPLES[code].when}" for code in codes),
        "content": {
            "application/json": {
                "schema": {"allOf": [envelope, only]},
                "examples": {code.value: {"summary": code.value, "value": _body(code)} for code in codes},
            }
        },
    }


def _body(code: Code) -> dict[str, Any]:
    told = EXAMPLES[code]
    return {"success": False, "error": told.sentence, "code": code.value, "timestamp": _WHEN, **told.more}
