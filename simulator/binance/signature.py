"""Is this request really from the holder of the secret, and in time? (EXCHANGES 2.2, the same for futures.)"""

import hmac

from simulator.binance.parameters import Parameters
from simulator.binance.refusal import Refusal, missing

NOT_VALID = "Signature for this request is not valid."
MARK = b"signature="


def check_signature(secret: bytes, query: bytes, body: bytes) -> None:
    """HMAC-SHA256 over query and body as they arrived, without separator; the signature comes last in either."""
    if MARK in body:
        signed, sent = _split(body)
        payload = query + signed
    else:
        signed, sent = _split(query)
        payload = signed + body
    # Not percent-encoded: refused since 2026-01-15.
    if not payload.isascii() or hmac.digest(secret, payload, "sha256").hex().encode() != sent.lower():
        raise Refusal(-1022, NOT_VALID)


def _split(part: bytes) -> tuple[bytes, bytes]:
    at = part.rfind(MARK)
    if at < 0:
        raise missing("signature")
    if at and part[at - 1] != 38:  # "&": else it is the tail of another name
        raise Refusal(-1022, NOT_VALID)
    sent = part[at + len(MARK) :]
    if not sent:
        raise missing("signature")
    return part[: max(at - 1, 0)], sent


def check_time(params: Parameters, now_ms: int) -> None:
    """In time: timestamp < now + 1000 and now - timestamp <= recvWindow (5000 unless sent, at most 60000)."""
    stamp = params.get("timestamp", "")
    if not (stamp.isascii() and stamp.isdecimal()) or len(stamp) > 18:
        raise missing("timestamp")
    sent_ms = int(stamp)
    if sent_ms > 100_000_000_000_000:  # microseconds are accepted too
        sent_ms //= 1000
    window_ms = _window(params.get("recvWindow"))
    if sent_ms >= now_ms + 1000:
        raise Refusal(-1021, "Timestamp for this request was 1000ms ahead of the server's time.")
    if now_ms - sent_ms > window_ms:
        raise Refusal(-1021, "Timestamp for this request is outside of the recvWindow.")


def _window(sent: str | None) -> float:
    if not sent:
        return 5000
    whole, _, fraction = sent.partition(".")
    digits = whole + fraction
    if not (digits.isascii() and digits.isdecimal() and whole) or len(whole) > 9 or len(fraction) > 3:
        raise missing("recvWindow")
    window_ms = float(sent)
    if window_ms > 60000:
        raise Refusal(-1131, "recvWindow must be less than 60000.")
    return window_ms
