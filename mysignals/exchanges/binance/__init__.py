"""Binance spot and USDT-M futures."""

from .dialect import FUTURES, SPOT, BinanceDialect

__all__ = ["FUTURES", "SPOT", "BinanceDialect"]
