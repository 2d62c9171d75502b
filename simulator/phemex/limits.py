"""Rate limits: always counted and reported in headers, enforced only when asked to (EXCHANGES 6.3).

Three groups a user and a minute, and one for the address. What stands in no group's name is Others.
"""

from dataclasses import dataclass, field

from simulator.phemex.refusal import Refusal
from simulator.window import Window

MINUTE_MS = 60_000
FIVE_MINUTES_MS = 5 * MINUTE_MS
CAPACITY = {"CONTRACT": 500, "SPOTORDER": 500, "": 100}
OF_AN_ADDRESS = 5000
TOO_MANY = "Too many requests."


def header(name: str, group: str, value: int) -> bytes:
    """E.g. x-ratelimit-remaining-CONTRACT; without suffix for Others."""
    suffix = f"-{group}" if group else ""
    return f"x-ratelimit-{name}{suffix}: {value}\r\n".encode()


@dataclass(slots=True)
class Limits:
    enforced: bool = False
    address: Window = field(default_factory=lambda: Window(FIVE_MINUTES_MS))
    users: dict[tuple[str, str], Window] = field(default_factory=dict)

    def clear(self) -> None:
        self.enforced, self.address = False, Window(FIVE_MINUTES_MS)
        self.users.clear()

    def count_request(self, now_ms: int) -> None:
        """All clients here have one address."""
        used = self.address.add(now_ms, 1)
        if self.enforced and used > OF_AN_ADDRESS:
            raise Refusal(39995, TOO_MANY, 429, header("retry-after", "", self.address.left_s(now_ms)))

    def use(self, api_key: str, group: str, weight: int, now_ms: int) -> bytes:
        """The headers to answer with."""
        window = self.users.get((api_key, group))
        if window is None:
            window = self.users[api_key, group] = Window(MINUTE_MS)
        capacity = CAPACITY[group]
        left = capacity - window.add(now_ms, weight)
        headers = header("remaining", group, max(left, 0)) + header("capacity", group, capacity)
        if self.enforced and left < 0:
            headers += header("retry-after", group, window.left_s(now_ms))
            raise Refusal(39995, TOO_MANY, 429, headers)
        return headers
