"""Bitget spot and mix (its contracts), in version 2 of its API and in the retired version 1."""

from .dialect import V1_MIX, V1_SPOT, V2_MIX, V2_SPOT, BitgetDialect

__all__ = ["V1_MIX", "V1_SPOT", "V2_MIX", "V2_SPOT", "BitgetDialect"]
