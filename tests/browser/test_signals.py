"""From the list of signals to one that is bought, tried, traded and rated; and from a provider to a following."""

from __future__ import annotations

import pytest

from tests.browser.looking import Window, told, window
from tests.browser.stage import Stage
from tests.journeys.people import WALLET, Person
from tests.support.waiting import wait_until

SPOT = {
    "symbol": "ETHUSDT", "side": "BUY", "quantity": "0.2", "price": "2500", "sl": "2440", "tp1": "2560", "tp2": "2640",
    "short_text": "Range low, tight stop",
}  # fmt: skip


def in_order(seen: Window, name: str) -> None:
    """What every page has to be; and its picture."""
    seen.page.evaluate("scrollTo(0, 0)")
    seen.page.wait_for_timeout(700)
    seen.shoot(name)
    barriers = seen.barriers()
    assert barriers == [], told(barriers)
    assert seen.faults == [], told(seen.faults)
    assert seen.overflow() <= 0
    assert seen.shifted() < 0.02


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_a_signal_is_found_bought_tried_traded_cancelled_and_rated(stage: Stage, width: str) -> None:
    buyer = _buyer(stage, f"bella_{width}")
    signal = stage.provider.post("/provider/spot/new", **SPOT)["signal"]["id"]
    with window(stage, width) as seen:
        page = seen.page
        seen.log_in(buyer)
        seen.open("/app/signals")
        in_order(seen, f"signals-{width}")
        assert seen.kilobytes() < 200
        page.get_by_role("link", name="Spot", exact=True).click()
        page.wait_for_url("**market=spot**")
        page.locator(f'a[href="/app/signals/{signal}"]').click()
        page.get_by_text("Yours after").wait_for()
        assert "2,440" not in page.content()
        page.get_by_text("Code for a phone").last.click()
        in_order(seen, f"signal-for-sale-{width}")
        paid = stage.chain.pay(signal, str(buyer.get("/auth/@me")["id"]), WALLET)
        page.get_by_label("3. Show the payment").fill(paid)
        page.get_by_role("button", name="I have paid").dblclick()
        page.get_by_text("of 2 confirmations").wait_for()
        in_order(seen, f"signal-paying-{width}")
        stage.chain.mine(3)
        page.get_by_text("The signal is yours.").wait_for(timeout=15_000)
        _charted(seen)
        in_order(seen, f"signal-{width}")
        seen.open(f"/app/signals/{signal}")
        _charted(seen)
        assert seen.kilobytes() < 200
        page.get_by_role("link", name="1 week").click()
        page.get_by_role("img", name="during 1 week").wait_for()
        page.get_by_role("img", name="during 1 week").press("ArrowLeft")
        page.get_by_text("lowest", exact=False).first.wait_for()
        in_order(seen, f"signal-week-{width}")
        page.get_by_role("link", name="The same as a table").click()
        page.get_by_role("heading", name="during 1 week").wait_for()
        in_order(seen, f"signal-table-{width}")
        page.go_back()
        _charted(seen)
        _trade(seen, signal, width)
    stage.provider.post(f"/provider/deactivate/{signal}")
    buyer.leave()


def _charted(seen: Window) -> None:
    """The chart is there: what the exchange told, with the price of now."""
    seen.page.locator(".drawn canvas").wait_for()
    seen.page.get_by_text("Now ").wait_for()


def _trade(seen: Window, signal: int, width: str) -> None:
    page = seen.page
    page.get_by_role("link", name="Trade it").click()
    page.get_by_label("Amount").fill("150")
    page.get_by_text("Worst loss", exact=True).wait_for()
    assert page.get_by_label("Amount").input_value() == "150"
    in_order(seen, f"trade-{width}")
    page.get_by_role("button", name="Send the trade").dblclick()
    page.wait_for_url(f"**/app/signals/{signal}?done=**", timeout=30_000)
    page.get_by_text("On your accounts").wait_for()
    in_order(seen, f"signal-traded-{width}")
    page.get_by_role("button", name="Cancel this trade").click()
    page.locator("dialog").get_by_role("button", name="Cancel this trade").click()
    page.wait_for_url("**done=cancel**", timeout=30_000)
    page.get_by_label("4 of 5 stars").click()
    page.get_by_text("You gave 4 of 5").wait_for()
    assert seen.faults == [], told(seen.faults)


def _buyer(stage: Stage, name: str) -> Person:
    """Somebody with an account on paper who follows nobody: what is copied cannot be traded by hand as well."""
    person = Person.join(stage.instance, name)
    (key,) = stage.instance.exchange.open_accounts([{"venue": "binance", "balances": {"USDT": "10000"}}])
    person.post(
        "/accounts", exchange="binance", environment="paper", label="practice", api_key=key["api_key"],
        api_secret=key["secret"],
    )  # fmt: skip
    wait_until(lambda: person.get("/accounts")["accounts"][0]["status"] == "ready", 20, "the check of an account")
    return person


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_a_provider_is_followed_with_a_preview_changed_paused_and_stopped(stage: Stage, width: str) -> None:
    with window(stage, width) as seen:
        page = seen.page
        seen.log_in(stage.follower)
        seen.open("/app/providers/aurora")
        page.get_by_role("link", name="Follow", exact=True).click()
        page.get_by_label("How much").fill("200")
        page.locator("#preview").get_by_text("At the stop").first.wait_for()
        in_order(seen, f"follow-{width}")
        page.get_by_label("Provider").fill("north_star")
        page.get_by_role("button", name="Follow", exact=True).dblclick()
        page.wait_for_url("**/app/following?done=followed**")
        in_order(seen, f"following-{width}")
        row = page.locator("tr", has_text="north_star")
        row.get_by_role("button", name="Pause").click()
        page.wait_for_url("**done=paused**")
        row.get_by_text("paused").wait_for()
        row.get_by_role("link", name="Change").click()
        page.get_by_label("Open at once, at most").fill("0")
        page.get_by_role("button", name="Save these limits").click()
        page.locator("#fault-max_open").wait_for()
        page.get_by_label("Open at once, at most").fill("4")
        page.get_by_role("button", name="Save these limits").click()
        page.wait_for_url("**done=changed**")
        row.get_by_role("button", name="Stop following").click()
        page.locator("dialog").get_by_role("button", name="Stop following").click()
        page.wait_for_url("**done=stopped**")
        assert page.locator("tr", has_text="north_star").count() == 0


def test_light_colours_and_no_script(stage: Stage) -> None:
    with window(stage, "desk", "light") as seen:
        seen.log_in(stage.follower)
        seen.open("/app/signals")
        in_order(seen, "signals-desk-light")
        seen.page.locator('table a[href^="/app/signals/"]').first.click()
        seen.page.locator(".drawn canvas").wait_for()
        in_order(seen, "signal-desk-light")
        seen.open("/app/following/new?provider=aurora")
        in_order(seen, "follow-desk-light")
        assert seen.kilobytes() < 200
    with window(stage, java_script_enabled=False) as seen:
        seen.log_in(stage.follower)
        seen.open("/app/following/new?provider=aurora")
        seen.page.get_by_label("How much").fill("200")
        seen.page.get_by_role("button", name="Try it on their last signals").click()
        assert seen.page.locator("#preview .trial").count() > 0
        assert seen.page.get_by_label("How much").input_value() == "200"
        seen.open("/app/signals")
        seen.page.locator('table a[href^="/app/signals/"]').first.click()
        seen.page.get_by_role("link", name="1 day").click()
        assert seen.page.locator("tbody tr").count() == 96
