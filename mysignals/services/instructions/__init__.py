"""What programs ask, over /v1 or by an alert: opening, closing, and what has become of it."""

from .asked import Answer, By, Closing, Opening
from .carrying_out import carry_out
from .pricing import Foreseen, foresee
from .public_ids import public_id
from .state import AccountState, State, Status, state

__all__ = [
    "AccountState",
    "Answer",
    "By",
    "Closing",
    "Foreseen",
    "Opening",
    "State",
    "Status",
    "carry_out",
    "foresee",
    "public_id",
    "state",
]
