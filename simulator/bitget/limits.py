"""Rate limits: a count a second for each key (or address) and call; enforced only when asked to (EXCHANGES 5.8)."""

from simulator.bitget.refusal import Refusal

SPENT = b"x-mbx-used-remain-limit: 0\r\n"


class Limits:
    """The switch for the whole venue; each call has a Rate."""

    def __init__(self) -> None:
        self.enforced = False
        self._rates: list[Rate] = []

    def rate(self, limit: int) -> "Rate":
        rate = Rate(self, limit)
        self._rates.append(rate)
        return rate

    def clear(self) -> None:
        self.enforced = False
        for rate in self._rates:
            rate.counts.clear()


class Rate:
    """`counts` holds the second and what was used in it, for each key."""

    def __init__(self, limits: Limits, limit: int) -> None:
        self._limits, self._limit = limits, limit
        self.counts: dict[bytes, tuple[int, int]] = {}

    def use(self, key: bytes, now_ms: int) -> bytes:
        """The header to answer with; refuses when the limit is enforced and passed."""
        second = now_ms // 1000
        began, used = self.counts.get(key, (second, 0))
        used = used + 1 if began == second else 1
        self.counts[key] = (second, used)
        if used > self._limit and self._limits.enforced:
            raise Refusal("429", "Too Many Requests", 429, SPENT)
        return b"x-mbx-used-remain-limit: %d\r\n" % max(self._limit - used, 0)
