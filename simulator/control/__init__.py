"""The control API: loopback and `X-Control-Token` only."""
