"""What one was told and one's own account, in a browser: every step, at both widths."""

from __future__ import annotations

import time

import pyotp
import pytest

from tests.browser.looking import Window, told, window
from tests.browser.stage import Stage
from tests.journeys.people import PASSWORD, Person


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_what_one_was_told_is_read_one_by_one_and_at_once(stage: Stage, width: str) -> None:
    with window(stage, width) as seen:
        seen.log_in(stage.follower)
        _in_order(seen, "/app/notifications", f"notifications-{width}")
        page = seen.page
        page.locator(".chip", has_text="Accounts").click()
        page.wait_for_url("**about=accounts")
        stage.follower.post("/keys", permissions=["read"], label=f"told {width}")
        page.goto(stage.url + "/app/notifications")
        before = page.locator(".told-list .unread").count()
        assert before >= 1
        page.locator(".told-list .unread button").first.click()
        are_left = "many => document.querySelectorAll('.told-list .unread').length === many"
        page.wait_for_function(are_left, arg=before - 1)
        began = time.monotonic()
        stage.follower.post("/keys", permissions=["read"], label=f"live {width}")
        page.locator(".told-list p", has_text=f"“live {width}”").wait_for(timeout=3000)
        assert time.monotonic() - began < 1.5
        page.get_by_role("button", name="Mark all as read").dblclick()
        page.get_by_text("All of them are read.").wait_for()
        assert page.locator("#bell .count").count() == 0
        assert seen.faults == [], told(seen.faults)


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_ones_own_account_is_guarded(stage: Stage, width: str) -> None:
    person = Person.join(stage.instance, f"gina_{width}")
    try:
        with window(stage, width) as seen:
            _guard(seen, person, width)
    finally:
        person.leave()


@pytest.mark.parametrize("path", ["/app/keys", "/app/notifications", "/app/settings", "/app/settings/browsers"])
def test_they_are_in_order_in_light_colours(stage: Stage, path: str) -> None:
    with window(stage, "desk", "light") as seen:
        seen.log_in(stage.follower)
        _in_order(seen, path, path.removeprefix("/app/").replace("/", "-") + "-desk-light")


def _guard(seen: Window, person: Person, width: str) -> None:
    page = seen.page
    seen.log_in(person)
    for path in ("", "/password", "/browsers", "/second-factor"):
        _in_order(seen, f"/app/settings{path}", f"settings{path.replace('/', '-')}-{width}")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Show the picture").click()
    page.wait_for_url("**/scan")
    _is_in_order(seen, f"second-factor-scan-{width}")
    code = pyotp.TOTP(page.locator("#secret").inner_text().replace(" ", "")).now()
    page.locator("#field-otp").fill(code)
    page.get_by_role("button", name="Switch it on").click()
    page.wait_for_url("**/spare-codes")
    spare = page.locator("#codes").inner_text().split()[0]
    _is_in_order(seen, f"spare-codes-{width}")
    _in_order(seen, "/app/settings/second-factor", f"second-factor-on-{width}")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Code of your authenticator").fill(spare)
    page.get_by_role("button", name="Switch the second factor off").click()
    page.get_by_role("button", name="Show the picture").wait_for()
    seen.open("/app/settings/password")
    page.get_by_label("Present password").fill(PASSWORD)
    page.locator("#field-new_password").fill(PASSWORD + "!")
    page.get_by_label("The new password once more").fill(PASSWORD + "!")
    page.locator("main button.main").click()
    page.get_by_text("All other sessions have ended.").wait_for()
    _is_in_order(seen, f"password-changed-{width}")


def _in_order(seen: Window, path: str, name: str) -> None:
    assert seen.open(path).status == 200
    _is_in_order(seen, name)


def _is_in_order(seen: Window, name: str, ignored: str = "nothing") -> None:
    seen.page.wait_for_timeout(400)
    seen.shoot(name)
    barriers = seen.barriers()
    assert barriers == [], told(barriers)
    faults = [fault for fault in seen.faults if ignored not in fault]
    assert faults == [], told(faults)
    assert seen.overflow() <= 0
    assert seen.kilobytes() < 800  # Uncompressed, and of the pages since the last that was opened by its address.
    assert seen.shifted() < 0.01


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_a_key_and_a_webhook_are_made_and_revoked(stage: Stage, width: str) -> None:
    with window(stage, width) as seen:
        seen.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        seen.log_in(stage.provider)
        page = seen.page
        _in_order(seen, "/app/keys/new", f"key-new-{width}")
        page.get_by_label("Your name for it").fill(f"bot {width}")
        page.get_by_label("Requests a minute").fill("500")
        page.get_by_role("button", name="Make the key").click()
        assert page.locator("#fault-rate_limit").is_visible()
        page.get_by_label("Requests a minute").fill("60")
        page.get_by_role("button", name="Make the key").dblclick()
        page.wait_for_url("**/made")
        assert page.locator("#secret").inner_text().startswith("ms_")
        page.get_by_role("button", name="Copy Secret").click()
        page.locator("button", has_text="Copied").wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == page.locator("#secret").inner_text()
        _is_in_order(seen, f"key-made-{width}", ignored="422")
        page.reload()
        assert page.locator("#secret").inner_text().startswith("ms_")
        page.get_by_role("link", name="I have stored it").click()
        page.get_by_label("Your name for it").fill(f"chart {width}")
        page.get_by_role("button", name="Make a webhook").click()
        page.wait_for_url("**/made")
        _is_in_order(seen, f"webhook-made-{width}", ignored="422")
        page.get_by_role("link", name="I have stored it").click()
        _in_order(seen, "/app/keys", f"keys-{width}")
        assert page.locator("tr", has_text=f"bot {width}").count() == 1
        page.get_by_role("link", name=f"bot {width}").click()
        page.get_by_label("Addresses it is used from").fill("203.0.113.7")
        _is_in_order(seen, f"key-{width}", ignored="422")
        page.get_by_role("button", name="Save the key").dblclick()
        page.wait_for_url("**/app/keys")
        page.locator("tr", has_text=f"bot {width}").get_by_text("203.0.113.7").wait_for()
        page.locator("tr", has_text=f"bot {width}").get_by_role("button", name="Revoke").click()
        assert "refused at once" in page.locator("dialog").inner_text()
        page.locator("dialog").get_by_role("button", name="Revoke").click()
        page.locator("tr", has_text=f"bot {width}").get_by_text("revoked").wait_for()
