"""Bitget's private streams (EXCHANGES 5.9, and 4.4 for v1): one conversation, two sets of names."""
