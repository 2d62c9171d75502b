"""Closing what programs ask to close: deliveries are marked, and ended like trades that their owners cancel."""

from .asking import close
from .spreading import end, spread, sweep

__all__ = ["close", "end", "spread", "sweep"]
