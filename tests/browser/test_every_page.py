"""Every page at both widths and in both colours: no barrier, no error, no other host, light, still and soon there."""

from __future__ import annotations

import pytest

from tests.browser.looking import told, window
from tests.browser.stage import Stage

PAGES = {
    "front": ("nobody", "/"),
    "register": ("nobody", "/register"),
    "login": ("nobody", "/login"),
    "reset": ("nobody", "/reset"),
    "activate": ("nobody", "/activate"),
    "reset-too-old": ("nobody", "/auth/reset_password/token"),
    "mail-sent": ("nobody", "/mail-sent"),
    "link-too-old": ("nobody", "/auth/activate/token"),
    "providers": ("nobody", "/app/providers"),
    "provider": ("nobody", "/app/providers/aurora"),
    "nothing-here": ("nobody", "/nothing-here"),
    "style": ("nobody", "/desk/style"),
    "overview": ("felix", "/app"),
    "overview-provider": ("aurora", "/app"),
    "provider-for-members": ("felix", "/app/providers/aurora"),
}
STATUS = {"link-too-old": 403, "reset-too-old": 403, "nothing-here": 404}


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("width", ["desk", "phone"])
@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_is_in_order(stage: Stage, name: str, width: str, theme: str) -> None:
    who, path = PAGES[name]
    with window(stage, width, theme) as seen:
        if who != "nobody":
            seen.log_in(stage.provider if who == "aurora" else stage.follower)
        answer = seen.open_until_soon(path)
        status = STATUS.get(name, 200)
        assert answer.status == status
        policy = answer.headers["content-security-policy"]
        assert "default-src 'self'" in policy and "unsafe" not in policy
        seen.page.wait_for_timeout(600)  # What comes late would shift, or fail, by now.
        seen.shoot(f"{name}-{width}-{theme}")
        barriers = seen.barriers()
        assert barriers == [], told(barriers)
        # Chromium calls an answer of 4xx an error of the page that asked for it.
        faults = [fault for fault in seen.faults if status == 200 or f"status of {status}" not in fault]
        assert faults == [], told(faults)
        assert seen.overflow() <= 0
        assert seen.kilobytes() < 200
        assert seen.shifted() < 0.01
        assert not seen.paints_late()
        assert "MySignals" in seen.page.title()


@pytest.mark.parametrize("name", ["front", "login", "provider", "providers", "register"])
def test_a_page_can_be_read_without_any_script(stage: Stage, name: str) -> None:
    with window(stage, java_script_enabled=False) as seen:
        seen.open(PAGES[name][1])
        assert seen.page.locator("h1").inner_text() and seen.page.locator("main").inner_text().strip()
