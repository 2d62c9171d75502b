"""Is this request really from the holder of the secret, and in time? (EXCHANGES 6.2.)

The secret is used as it is printed; neither `?` nor a blank stands between path and query.
"""

import hmac

from simulator.phemex.refusal import Refusal

TOKEN, EXPIRY, SIGNATURE = b"x-phemex-access-token", b"x-phemex-request-expiry", b"x-phemex-request-signature"
MOST_DIGITS = 10  # of Unix seconds until the year 2286: an expiry in milliseconds is a mistake


def check_signature(secret: bytes, path: bytes, query: bytes, expiry: bytes, body: bytes, sent: bytes) -> None:
    """All bytes as they arrived; `path` without the prefix of the venue. Lower-case hexadecimal is compared."""
    if not sent:
        raise Refusal(10500, "Missing required parameter: x-phemex-request-signature", 401)
    made = hmac.digest(secret, path + query + expiry + body, "sha256").hex().encode()
    if not hmac.compare_digest(made, sent):
        raise Refusal(10500, "API Signature verification failed.", 401)


def check_expiry(expiry: bytes, now_ms: int) -> None:
    """Unix seconds. There is no limit ahead, as the documentation names none; a passed one is refused."""
    if not expiry.isdigit() or len(expiry) > MOST_DIGITS:
        raise Refusal(10500, "Missing required parameter: x-phemex-request-expiry in seconds", 401)
    if int(expiry) < now_ms // 1000:
        raise Refusal(10500, "Request expired.")
