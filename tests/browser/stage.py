"""What the browser looks at: two providers, followers on paper, and a record of signals made by moving the price."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.journeys.instance import Instance
from tests.journeys.people import Person
from tests.support.live_chain import LiveChain
from tests.support.waiting import wait_until

_CHROMIUM = "/usr/bin/chromium"
READY_S = 240
"""The stage is ready by then, or the tests end with what was not; some 70 s is what it takes."""
_STORY = (
    ("BTCUSDT", "50000", "0.1", "0.05", "BUY up"),
    ("ETHUSDT", "2500", "0.01", "1", "SELL up"),
    ("BNBUSDT", "350", "0.01", "7", "BUY down"),
    ("SOLUSDT", "150", "0.01", "16", "BUY up"),
    ("LTCUSDT", "70", "0.01", "35", "SELL down"),
    ("XRPUSDT", "0.6", "0.0001", "4000", "BUY up"),
)
"""Symbol, price, tick, quantity, and which side the provider took and where the price went."""
_AWAY = {"price": "0.001", "sl": "-0.012", "tp1": "0.018"}


@dataclass(frozen=True, slots=True)
class Stage:
    instance: Instance
    browser: Browser
    provider: Person
    other: Person
    """A provider whom nobody follows."""
    follower: Person
    registrar: Person
    chain: LiveChain

    def person(self, role: str) -> Person:
        return {"user": self.follower, "provider": self.provider, "registrar": self.registrar}[role]

    @property
    def url(self) -> str:
        return self.instance.url


@contextmanager
def staged(instance: Instance, chain: LiveChain) -> Iterator[Stage]:
    begun = Beginning(READY_S)
    registrar = Person.join(instance, "rita")
    instance.make_registrar(registrar.email)
    provider, second = Person.join(instance, "aurora"), Person.join(instance, "north_star")
    for each in (provider, second):
        registrar.post("/registrar/provider/new", email=each.email)
    followers = [Person.join(instance, name) for name in ("felix", "fiona")]
    for follower in followers:
        _follow(instance, follower, provider, begun)
    _record(instance, provider, followers, begun)
    second.post("/provider/spot/new", **_spot())
    _counted(followers[0], begun)
    people = (registrar, provider, second, *followers)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=["--no-sandbox"])
        try:
            yield Stage(instance, browser, provider, second, followers[0], registrar, chain)
        finally:
            browser.close()
            for person in people:
                person.leave()


class Beginning:
    """How long the stage may still take: its waits together, not each by itself."""

    def __init__(self, seconds: float) -> None:
        self._until, self._seconds = time.monotonic() + seconds, seconds

    def wait(self, condition: Callable[[], bool], what: str) -> None:
        """Raises TimeoutError naming what did not come."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError(f"the stage took longer than {self._seconds:g} s before it came to wait for {what}")
        wait_until(condition, left, f"the stage: {what}")


def _follow(instance: Instance, follower: Person, provider: Person, begun: Beginning) -> None:
    (key,) = instance.exchange.open_accounts([{"venue": "binance", "balances": {"USDT": "10000"}}])
    account = follower.post(
        "/accounts", exchange="binance", environment="paper", label="practice", api_key=key["api_key"],
        api_secret=key["secret"],
    )["account"]  # fmt: skip
    begun.wait(lambda: bool(follower.get("/accounts")["accounts"][0]["status"] == "ready"), "the check of an account")
    sizing = {"mode": "quote", "value": "100"}
    follower.post("/following", provider=provider.name, account_id=account["id"], sizing=sizing)


def _record(instance: Instance, provider: Person, followers: list[Person], begun: Beginning) -> None:
    """All at once, for a worker needs half a minute until it has seen the stops and targets of one."""
    signals = [
        provider.post("/provider/futures/new", **_futures(symbol, Decimal(price), tick, quantity, told.split()[0]))
        for symbol, price, tick, quantity, told in _STORY
    ]
    ids = [each["signal"]["id"] for each in signals]
    _all_are(followers, ids, "filled", begun)
    prices = {}
    for symbol, price, tick, _, told in _STORY:
        prices[symbol] = _rounded(Decimal(price) * Decimal("1.02" if told.endswith("up") else "0.98"), tick)
        instance.exchange.move_price("binance-futures", symbol, prices[symbol])
    _all_are(followers, ids, "closed", begun)
    for signal in ids:
        provider.post(f"/provider/deactivate/{signal}")
    last = _futures("BTCUSDT", Decimal(prices["BTCUSDT"]), "0.1", "0.05", "BUY") | {"short_text": "<b>bold</b>"}
    _all_are(followers, [provider.post("/provider/futures/new", **last)["signal"]["id"]], "filled", begun)


def _futures(symbol: str, price: Decimal, tick: str, quantity: str, side: str) -> dict[str, Any]:
    """A limit that is filled at once, its stop 1.2 % and its target 1.8 % away."""
    up = 1 if side == "BUY" else -1
    far = {name: _rounded(price * (1 + up * Decimal(by)), tick) for name, by in _AWAY.items()}
    return {"symbol": symbol, "side": side, "quantity": quantity, "leverage": 5, **far}


def _rounded(price: Decimal, tick: str) -> str:
    return str(price.quantize(Decimal(tick)))


def _all_are(followers: list[Person], signals: list[int], state: str, begun: Beginning) -> None:
    def there() -> bool:
        pairs = itertools.product(followers, signals)
        found = [follower.get("/deliveries", signal_id=signal)["deliveries"] for follower, signal in pairs]
        return all(rows and rows[0]["state"] == state for rows in found)

    begun.wait(there, f"every copy of signals {signals} to be {state}")


def _counted(person: Person, begun: Beginning) -> None:
    """A worker counts results twice a minute."""

    def there() -> bool:
        page = person.ask("GET", "/app/providers/aurora", headers={"Accept": "text/html"}).text
        return f"of {len(_STORY)}" in page

    begun.wait(there, "the results of the signals that are over")


def _spot() -> dict[str, str]:
    return {
        "symbol": "ETHUSDT", "side": "BUY", "quantity": "0.2", "price": "2501", "sl": "2400", "tp1": "2600",
        "short_text": "Ether",
    }  # fmt: skip
