"""Rate limits: a count a second for each key (or address) and call, and 6,000 a minute over all (EXCHANGES 5.8).

Counts are always told; they are enforced only when asked to.
"""

from simulator.bitget.refusal import Refusal

SPENT = b"x-mbx-used-remain-limit: 0\r\n"
TOO_MANY = Refusal("429", "Too Many Requests", 429, SPENT)
MINUTE_MS, RECOVERY_MS = 60_000, 300_000
MOST_IN_A_MINUTE = 6000  # of an address; all clients here have the same one


class Limits:
    """The switch for the whole venue, and the count over all its calls; each call has a Rate besides."""

    def __init__(self) -> None:
        self._rates: list[Rate] = []
        self.clear()

    def rate(self, limit: int) -> "Rate":
        rate = Rate(self, limit)
        self._rates.append(rate)
        return rate

    def clear(self) -> None:
        self.enforced = False
        self._minute, self._used, self._shut_until_ms = -1, 0, 0
        for rate in self._rates:
            rate.counts.clear()

    def use(self, now_ms: int) -> None:
        """An address that has passed the limit is shut out for five minutes."""
        minute = now_ms // MINUTE_MS
        self._used = self._used + 1 if minute == self._minute else 1
        self._minute = minute
        if not self.enforced:
            return
        if self._used > MOST_IN_A_MINUTE:
            self._shut_until_ms = now_ms + RECOVERY_MS
        if now_ms < self._shut_until_ms:
            raise TOO_MANY


class Rate:
    """`counts` holds the second and what was used in it, for each key."""

    def __init__(self, limits: Limits, limit: int) -> None:
        self._limits, self._limit = limits, limit
        self.counts: dict[bytes, tuple[int, int]] = {}

    def use(self, key: bytes, now_ms: int) -> bytes:
        """The header to answer with; refuses when a limit is enforced and passed."""
        self._limits.use(now_ms)
        second = now_ms // 1000
        began, used = self.counts.get(key, (second, 0))
        used = used + 1 if began == second else 1
        self.counts[key] = (second, used)
        if used > self._limit and self._limits.enforced:
            raise TOO_MANY
        return b"x-mbx-used-remain-limit: %d\r\n" % max(self._limit - used, 0)
