"""Whose request is it, is it really theirs, and is it fresh? (EXCHANGES 7, seed errata 8.2)

HMAC-SHA512 over tonce + public key + body, in base64. Neither path nor method is signed: the tonce alone keeps a
captured request from being sent again.
"""

import binascii
import hmac

from simulator.magnr.refusal import Refusal
from simulator.wire.exchanged import Request

WINDOW_MS = 300_000
LONGEST_TONCE = 18


def read_authorization(request: Request) -> tuple[bytes, bytes]:
    """Public key and signature of `Basic base64(key:signature)`. The scheme is case-insensitive (RFC 7617)."""
    scheme, _, packed = request.headers.get(b"authorization", b"").partition(b" ")
    if scheme.lower() != b"basic":
        raise Refusal(401, "Missing authorization")
    try:
        key, _, signature = binascii.a2b_base64(packed.strip(), strict_mode=True).partition(b":")
    except binascii.Error as problem:
        raise Refusal(401, "Invalid authorization") from problem
    return key, signature


def read_tonce(request: Request, now_ms: int) -> int:
    """Milliseconds, at most five minutes away from now: microseconds are tens of thousands of years away."""
    sent = request.headers.get(b"tonce", b"")
    if not sent.isdigit() or len(sent) > LONGEST_TONCE:
        raise invalid_tonce()
    tonce = int(sent)
    check_window(tonce, now_ms)
    return tonce


def invalid_tonce() -> Refusal:
    return Refusal(401, "Invalid tonce")


def check_window(tonce: int, now_ms: int) -> None:
    if abs(tonce - now_ms) > WINDOW_MS:
        raise invalid_tonce()


def check_signature(secret: bytes, key: bytes, signature: bytes, request: Request) -> None:
    prehash = request.headers.get(b"tonce", b"") + key + request.body
    expected = binascii.b2a_base64(hmac.digest(secret, prehash, "sha512"), newline=False)
    if not hmac.compare_digest(expected, signature):
        raise Refusal(401, "Invalid signature")
