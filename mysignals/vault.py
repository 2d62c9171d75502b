"""Sealed boxes (X25519): the public key seals, only the private key opens. Used by services/keys alone."""

from __future__ import annotations

from nacl.encoding import HexEncoder
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox


class CannotOpen(Exception):
    """This process has no private key, or the box was sealed for another one."""


def make_keys() -> tuple[str, str]:
    """A new (public, private) pair, hex."""
    private = PrivateKey.generate()
    return private.public_key.encode(HexEncoder).decode(), private.encode(HexEncoder).decode()


def seal(plaintext: bytes, public_key: str) -> bytes:
    return SealedBox(PublicKey(public_key.encode(), HexEncoder)).encrypt(plaintext)


def open_sealed(sealed: bytes, private_key: str | None) -> bytes:
    """The plaintext; raises CannotOpen without the right private key."""
    if private_key is None:
        raise CannotOpen("this process holds no VAULT_PRIVATE_KEY; only workers open exchange keys")
    try:
        return SealedBox(PrivateKey(private_key.encode(), HexEncoder)).decrypt(sealed)
    except CryptoError:
        raise CannotOpen("the box was not sealed for this VAULT_PRIVATE_KEY") from None
