"""The secrets of one instance, made on its first start and kept in `keys.json`."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from mysignals.embedded.errors import StartError


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """All of them are hex text."""

    secret_key: str
    vault_public_key: str
    vault_private_key: str
    simulator_control_token: str
    redis_password: str


def keys_of(instance: Path) -> Keys:
    """Read the keys of an instance, making them on the first start."""
    path = instance / "keys.json"
    if not path.exists():
        write_private(path, json.dumps(asdict(_new_keys()), indent=2))
    try:
        found = json.loads(path.read_text())
        return Keys(**{field.name: str(found[field.name]) for field in fields(Keys)})
    except (ValueError, KeyError, TypeError) as error:
        raise StartError(
            f"{path} is not readable as keys ({error!r}); restore it from a backup, or choose another --instance: "
            "without its vault key the stored exchange credentials cannot be opened"
        ) from error


def vault_pair() -> tuple[str, str]:
    """A new public and private X25519 key, in hex."""
    from nacl.public import PrivateKey

    private = PrivateKey.generate()
    return bytes(private.public_key).hex(), bytes(private).hex()


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, all of it or nothing."""
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def _new_keys() -> Keys:
    public, private = vault_pair()
    return Keys(secrets.token_hex(32), public, private, secrets.token_hex(24), secrets.token_hex(24))
