"""Providers and registrars at work: a signal drawn as it is typed, its reach as it grows, applications and people."""

from __future__ import annotations

import time

import pytest

from tests.browser.looking import Window, told, window
from tests.browser.stage import Stage
from tests.support.waiting import wait_until

DRAFT = {"price": "2500", "sl": "2440", "tp1": "2560", "tp2": "2640", "quantity": "0.2", "leverage": "5"}


def in_order(seen: Window, name: str, expected_status: int = 200) -> None:
    """What every page has to be; and its picture."""
    seen.page.wait_for_timeout(600)
    seen.shoot(name)
    barriers = seen.barriers()
    assert barriers == [], told(barriers)
    faults = [each for each in seen.faults if f"status of {expected_status}" not in each]
    assert faults == [], told(faults)
    assert seen.overflow() <= 0


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_a_signal_is_drawn_while_it_is_typed_published_once_and_watched(stage: Stage, width: str) -> None:
    with window(stage, width) as seen:
        page = seen.page
        seen.log_in(stage.provider)
        seen.open("/provide/new")
        assert seen.kilobytes() < 200
        page.get_by_text("Futures", exact=True).click()
        page.get_by_label("Pair").fill("ETHUSDT")
        page.locator(".price-now").wait_for()
        for name, value in DRAFT.items():
            page.locator(f"#field-{name}").fill(value)
        page.locator("#preview .ladder").wait_for()
        page.locator("#preview").get_by_text("In order.").wait_for()
        assert "2.33 to 1" in page.locator("#preview").inner_text()
        in_order(seen, f"new-signal-{width}-dark")
        page.locator("#field-sl").fill("2600")
        page.locator("#preview").get_by_text("It would not be taken like this.").wait_for()
        page.get_by_role("button", name="Publish the signal").click()
        page.locator("#fault-sl").wait_for()
        assert page.evaluate("document.activeElement.id") == "field-sl"
        assert page.locator("#field-tp2").input_value() == "2640"
        in_order(seen, f"new-signal-refused-{width}-dark", expected_status=422)
        seen.faults = []  # The refusal, which was expected, is an error to Chromium.
        page.locator("#field-sl").fill("2440")
        page.get_by_role("button", name="Publish the signal").dblclick()
        page.wait_for_url("**/provide/signals/*")
        # Both followers trade on the simulated exchange; the page hears of it by itself.
        page.wait_for_function(
            "() => document.querySelector('#reached').innerText.includes('first after')", timeout=20_000
        )
        signal = int(page.url.rsplit("/", 1)[1])
        in_order(seen, f"reach-{width}-dark")
        seen.open("/provide")
        assert (
            page.locator("table.cards tbody tr").first.locator("a").get_attribute("href")
            == f"/provide/signals/{signal}"
        )
        in_order(seen, f"my-signals-{width}-dark")
        seen.open(f"/provide/signals/{signal}")
        page.get_by_role("button", name="End this signal").click()
        page.locator("dialog").get_by_text("no longer offered").wait_for()
        page.locator("dialog [value=yes]").click()
        page.locator(".head .badge", has_text="ended").wait_for()


def test_a_new_reach_is_on_the_page_within_a_second(stage: Stage) -> None:
    with window(stage) as seen:
        seen.log_in(stage.provider)
        signal = stage.provider.post(
            "/provider/futures/new", symbol="ETHUSDT", side="BUY", quantity="0.2", leverage=3, price="2500", sl="2440",
            tp1="2640",
        )["signal"]["id"]  # fmt: skip
        seen.open(f"/provide/signals/{signal}")
        wait_until(lambda: _acknowledged(stage, signal), 20, "the followers' exchange to answer")
        began = time.monotonic()
        seen.page.wait_for_function(
            "() => document.querySelector('#reached').innerText.includes('first after')", timeout=5000
        )
        assert time.monotonic() - began < 1.0
        stage.provider.post(f"/provider/deactivate/{signal}")


def test_the_new_signal_can_be_typed_by_keyboard_and_checked_without_a_script(stage: Stage) -> None:
    with window(stage, java_script_enabled=False) as seen:
        seen.log_in(stage.provider)
        seen.open("/provide/new")
        page = seen.page
        page.locator("#field-symbol").focus()
        page.keyboard.type("btcusdt")
        for _ in range(2):
            page.keyboard.press("Tab")
        page.keyboard.type("50000")
        page.keyboard.press("Tab")
        page.keyboard.type("49000")
        page.get_by_role("button", name="Check without publishing").click()
        assert "Risk at the stop" in page.locator("#preview").inner_text()
        assert page.locator("#field-price").input_value() == "50000"


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_somebody_applies_and_a_registrar_decides(stage: Stage, width: str) -> None:
    with window(stage, width) as seen:
        seen.log_in(stage.follower)
        seen.open("/app/providers")
        seen.page.locator("main").get_by_role("link", name="Become a provider").click()
        seen.page.wait_for_url("**/app/apply")
        seen.page.get_by_label("Your experience").fill("Ten years of futures, mostly bitcoin and ether.")
        seen.page.get_by_label("Where to find you").fill("My record is public\nsince 2019.")
        in_order(seen, f"apply-{width}-dark")
        seen.page.get_by_role("button", name="Send the application").dblclick()
        seen.page.get_by_text("Your application is open.").wait_for()
    with window(stage, width) as seen:
        page = seen.page
        seen.log_in(stage.registrar)
        assert page.url.endswith("/desk")
        seen.open("/desk/applications")
        in_order(seen, f"applications-{width}-dark")
        page.get_by_label("Reason").fill("Come back with a year of results.")
        page.get_by_role("button", name="Refuse").click()
        page.get_by_text("Nobody waits").wait_for()
        seen.open("/desk")
        in_order(seen, f"desk-{width}-dark")
        seen.open("/desk/people?q=felix")
        in_order(seen, f"people-{width}-dark")
        page.locator("main").get_by_role("link", name="felix", exact=True).click()
        page.get_by_role("heading", name="felix").wait_for()
        page.get_by_label("Reason").fill("Somebody else seems to use this account.")
        page.get_by_role("button", name="Block felix").click()
        page.locator("dialog").get_by_text("their keys are refused").wait_for()
        page.locator("dialog [value=yes]").click()
        page.get_by_text("No session, no API key").wait_for()
        in_order(seen, f"person-blocked-{width}-dark")
        page.get_by_role("button", name="Unblock felix").click()
        page.locator("dialog [value=yes]").click()
        page.get_by_role("button", name="Block felix").wait_for()
        stage.follower.log_in()  # Their sessions had ended.
        in_order(seen, f"person-{width}-dark")
        seen.open("/desk/audit")
        in_order(seen, f"trail-{width}-dark")


@pytest.mark.parametrize("path", ["/provide/new", "/provide"])
def test_the_providers_pages_are_in_order_in_light_colours(stage: Stage, path: str) -> None:
    with window(stage, theme="light") as seen:
        seen.log_in(stage.provider)
        seen.open(path)
        in_order(seen, f"light{path.replace('/', '-')}-desk-light")


def _acknowledged(stage: Stage, signal: int) -> bool:
    counts = stage.provider.get(f"/provider/signals/{signal}/deliveries")["deliveries"]
    return bool(counts["filled"] + counts["accepted"] + counts["partially_filled"])
