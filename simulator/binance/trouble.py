"""How Binance words each fault: statuses, bodies and headers (EXCHANGES 2.7, 3.6)."""

import orjson

from simulator.clock import Clock
from simulator.wire.exchanged import Reply

BUSY = "Too much request weight used; current limit is {limit} request weight per 1 MINUTE."
BANNED = "Way too much request weight used; IP banned until {until}. Please use WebSocket Streams to avoid bans."
WAF = b"<html><head><title>403 Forbidden</title></head><body><h1>403 Forbidden</h1></body></html>"
UNKNOWN_SPOT = (
    -1007, "Timeout waiting for response from backend server. Send status unknown; execution status unknown.",
)  # fmt: skip
UNKNOWN_USDM = (-1000, "Unknown error, please check your request or try again later.")
FAILED = (-1001, "Internal error; unable to process your request. Please try again.")
CLOSED_SPOT = (-1016, "This service is no longer available.")
CLOSED_USDM = (-1, "Service Unavailable.")


class Trouble:
    """A fault's own `status` and `body` go before these; `delay_ms` sets Retry-After of rate_limit and ban."""

    def __init__(self, clock: Clock, futures: bool, weight_limit: int) -> None:
        self._clock, self._weight_limit = clock, weight_limit
        self._said = {
            "error_after_execute": (503, UNKNOWN_USDM if futures else UNKNOWN_SPOT),
            "error_before_execute": (503, FAILED),
            "maintenance": (503, CLOSED_USDM if futures else CLOSED_SPOT),
            "reject": (400, (-2010, "NEW_ORDER_REJECTED")),
        }

    def __call__(self, kind: str, status: int | None, body: bytes | None, delay_ms: int | None) -> Reply:
        if kind == "rate_limit":
            wait_s = -(-(delay_ms or 1000) // 1000)
            usual = self._worded(429, -1003, BUSY.format(limit=self._weight_limit), wait_s)
        elif kind == "ban":
            usual = self._ban(status, -(-(delay_ms or 120_000) // 1000))
        else:
            usual_status, (code, message) = self._said[kind]
            usual = self._worded(usual_status, code, message)
        return usual._replace(status=status or usual.status, body=usual.body if body is None else body)

    def _ban(self, status: int | None, wait_s: int) -> Reply:
        if status == 403:
            return Reply(403, WAF, reason="403", content_type=b"text/html")
        until = self._clock.now_ms() + wait_s * 1000
        return self._worded(418, -1003, BANNED.format(until=until), wait_s)

    def _worded(self, status: int, code: int, message: str, wait_s: int | None = None) -> Reply:
        headers = b"" if wait_s is None else b"Retry-After: %d\r\n" % wait_s
        return Reply(status, orjson.dumps({"code": code, "msg": message}), headers, str(code))
