"""The application's secrets: out of the environment, else out of the instance's keys."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mysignals.embedded.errors import StartError
from mysignals.embedded.keys import Keys, keys_of

NAMES = ("SECRET_KEY", "VAULT_PUBLIC_KEY", "VAULT_PRIVATE_KEY", "SIMULATOR_CONTROL_TOKEN", "REDIS_PASSWORD")
_PAIR = ("VAULT_PUBLIC_KEY", "VAULT_PRIVATE_KEY")


def gather(env: Mapping[str, str], instance: Path, *, production: bool) -> dict[str, str]:
    """By name, all of NAMES. What the environment says goes first; in production nothing is made up."""
    given = {name: env[name].strip() for name in NAMES if env.get(name, "").strip()}
    if production:
        _require(given, "VAULT_PRIVATE_KEY", "`python run.py` starts workers, which open the vault")
        return dict.fromkeys(NAMES, "") | given
    for name in _PAIR if given.keys() & set(_PAIR) else ():
        _require(given, name, "its other half is set, and a pair belongs together")
    return _named(keys_of(instance)) | given


def _require(given: Mapping[str, str], name: str, why: str) -> None:
    if name not in given:
        raise StartError(f"{name} is not set: {why}; `flask --app run make-keys` prints a pair")


def _named(keys: Keys) -> dict[str, str]:
    return {
        "SECRET_KEY": keys.secret_key,
        "VAULT_PUBLIC_KEY": keys.vault_public_key,
        "VAULT_PRIVATE_KEY": keys.vault_private_key,
        "SIMULATOR_CONTROL_TOKEN": keys.simulator_control_token,
        "REDIS_PASSWORD": keys.redis_password,
    }
