"""How Magnr words each fault. 500 and 504 leave open whether a trade exists (EXCHANGES 7).

Magnr documented no limits, bans and maintenance: these are the usual statuses in its envelope.
"""

from simulator.magnr.refusal import worded
from simulator.wire.exchanged import Reply

FAILED = "The system encountered an error, or the exchange failed to accept the trade"
SAID = {
    "error_after_execute": (500, FAILED),
    "error_before_execute": (500, FAILED),
    "rate_limit": (429, "Too many requests"),
    "ban": (403, "Forbidden"),
    "maintenance": (503, "Service unavailable"),
    "reject": (400, "The request parameters were missing or incorrect"),
}


def trouble(kind: str, status: int | None, body: bytes | None, delay_ms: int | None) -> Reply:
    """A fault's own `status` and `body` go before these; `delay_ms` sets Retry-After of rate_limit."""
    usual_status, message = SAID[kind]
    if status == 504:
        message = "There was a problem with the exchange"
    headers = b"Retry-After: %d\r\n" % -(-(delay_ms or 1000) // 1000) if kind == "rate_limit" else b""
    usual = worded(status or usual_status, message, headers)
    return usual if body is None else usual._replace(body=body)
