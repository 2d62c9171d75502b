"""From the front page to the app and out again, as a visitor does it; forms that are refused or pressed twice."""

from __future__ import annotations

import time

import pytest

from tests.browser.looking import window
from tests.browser.stage import Stage
from tests.journeys.people import PASSWORD, WALLET
from tests.support.waiting import wait_until

RESTING = {"symbol": "LTCUSDT", "side": "BUY", "quantity": "3", "price": "60", "sl": "52", "tp1": "90"}
"""Below the market: its copies are placed, and not filled."""


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_a_visitor_registers_answers_the_mail_logs_in_and_out(stage: Stage, width: str) -> None:
    name = f"nora_{width}"
    with window(stage, width) as seen:
        page = seen.page
        seen.open("/")
        page.get_by_role("link", name="Register").first.click()
        page.get_by_label("User name").fill(name)
        page.get_by_label("E-mail address").fill("nobody")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_label("The password once more").fill(PASSWORD)
        page.get_by_label("Wallet").fill("0x12")
        page.locator("main button.main").click()
        # Everything that is wrong is told at once, and what was typed is there.
        assert page.locator(".fault").count() == 2
        assert page.get_by_label("User name").input_value() == name
        assert page.evaluate("document.activeElement.id") == "field-email"
        seen.shoot(f"register-refused-{width}")
        page.get_by_label("E-mail address").fill(f"{name}@example.com")
        page.get_by_label("Wallet").fill(WALLET)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_label("The password once more").fill(PASSWORD)
        page.locator("main button.main").dblclick()
        page.wait_for_url("**/registered")
        assert f"{name}@example.com" in page.locator("main").inner_text()
        page.goto(stage.url + stage.instance.outbox.activation_path(f"{name}@example.com"))
        page.locator("main").get_by_role("link", name="Log in").click()
        page.get_by_label("User name or e-mail address").fill(name)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/app")
        seen.shoot(f"first-steps-{width}")
        page.go_back()
        page.go_forward()
        assert page.locator("h1").inner_text() == "Overview"
        page.get_by_role("button", name="Log out").click()
        page.wait_for_url(stage.url + "/")
        faults = [fault for fault in seen.faults if "422" not in fault]
        assert faults == []


def test_everything_of_the_login_can_be_done_by_keyboard(stage: Stage) -> None:
    with window(stage) as seen:
        seen.open("/login")
        page = seen.page
        assert page.evaluate("document.activeElement.id") == "field-user_name_or_mail"
        page.keyboard.type(stage.follower.name)
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/app")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"


def test_colours_are_switched_at_once_and_remembered(stage: Stage) -> None:
    with window(stage, theme="dark") as seen:
        seen.open("/")
        seen.page.get_by_role("button", name="Light colours").click()
        assert seen.page.evaluate("document.documentElement.dataset.theme") == "light"
        seen.open("/app/providers")
        assert seen.page.evaluate("document.documentElement.dataset.theme") == "light"


def test_a_curve_can_be_explored_by_keyboard(stage: Stage) -> None:
    with window(stage) as seen:
        seen.open("/app/providers/aurora")
        seen.page.locator("[data-chart] svg").first.focus()
        last = seen.page.locator("[data-told]").inner_text()
        seen.page.keyboard.press("ArrowLeft")
        assert seen.page.locator("[data-told]").inner_text() != last


def test_what_happens_is_on_the_page_within_a_second(stage: Stage) -> None:
    with window(stage) as seen:
        seen.log_in(stage.follower)
        seen.page.locator(".side-nav [data-state=live]").wait_for()
        before = seen.page.locator(".told-list li").first.get_attribute("data-lit")
        signal = stage.provider.post("/provider/spot/new", **RESTING)["signal"]["id"]
        wait_until(lambda: _state(stage, signal) == "accepted", 20, "the exchange's answer", every=0.01)
        stored = time.monotonic()
        is_new = "before => document.querySelector('.told-list li').dataset.lit !== before"
        seen.page.wait_for_function(is_new, arg=before, polling=20)
        assert time.monotonic() - stored < 1.0
    stage.provider.post(f"/provider/deactivate/{signal}")


def test_who_is_offline_is_told_and_read_anew_when_back(stage: Stage) -> None:
    with window(stage) as seen:
        seen.log_in(stage.follower)
        seen.page.context.set_offline(True)
        seen.page.locator("[data-trouble]").wait_for(state="visible")
        seen.page.context.set_offline(False)
        seen.page.locator("[data-trouble]").wait_for(state="hidden")


def _state(stage: Stage, signal: int) -> str:
    found = stage.follower.get("/deliveries", signal_id=signal)["deliveries"]
    return str(found[0]["state"]) if found else ""
