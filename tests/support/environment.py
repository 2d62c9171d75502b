"""The environment a test gives to `Settings.from_environment` and to processes it starts."""

from __future__ import annotations

from nacl.public import PrivateKey

_PRIVATE = PrivateKey(bytes(range(32)))

VAULT_PRIVATE_KEY = bytes(_PRIVATE).hex()
VAULT_PUBLIC_KEY = bytes(_PRIVATE.public_key).hex()


def environment_for_tests(database_url: str, redis_url: str) -> dict[str, str]:
    """What a web process gets; add VAULT_PRIVATE_KEY for a worker."""
    return {
        "MYSIGNALS_ENV": "development",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "SECRET_KEY": "0" * 64,
        "VAULT_PUBLIC_KEY": VAULT_PUBLIC_KEY,
    }
