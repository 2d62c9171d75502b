"""The texts of the document that belong to no single call."""

from __future__ import annotations

from typing import Any

INTRODUCTION = """
For programs: signed with a key that you make yourself. It needs an active `pro` plan. Served at `/v1/...` and at
`/api/public/v1/...`.

**Signing.** Send the key in `X-API-Key`, the Unix time in whole seconds in `X-Timestamp`, and in `X-Signature` the hex
HMAC-SHA256 with the secret over `timestamp + METHOD + path + body`. `path` is what goes over the wire: with its
percent-encoding, and with `?query` where there is one. `body` are the raw bytes, nothing for a GET.

**Sending again.** A POST is carried out once: sent again with the same signature or the same `Idempotency-Key`, it
is answered with the first answer and `Idempotent-Replayed: true`, for 24 hours.

**How often.** Each key has its limit, 10 to 120 requests a minute, counted over a moving minute.

Numbers are exact: prices and quantities may be sent as JSON numbers or as numeric strings, and are answered as numbers
with the very digits. Later versions may answer more fields than these.
""".strip()

SECURITY_SCHEMES: dict[str, Any] = {
    "key": {
        "type": "apiKey",
        "in": "header",
        "name": "X-API-Key",
        "description": "The key, `mk_` and 32 letters and digits.",
    },
    "timestamp": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Timestamp",
        "description": "Unix time in whole seconds, within 300 s of the server's.",
    },
    "signature": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Signature",
        "description": "Hex HMAC-SHA256 with the secret over `timestamp + METHOD + path + body`, in small letters.",
    },
}

HEADERS: dict[str, Any] = {
    "X-RateLimit-Limit": {
        "description": "How often this key may ask within a minute.",
        "required": True,
        "schema": {"type": "integer", "minimum": 1},
        "example": 60,
    },
    "X-RateLimit-Remaining": {
        "description": "What is left of it.",
        "required": True,
        "schema": {"type": "integer", "minimum": 0},
        "example": 59,
    },
    "X-RateLimit-Reset": {
        "description": "Unix seconds: when the oldest counted request leaves the minute.",
        "required": True,
        "schema": {"type": "integer"},
        "example": 1769860860,
    },
    "X-Request-ID": {
        "description": "By which this request is found in our log; your own, where you sent one.",
        "required": True,
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{8,64}$"},
        "example": "5f1d7a84db9d4ce7a8c2f8a1d1a2b3c4",
    },
    "Retry-After": {
        "description": "After so many seconds it is worth trying again.",
        "required": True,
        "schema": {"type": "integer", "minimum": 1},
        "example": 7,
    },
    "Idempotent-Replayed": {
        "description": "There, and `true`, where this is the answer of an earlier request: nothing was done again.",
        "required": False,
        "schema": {"const": "true"},
        "example": "true",
    },
    "X-Data-Age": {
        "description": "How old the oldest of these figures are, in seconds; only where any were kept.",
        "required": False,
        "schema": {"type": "integer", "minimum": 0},
        "example": 4,
    },
    "X-Warnings": {
        "description": "What is missing in this list and why: a JSON list of sentences. Only where something is.",
        "required": False,
        "schema": {"type": "string"},
        "example": '["phemex account 18 does not answer just now."]',
    },
}

PERHAPS_AGAIN: dict[str, Any] = HEADERS["Retry-After"] | {
    "description": "There where it is worth trying again, after so many seconds.",
    "required": False,
}
"""Of a failure of ours, or of figures that are still being read."""

IDEMPOTENCY_KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Of your making, for this one request: sent again, it is answered and not carried out again.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
    "example": "entry-2026-01-31-7",
}
