"""Rate limits: always counted and reported in headers, enforced only when asked to (EXCHANGES 2.8, 3.7)."""

from dataclasses import dataclass, field

from simulator.binance.refusal import Refusal
from simulator.window import Window

MINUTE_MS = 60_000


@dataclass(slots=True, frozen=True)
class Rule:
    """How many orders an account may send in a window; `header` is its suffix, e.g. 10S."""

    header: str
    interval: str
    interval_num: int
    length_ms: int
    limit: int


@dataclass(slots=True)
class Limits:
    """One market's limits: weight for the one address all clients have here, orders for each key."""

    weight_limit: int
    order_rules: tuple[Rule, ...]
    enforced: bool = False
    weight: Window = field(default_factory=lambda: Window(MINUTE_MS))
    orders: dict[str, tuple[Window, ...]] = field(default_factory=dict)

    def clear(self) -> None:
        self.enforced, self.weight = False, Window(MINUTE_MS)
        self.orders.clear()

    def use(self, weight: int, now_ms: int) -> bytes:
        """The header to answer with; raises -1003 when the limit is enforced and passed."""
        used = self.weight.add(now_ms, weight)
        header = b"X-MBX-USED-WEIGHT-1M: %d\r\n" % used
        if self.enforced and used > self.weight_limit:
            message = f"Too much request weight used; current limit is {self.weight_limit} request weight per 1 MINUTE."
            raise Refusal(-1003, message, 429, header + _retry_after(self.weight, now_ms))
        return header

    def used(self, now_ms: int) -> list[dict[str, object]]:
        """`rateLimits` of a WebSocket answer: the weight used in this window."""
        return [{**self.as_rules()[0], "count": self.weight.add(now_ms, 0)}]

    def count_orders(self, api_key: str, many: int, now_ms: int) -> bytes:
        windows = self.windows_of(api_key)
        headers = b""
        for rule, window in zip(self.order_rules, windows, strict=True):
            count = window.add(now_ms, many)
            if self.enforced and count > rule.limit:
                window.count -= many
                span = f"{rule.interval_num} {rule.interval}"
                message = f"Too many new orders; current limit is {rule.limit} orders per {span}."
                raise Refusal(-1015, message, 429, _retry_after(window, now_ms))
            headers += b"X-MBX-ORDER-COUNT-%s: %d\r\n" % (rule.header.encode(), count)
        return headers

    def windows_of(self, api_key: str) -> tuple[Window, ...]:
        windows = self.orders.get(api_key)
        if windows is None:
            windows = self.orders[api_key] = tuple(Window(rule.length_ms) for rule in self.order_rules)
        return windows

    def as_rules(self) -> list[dict[str, object]]:
        """`rateLimits` of exchangeInfo."""
        weight = {
            "rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1, "limit": self.weight_limit,
        }  # fmt: skip
        return [weight, *(self.order_rule(rule) for rule in self.order_rules)]

    def order_rule(self, rule: Rule) -> dict[str, object]:
        return {
            "rateLimitType": "ORDERS", "interval": rule.interval, "intervalNum": rule.interval_num, "limit": rule.limit,
        }  # fmt: skip


def _retry_after(window: Window, now_ms: int) -> bytes:
    return b"Retry-After: %d\r\n" % window.left_s(now_ms)
