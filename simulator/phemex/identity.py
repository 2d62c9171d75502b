"""Names the venue makes up by itself: order ids in the shape of a UUID, account numbers, times in nanoseconds.

All follow from seed, key and count, so that the same requests get the same bytes.
"""

import hashlib
import zlib

NS = 1_000_000  # nanoseconds of a millisecond


def unique_id(seed: int, what: str, number: int) -> str:
    made = hashlib.md5(f"{seed}/phemex/{what}/{number}".encode(), usedforsecurity=False).hexdigest()
    return f"{made[:8]}-{made[8:12]}-{made[12:16]}-{made[16:20]}-{made[20:]}"


def user_number(api_key: str) -> int:
    return zlib.crc32(api_key.encode()) % 9_000_000 + 1_000_000


def account_number(api_key: str, currency_code: int) -> int:
    """One trading account a currency: the user's number and four digits of the currency."""
    return user_number(api_key) * 10_000 + currency_code
