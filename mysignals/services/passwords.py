"""Passwords: argon2id, at a cost that two cores bear (19 MiB, 2 passes: OWASP's second choice)."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def hashed(password: str) -> str:
    return _HASHER.hash(password)


def matches(password: str, password_hash: str | None) -> bool:
    """Whether it is the password; as slow where there is no user at all (`None`)."""
    try:
        _HASHER.verify(password_hash or _nobodys(), password)
    except VerifyMismatchError:
        return False
    return password_hash is not None


@cache
def _nobodys() -> str:
    return _HASHER.hash("nobody has this password")
