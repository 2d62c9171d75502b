"""From queued deliveries to orders: split, claim, plan, send, record (ARCHITECTURE section 4)."""

from .deliver import deliver
from .splitting import split
from .sweep import sweep

__all__ = ["deliver", "split", "sweep"]
