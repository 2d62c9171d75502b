"""Binance: what its spot and USDT-M markets share (keys, parameters, refusals, faults)."""
