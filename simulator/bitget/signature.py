"""Is this request really from the holder of the secret, and in time? (EXCHANGES 4.1, 5.2)"""

import hmac
from base64 import b64encode

from simulator.bitget.refusal import Refusal

TOLERANCE_MS = 30_000
LONGEST_WINDOW_MS = 60_000


def check_signature(
    secret: bytes, stamp: bytes, method: bytes, path: bytes, query: bytes, body: bytes, sent: bytes
) -> None:
    """The question mark belongs to what is signed, whenever there is a query; `path` is without our prefix."""
    signed = b"%b%b%b%b%b" % (stamp, method, path, b"?" + query if query else b"", body)
    if not hmac.compare_digest(b64encode(hmac.digest(secret, signed, "sha256")), sent):
        raise Refusal("40009", "sign signature error")


def check_time(stamp: bytes, now_ms: int) -> None:
    """The header's milliseconds, half a minute early or late at most."""
    if not stamp.isdigit() or len(stamp) > 18:
        raise Refusal("40005", "Invalid ACCESS_TIMESTAMP")
    if abs(now_ms - int(stamp)) > TOLERANCE_MS:
        raise Refusal("40008", "Request timestamp expired")


def check_window(request_time: str, window: str, now_ms: int) -> None:
    """The optional deadline of an order: it counts only when both fields are sent."""
    if window and not (window.isdecimal() and len(window) <= 9 and 0 < int(window) < LONGEST_WINDOW_MS):
        raise Refusal("40079", "The receiveWindow must be above 0 and below 60000")
    if not (request_time and window):
        return
    if not (request_time.isdecimal() and len(request_time) <= 18):
        raise Refusal("40078", "The requestTime is not a time in milliseconds")
    if now_ms - int(request_time) > int(window):
        raise Refusal("40078", "The request has exceeded its receiveWindow")
