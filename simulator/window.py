"""A count that starts again with every window of the clock: what rate limits are made of."""


class Window:
    __slots__ = ("count", "length_ms", "number")

    def __init__(self, length_ms: int) -> None:
        self.length_ms, self.number, self.count = length_ms, -1, 0

    def add(self, now_ms: int, amount: int) -> int:
        number = now_ms // self.length_ms
        if number != self.number:
            self.number, self.count = number, 0
        self.count += amount
        return self.count

    def left_s(self, now_ms: int) -> int:
        """Until the next window, rounded up."""
        return -(-(self.length_ms - now_ms % self.length_ms) // 1000)
