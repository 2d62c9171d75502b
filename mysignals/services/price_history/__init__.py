"""What the price of a pair did lately: asked of the exchange once for all who look, and kept in Redis for a while."""

from .asking import History, of
from .stretch import Stretch

__all__ = ["History", "Stretch", "of"]
