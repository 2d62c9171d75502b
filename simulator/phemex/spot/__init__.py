"""Phemex spot (EXCHANGES 6.8)."""
