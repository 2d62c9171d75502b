"""What both clients do with httpx: build a request, sign its very bytes, and tell what came of it."""

from __future__ import annotations

from typing import Any, TypeVar

import httpx

from . import errors
from .reading import Unreadable
from .signing import Signer
from .version import __version__
from .wire import Call, NoReply, Reply, parsed

DEFAULT_BASE_URL = "http://127.0.0.1:5000"
DEFAULT_TIMEOUT_S = 15.0
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
Answer = TypeVar("Answer")


def settings(base_url: str, timeout: float) -> dict[str, Any]:
    """For httpx.Client and httpx.AsyncClient. The address may end with `/v1`; paths bring their own."""
    url = base_url.strip().rstrip("/").removesuffix("/v1")
    try:
        found = httpx.URL(url)
    except httpx.InvalidURL as no:
        raise ValueError(f"base_url: {no}") from None
    if found.scheme not in ("http", "https") or not found.host:
        raise ValueError("base_url: must begin with http:// or https:// and name a host")
    if found.query or found.fragment:
        raise ValueError("base_url: must end before ? and #")
    headers = {"User-Agent": f"mysignals-sdk-python/{__version__}", "Accept": "application/json"}
    return {"base_url": found, "timeout": httpx.Timeout(timeout, connect=min(timeout, 5.0)), "headers": headers}


def signed(http: httpx.Client | httpx.AsyncClient, call: Call[Any], signer: Signer, timestamp: int) -> httpx.Request:
    request = http.build_request(
        call.method, call.path, params=dict(call.query) or None, content=call.body or None, headers=_headers(call)
    )
    request.headers.update(signer.headers(timestamp, call.method, request.url.raw_path, call.body))
    return request


def reply(response: httpx.Response) -> Reply:
    return Reply(
        response.status_code, {name.lower(): value for name, value in response.headers.items()}, response.content
    )


def no_reply(error: httpx.RequestError, base_url: httpx.URL) -> NoReply:
    was_sent = not isinstance(error, _NEVER_SENT)
    what = "the answer was lost" if was_sent else "the server cannot be reached"
    return NoReply(f"{base_url}: {what} ({type(error).__name__}: {error})", was_sent)


def read(call: Call[Answer], heard: Reply) -> Answer:
    """Raises UnexpectedAnswer; nothing is sent again for it."""
    try:
        return call.read(parsed(heard.body), heard)
    except (ValueError, RecursionError) as no:
        what = str(no) if isinstance(no, Unreadable) else "it is not JSON"
        failure = errors.UnexpectedAnswer(f"HTTP {heard.status}, which cannot be read: {what}", heard.status)
        failure.idempotency_key, failure.may_have_happened = call.idempotency_key, call.method != "GET"
        raise failure from None


def _headers(call: Call[Any]) -> dict[str, str]:
    if call.idempotency_key is None:
        return {}
    return {"Content-Type": "application/json", "Idempotency-Key": call.idempotency_key}
