"""Other exchanges through ccxt, behind the seam of our own dialects. Off unless a setting names them.

What ccxt would send is caught and what it would receive is given to it, so nothing here opens a socket, though ccxt
itself imports what could.
"""

from .offer import Offered, offer

__all__ = ["Offered", "offer"]
