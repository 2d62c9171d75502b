"""Where the developer API is served, and what a signature may say of the path."""

from __future__ import annotations

from flask import request

SERVED_AT = ("/v1", "/api/public/v1")
MOUNTED_AT = ("/v1", "/v1/v1", "/api/public/v1", "/api/public/v1/v1")
"""The source document's own client appends `/v1/signal` to a base URL that ends in `/v1`, and signs `/v1/signal`."""
_PREFIX, _DOUBLED = "/api/public", "/v1/v1"


def covers(path: str) -> bool:
    return any(path == prefix or path.startswith(f"{prefix}/") for prefix in SERVED_AT)


def sent() -> str:
    """Path and query as they came over the wire, percent-encoding and all."""
    raw: str = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or request.full_path
    if not raw.startswith("/"):  # Proxies may be sent a whole address.
        raw = "/" + raw.partition("://")[2].partition("/")[2]
    return raw


def signable() -> tuple[str, ...]:
    """What may stand for the path in a signature: as sent, without the mounted prefix, with `/v1` once."""
    raw = sent()
    found = [raw]
    if raw.startswith(f"{_PREFIX}/"):
        found.append(raw.removeprefix(_PREFIX))
    found += [path.removeprefix("/v1") for path in found if path.startswith(f"{_DOUBLED}/")]
    return tuple(found)


def plain() -> str:
    """The same for every address a request may come in at: without prefix, `/v1` once."""
    return signable()[-1]
