"""One row of numbers for everything that Bitget's books contain: orders, plan orders, fills."""

FIRST = 1_088_000_000_000_000_000  # as long as the real ones: too long for a double


class Numbers:
    def __init__(self) -> None:
        self.last = FIRST

    def clear(self) -> None:
        self.last = FIRST

    def next(self) -> int:
        self.last += 1
        return self.last

    def seen(self, number: int) -> None:
        """A restored record has it."""
        self.last = max(self.last, number)
