"""Signals paid for on chain: shown, bought, followed until nothing can remove the payment (CONTRACT section 3)."""

from .asking import Opened, Waiting, see
from .bought import Bought, listed
from .following import follow
from .price import in_tokens

__all__ = ["Bought", "Opened", "Waiting", "follow", "in_tokens", "listed", "see"]
