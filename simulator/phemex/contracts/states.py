"""States and kinds of contract orders in words and in the numbers of the g-API's history (EXCHANGES 6.4)."""

STATES = {
    "Created": 0, "Untriggered": 1, "Deactivated": 2, "Triggered": 3, "Rejected": 4, "New": 5, "PartiallyFilled": 6,
    "Filled": 7, "Canceled": 8,
}  # fmt: skip
SIDES = {"Buy": 1, "Sell": 2}
TYPES = {"Market": 1, "Limit": 2, "Stop": 3, "StopLimit": 4, "MarketIfTouched": 5, "LimitIfTouched": 6}
POSITION_SIDES = {"Long": 1, "Short": 2, "Merged": 3}
TRIGGERS = {"UNSPECIFIED": 0, "ByMarkPrice": 1, "ByIndexPrice": 2, "ByLastPrice": 3}
DIRECTIONS = {"UNSPECIFIED": 0, "Rising": 1, "Falling": 2}
