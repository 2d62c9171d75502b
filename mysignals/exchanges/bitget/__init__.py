"""Bitget spot and mix (its contracts), in version 2 of its API and in the retired version 1."""

from .dialect import V2_MIX, V2_SPOT, BitgetDialect

__all__ = ["V2_MIX", "V2_SPOT", "BitgetDialect"]
