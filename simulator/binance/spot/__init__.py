"""Binance spot, written from EXCHANGES section 2."""
