"""Exchange keys: the web seals them, a worker opens them; nothing else touches the vault."""

from __future__ import annotations

import logging
from functools import lru_cache

import orjson
from flask import current_app

from mysignals import vault
from mysignals.exchanges.wire import Credentials
from mysignals.settings import Settings

log = logging.getLogger(__name__)


def seal(api_key: str, api_secret: str, passphrase: str = "") -> bytes:
    """The key as it is stored; needs the public key only."""
    settings: Settings = current_app.extensions["settings"]
    plaintext = orjson.dumps([api_key, api_secret, passphrase])
    return vault.seal(plaintext, settings.vault_public_key)


def open_key(sealed: bytes) -> Credentials:
    """The key as it is used; raises vault.CannotOpen outside a worker."""
    settings: Settings = current_app.extensions["settings"]
    return _opened(bytes(sealed), settings.vault_private_key)


def open_or_none(sealed: bytes) -> Credentials | None:
    """None, and a line in the log, where this worker's private key does not fit."""
    try:
        return open_key(sealed)
    except vault.CannotOpen as why:
        log.error("an exchange key cannot be opened: %s", why)  # noqa: TRY400 - the sentence says it all
        return None


@lru_cache(maxsize=20_000)
def _opened(sealed: bytes, private_key: str | None) -> Credentials:
    """Opening costs 36 us and keys are used for every signal, so a worker remembers them (in memory only)."""
    api_key, secret, passphrase = orjson.loads(vault.open_sealed(sealed, private_key))
    return Credentials(api_key, secret, passphrase)
