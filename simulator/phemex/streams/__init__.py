"""Phemex over WebSockets (EXCHANGES 6.10): markets for everyone, accounts for who has authenticated."""
