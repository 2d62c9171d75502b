"""How Phemex words each fault: statuses, bodies and headers (EXCHANGES 6.2, 6.3, 6.9)."""

import orjson

from simulator.phemex.limits import TOO_MANY, header
from simulator.wire.exchanged import Reply

SAID = {
    "error_after_execute": (503, 11107, "TE_CANNOT_CONNECT_TO_REQUEST_SEQ"),
    "error_before_execute": (503, 11107, "TE_CANNOT_CONNECT_TO_REQUEST_SEQ"),
    "maintenance": (503, 503, "System maintenance"),
    "reject": (200, 11001, "TE_NO_ENOUGH_AVAILABLE_BALANCE"),
}
BLOCKED_MS = 300_000


class Trouble:
    """A fault's own `status` and `body` go before these; a body that is a bare code is put into the envelope.

    `delay_ms` sets how long rate_limit and ban say to wait.
    """

    def __init__(self, group: str) -> None:
        self._group = group

    def __call__(self, kind: str, status: int | None, body: bytes | None, delay_ms: int | None) -> Reply:
        if kind == "rate_limit":
            wait = header("retry-after", self._group, -(-(delay_ms or 1000) // 1000))
            usual = _worded(429, 39995, TOO_MANY, header("remaining", self._group, 0) + wait)
        elif kind == "ban":
            wait = header("retry-after", "", -(-(delay_ms or BLOCKED_MS) // 1000))
            usual = _worded(403, 403, "Forbidden", wait)
        else:
            usual = _worded(*SAID[kind])
        if body is not None and body.isdigit():
            body = _worded(200, int(body), "rejected").body
        return usual._replace(status=status or usual.status, body=usual.body if body is None else body)


def _worded(status: int, code: int, message: str, headers: bytes = b"") -> Reply:
    return Reply(status, orjson.dumps({"code": code, "msg": message, "data": None}), headers, str(code))
