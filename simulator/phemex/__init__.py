"""Phemex, written from EXCHANGES section 6: COIN-M contracts, USDT-M contracts and spot behind one key."""
