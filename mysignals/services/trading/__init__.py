"""Trading a bought signal by hand, and cancelling that: asked for by the web, done by a worker, waited for a while."""

from .cancelling import Cancelled, cancel
from .ending import cancel_these, cancel_waiting
from .placing import Placed, Wish, place
from .previewing import Preview, preview
from .working import cancel_now, deliver

__all__ = [
    "Cancelled",
    "Placed",
    "Preview",
    "Wish",
    "cancel",
    "cancel_now",
    "cancel_these",
    "cancel_waiting",
    "deliver",
    "place",
    "preview",
]
