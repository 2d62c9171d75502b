"""Wallet addresses and their checksum (EIP-55, https://eips.ethereum.org/EIPS/eip-55)."""

from __future__ import annotations

import re

from eth_hash.auto import keccak

_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}", re.ASCII)


def checksummed(address: str) -> str | None:
    """The address with its checksum; None where it is none, or carries a wrong one."""
    if not _ADDRESS.fullmatch(address):
        return None
    digits = address[2:].lower()
    right = "0x" + "".join(map(_cased, digits, keccak(digits.encode()).hex()))
    return right if address in (right, "0x" + digits) else None


def _cased(digit: str, hashed: str) -> str:
    return digit.upper() if int(hashed, 16) >= 8 else digit
