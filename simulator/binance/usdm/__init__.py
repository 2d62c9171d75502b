"""Binance USDT-M futures, written from EXCHANGES section 3."""
