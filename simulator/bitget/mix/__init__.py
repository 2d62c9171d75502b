"""Bitget mix: USDT-margined perpetual contracts, and the v2 calls about them."""
