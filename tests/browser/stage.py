"""What the browser looks at: two providers, followers on paper, and a record of signals made by moving the price."""

from __future__ import annotations

from collections.abc import Iterator
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
_STORY = (("BUY up", "SELL up"), ("BUY down", "BUY up"), ("SELL down", "BUY up"))
"""Which side the provider took of bitcoin and ether, and where the prices went."""
_AWAY = {"price": "0.001", "sl": "-0.012", "tp1": "0.018"}


@dataclass(frozen=True, slots=True)
class Stage:
    instance: Instance
    browser: Browser
    provider: Person
    follower: Person
    registrar: Person
    chain: LiveChain

    @property
    def url(self) -> str:
        return self.instance.url


@contextmanager
def staged(instance: Instance, chain: LiveChain) -> Iterator[Stage]:
    registrar = Person.join(instance, "rita")
    instance.make_registrar(registrar.email)
    provider, second = Person.join(instance, "aurora"), Person.join(instance, "north_star")
    for each in (provider, second):
        registrar.post("/registrar/provider/new", email=each.email)
    followers = [Person.join(instance, name) for name in ("felix", "fiona")]
    for follower in followers:
        _follow(instance, follower, provider)
    _record(instance, provider, followers)
    second.post("/provider/spot/new", **_spot())
    _counted(followers[0])
    people = (registrar, provider, second, *followers)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=["--no-sandbox"])
        try:
            yield Stage(instance, browser, provider, followers[0], registrar, chain)
        finally:
            browser.close()
            for person in people:
                person.leave()


def _follow(instance: Instance, follower: Person, provider: Person) -> None:
    (key,) = instance.exchange.open_accounts([{"venue": "binance", "balances": {"USDT": "10000"}}])
    account = follower.post(
        "/accounts", exchange="binance", environment="paper", label="practice", api_key=key["api_key"],
        api_secret=key["secret"],
    )["account"]  # fmt: skip
    wait_until(lambda: follower.get("/accounts")["accounts"][0]["status"] == "ready", 20, "the check of an account")
    sizing = {"mode": "quote", "value": "100"}
    follower.post("/following", provider=provider.name, account_id=account["id"], sizing=sizing)


def _record(instance: Instance, provider: Person, followers: list[Person]) -> None:
    """Two markets at a time, for each chapter waits until its stops and targets are told."""
    prices = {"BTCUSDT": Decimal(50000), "ETHUSDT": Decimal(2500)}
    for chapter in _STORY:
        signals = {}
        for symbol, told in zip(prices, chapter, strict=True):
            side, way = told.split()
            signals[symbol] = provider.post("/provider/futures/new", **_futures(symbol, side, prices[symbol]))["signal"]
            prices[symbol] *= Decimal("1.02") if way == "up" else Decimal("0.98")
        for signal in signals.values():
            _all_are(followers, signal["id"], "filled")
        for symbol, price in prices.items():
            instance.exchange.move_price("binance-futures", symbol, str(int(price)))
        for signal in signals.values():
            _all_are(followers, signal["id"], "closed")
            provider.post(f"/provider/deactivate/{signal['id']}")
    last = _futures("BTCUSDT", "BUY", prices["BTCUSDT"]) | {"short_text": "<b>bold</b>"}
    _all_are(followers, provider.post("/provider/futures/new", **last)["signal"]["id"], "filled")


def _futures(symbol: str, side: str, price: Decimal) -> dict[str, Any]:
    """A limit that is filled at once, its stop 1.2 % and its target 1.8 % away."""
    up = 1 if side == "BUY" else -1
    far = {name: str(int(price * (1 + up * Decimal(by)))) for name, by in _AWAY.items()}
    return {"symbol": symbol, "side": side, "quantity": "0.05", "leverage": 5, **far}


def _all_are(followers: list[Person], signal: int, state: str) -> None:
    def there() -> bool:
        found = [follower.get("/deliveries", signal_id=signal)["deliveries"] for follower in followers]
        return all(rows and rows[0]["state"] == state for rows in found)

    wait_until(there, 40, f"every copy of signal {signal} to be {state}")


def _counted(person: Person) -> None:
    """A worker counts results twice a minute."""

    def there() -> bool:
        return "of 6" in person.ask("GET", "/app/providers/aurora", headers={"Accept": "text/html"}).text

    wait_until(there, 75, "the results of six signals")


def _spot() -> dict[str, str]:
    return {
        "symbol": "ETHUSDT", "side": "BUY", "quantity": "0.2", "price": "2501", "sl": "2400", "tp1": "2600",
        "short_text": "Ether",
    }  # fmt: skip
