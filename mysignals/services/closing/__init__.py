"""Closing what programs and people ask to close: deliveries are marked, and ended like trades that owners cancel."""

from .asking import close
from .own import close_own
from .spreading import end, spread, sweep

__all__ = ["close", "close_own", "end", "spread", "sweep"]
