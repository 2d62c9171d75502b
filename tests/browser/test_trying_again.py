"""A copy that was refused: one is told, reads why, mends the cause, tries it once more, and one order comes of it."""

from __future__ import annotations

import pytest

from tests.browser.looking import Window, told, window
from tests.browser.stage import Stage
from tests.journeys.people import Person
from tests.support.waiting import wait_until

LITTLE = "40"
"""USDT of who follows with 100 a copy, which is too much for them; with 20 it is not."""
DRAFT = {"symbol": "LTCUSDT", "side": "BUY", "quantity": "3", "price": "70.5", "sl": "66", "tp1": "77"}


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_what_was_refused_is_understood_mended_and_tried_once_more(stage: Stage, width: str) -> None:
    rosa = Person.join(stage.instance, f"rosa_{width}")
    key, following = _follows_with_little(stage, rosa)
    signal = stage.other.post("/provider/spot/new", **DRAFT)["signal"]["id"]
    wait_until(lambda: _states(rosa) == ["rejected"], 20, "the refusal of a copy")
    with window(stage, width) as seen:
        page = seen.page
        seen.log_in(rosa)
        seen.open("/app/notifications")
        page.locator(".told-list li").first.get_by_role("link", name="To the copy").click()
        page.get_by_role("alert").get_by_text("The balance at Binance is too small").wait_for()
        page.get_by_text("Nothing was placed: the exchange refused it").wait_for()
        refused = page.url
        _in_order(seen, f"copy-refused-{width}")
        page.locator("#copy").get_by_role("link", name="your following").click()
        page.get_by_label("How much").fill("20")
        page.get_by_role("button", name="Save these limits").click()
        page.wait_for_url("**/app/following?done=changed**")
        page.go_back()
        page.go_back()
        assert page.url == refused
        _tried_once_more(seen)
        page.wait_for_url(lambda url: "/app/deliveries/" in url and url != refused)
        again = page.url
        page.locator(".head .badge", has_text="filled").wait_for()
        assert page.get_by_text("You asked for it once more").count() == 1
        _in_order(seen, f"copy-tried-again-{width}")
        page.get_by_role("link", name="a copy that was not placed").click()
        page.wait_for_url(refused)
        assert page.get_by_role("button", name="Try it once more").count() == 0
        page.get_by_role("link", name="You asked for it once more").click()
        page.wait_for_url(again)
    assert _states(rosa) == ["filled", "rejected"]
    bought = [row for row in stage.instance.exchange.ledger() if row["api_key"] == key and row["side"] == "BUY"]
    assert len(bought) == 1, told(bought)
    stage.other.post(f"/provider/deactivate/{signal}")
    rosa.ask("DELETE", f"/following/{following}")
    rosa.leave()


def _tried_once_more(seen: Window) -> None:
    """Confirmed after the part of the page with the button was read anew, as happens when something else changes."""
    page = seen.page
    page.get_by_role("button", name="Try it once more").click()
    dialog = page.locator("dialog")
    dialog.get_by_text("nothing is placed twice").wait_for()
    page.evaluate("document.querySelector('#copy').dataset.read = 'before'")
    page.evaluate("document.body.dispatchEvent(new CustomEvent('live:copies', {bubbles: true}))")
    page.wait_for_function("() => !document.querySelector('#copy').dataset.read")
    dialog.get_by_role("button", name="Try it once more").dblclick()


def _follows_with_little(stage: Stage, person: Person) -> tuple[str, int]:
    """The key of their account at the simulated exchange, and the id of their following."""
    (key,) = stage.instance.exchange.open_accounts([{"venue": "binance", "balances": {"USDT": LITTLE}}])
    account = person.post(
        "/accounts", exchange="binance", environment="paper", label="small", api_key=key["api_key"],
        api_secret=key["secret"],
    )["account"]  # fmt: skip
    wait_until(lambda: person.get("/accounts")["accounts"][0]["status"] == "ready", 20, "the check of an account")
    sizing = {"mode": "quote", "value": "100"}
    person.post("/following", provider=stage.other.name, account_id=account["id"], sizing=sizing)
    return key["api_key"], int(person.get("/following")["following"][0]["id"])


def _states(person: Person) -> list[str]:
    """Newest first."""
    return [each["state"] for each in person.get("/deliveries")["deliveries"]]


def _in_order(seen: Window, name: str) -> None:
    seen.page.wait_for_timeout(500)
    seen.shoot(name)
    barriers = seen.barriers()
    assert barriers == [], told(barriers)
    assert seen.faults == [], told(seen.faults)
    assert seen.overflow() <= 0
    assert seen.shifted() < 0.01
