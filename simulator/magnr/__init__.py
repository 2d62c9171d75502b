"""Magnr, formerly btc.sx: leveraged trades in bitcoin, opened at the market and closed by price or by their owner."""
