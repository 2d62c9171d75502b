"""Bitget: v1 and v2, spot and mix, two doors to one account (EXCHANGES 4 and 5)."""
