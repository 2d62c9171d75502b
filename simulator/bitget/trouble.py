"""How Bitget words each fault: statuses, bodies and headers (EXCHANGES 5.7, 5.8)."""

from simulator.bitget.envelope import failure
from simulator.bitget.limits import SPENT
from simulator.clock import Clock
from simulator.wire.exchanged import Reply

WAF = b"<html><head><title>403 Forbidden</title></head><body><h1>403 Forbidden</h1></body></html>"
SAID = {
    "error_after_execute": (400, "40010", "Request timed out"),
    "error_before_execute": (500, "40015", "System is abnormal, please try again later"),
    "maintenance": (400, "40200", "Server upgrade, please try again later"),
    "rate_limit": (429, "429", "Too Many Requests"),
    "reject": (400, "40762", "The order amount exceeds the balance"),
}


class Trouble:
    """A fault's own `status` and `body` go before these. The venue names no time to wait.

    A `reject` whose body is a bare code is put into the envelope.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def __call__(self, kind: str, status: int | None, body: bytes | None, delay_ms: int | None) -> Reply:
        if kind == "reject" and body is not None and body.isdigit():
            return failure(status or 400, body.decode(), "Rejected on demand", self._clock.now_ms())
        if kind == "ban":
            usual = Reply(403, WAF, reason="403", content_type=b"text/html")
        else:
            usual_status, code, message = SAID[kind]
            headers = SPENT if kind == "rate_limit" else b""
            usual = failure(usual_status, code, message, self._clock.now_ms(), headers)
        return usual._replace(status=status or usual.status, body=usual.body if body is None else body)
