"""Phemex spot and futures; futures are two APIs, USDT-M and the coin-settled contracts."""

from .dialect import FUTURES, SPOT, PhemexDialect

__all__ = ["FUTURES", "SPOT", "PhemexDialect"]
