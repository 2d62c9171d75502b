"""Bitget spot: its books, and the v2 calls about them."""
