"""From no account to a copy that is understood and closed: as somebody does it who trades on paper."""

from __future__ import annotations

import pytest

from tests.browser.looking import Window, told, window
from tests.browser.stage import Stage
from tests.journeys.people import Person


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_a_key_that_is_wrong_is_understood_and_a_paper_account_is_one_press(stage: Stage, width: str) -> None:
    walter = Person.join(stage.instance, f"walter_{width}")
    with window(stage, width) as seen:
        page = seen.page
        seen.log_in(walter)
        _in_order(seen, "/app/accounts", f"accounts-empty-{width}")
        page.locator(".empty").get_by_role("button", name="Open a paper account").dblclick()
        page.wait_for_url("**/app/accounts/*")
        page.get_by_text("The key works.").wait_for()
        page.wait_for_timeout(300)
        _in_order(seen, page.url.removeprefix(stage.url), f"account-{width}")
        _in_order(seen, "/app/accounts/new?exchange=binance", f"account-new-{width}")
        page.get_by_label("Which money").select_option("paper")
        page.get_by_role("button", name="Connect and check").click()
        assert page.locator(".fault").count() == 2
        assert page.get_by_label("Which money").input_value() == "paper"
        page.get_by_label("API key").fill("k" * 40)
        page.get_by_label("Secret", exact=True).fill("s" * 40)
        page.get_by_role("button", name="Connect and check").click()
        page.get_by_text("The key is refused.").wait_for()
        _in_order(seen, page.url.removeprefix(stage.url), f"account-refused-{width}")
        _in_order(seen, "/app/accounts", f"accounts-{width}")
        assert page.locator("tbody tr").count() == 2
        _in_order(seen, "/app", f"overview-needs-{width}")
    walter.leave()


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_a_copy_says_why_and_what_is_open_is_worth_something(stage: Stage, width: str) -> None:
    with window(stage, width) as seen:
        page = seen.page
        seen.log_in(stage.follower)
        page.locator("#money .note-line", has_text="exchanges t").or_(page.locator("#money summary")).wait_for()
        _in_order(seen, "/app", f"overview-{width}")
        _in_order(seen, "/app/deliveries", f"copies-{width}")
        page.locator("tbody th a").first.click()
        page.get_by_text("Nothing was placed twice").wait_for()
        _in_order(seen, page.url.removeprefix(stage.url), f"copy-{width}")
        _in_order(seen, "/app/positions", f"positions-{width}")
    if width == "desk":
        with window(stage, width, "light") as seen:
            seen.log_in(stage.follower)
            _in_order(seen, "/app/positions", f"positions-{width}-light")


def test_stopping_everything_is_one_press_and_its_end_is_seen(stage: Stage) -> None:
    """Last here: what the others look at is over then."""
    with window(stage, "phone") as seen:
        page = seen.page
        seen.log_in(stage.follower)
        _in_order(seen, "/app/positions/stop", "stop-phone")
        page.locator("main button.danger").dblclick()
        page.wait_for_url("**/app/positions/closing/*")
        page.get_by_role("heading", name="Everything is stopped").wait_for(timeout=40_000)
        page.wait_for_timeout(300)
        _in_order(seen, page.url.removeprefix(stage.url), "stopped-phone")
    found = stage.follower.get("/following")["following"]
    assert found and all(each["paused"] for each in found)
    for each in found:
        stage.follower.ask("PATCH", f"/following/{each['id']}", json={"paused": False})


def _in_order(seen: Window, path: str, name: str) -> None:
    answer = seen.open(path)
    assert answer.status == 200
    seen.page.wait_for_timeout(2500 if "positions" in name or "overview" in name else 500)
    seen.shoot(name)
    barriers = seen.barriers()
    assert barriers == [], told(barriers)
    assert seen.faults == [], told(seen.faults)
    assert seen.overflow() <= 0
    assert seen.kilobytes() < 200
    assert seen.shifted() < 0.01
