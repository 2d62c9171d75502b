"""/docs as a developer uses it: an operation unfolded, a signed GET and a POST tried out, the real answers seen."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.looking import Window, told, window
from tests.browser.stage import Stage

SLOWLY_MS = 60_000


@pytest.fixture
def key(stage: Stage) -> dict[str, str]:
    """Of the follower, who has an account on paper."""
    made = stage.follower.post("/keys", label="docs", permissions=["read", "signal", "trade"])
    return {"key": made["key"]["api_key"], "secret": made["secret"]}


def operation(seen: Window, name: str) -> Locator:
    """Unfolded."""
    block = seen.page.locator(f".opblock[id$='-{name}']")
    block.locator(".opblock-summary-control").click()
    expect(block.locator(".opblock-body")).to_be_visible(timeout=SLOWLY_MS)
    return block


def tried(block: Locator) -> tuple[int, Any]:
    """Status and body as the page shows them."""
    clear = block.locator("button.btn-clear")
    if clear.count():
        clear.click()
    block.locator("button.execute").click()
    answer = block.locator(".live-responses-table .response")
    expect(answer.locator(".response-col_status")).to_contain_text("0", timeout=SLOWLY_MS)
    body = answer.locator(".highlight-code code").first.inner_text()
    return int(answer.locator(".response-col_status").inner_text().split()[0]), json.loads(body)


def test_what_is_tried_out_in_the_documentation_is_signed_and_really_answered(
    stage: Stage, key: dict[str, str]
) -> None:
    with window(stage, theme="light") as seen:
        seen.page.set_default_navigation_timeout(SLOWLY_MS)
        assert seen.open("/docs").status == 200
        seen.page.locator(".opblock").first.wait_for(timeout=SLOWLY_MS)
        seen.page.get_by_label("API key").fill(key["key"])
        seen.page.get_by_label("API secret").fill(key["secret"])
        status, account = tried(operation(seen, "getAccount"))
        assert (status, account["username"], account["environment"]) == (200, stage.follower.name, "paper"), account
        sending = operation(seen, "sendSignal")
        sending.locator("textarea.body-param__text").fill('{"symbol": "XRPUSDT", "action": "close_all"}')
        status, sent = tried(sending)
        assert (status, sent["success"], sent["processed_users"]) == (200, True, 0), sent
        sending.locator("textarea.body-param__text").fill('{"symbol": "XRPUSDT", "action": "close_long"}')
        status, another = tried(sending)
        assert status == 200 and another["signal_id"] != sent["signal_id"], "another body is another request"
        reading = operation(seen, "getSignal")
        reading.get_by_placeholder("signal_id").fill(sent["signal_id"])
        status, became = tried(reading)
        assert (status, became["action"], became["status"]) == (200, "close_all", "closed"), became
        assert seen.faults == [], told(seen.faults)


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_the_documentation_has_no_serious_barrier_folded_unfolded_and_answered(
    stage: Stage, key: dict[str, str], width: str
) -> None:
    with window(stage, width, theme="light") as seen:
        seen.page.set_default_navigation_timeout(SLOWLY_MS)
        seen.open("/docs")
        seen.page.locator(".opblock").first.wait_for(timeout=SLOWLY_MS)
        assert serious(seen) == []
        seen.page.get_by_label("API key").fill(key["key"])
        seen.page.get_by_label("API secret").fill(key["secret"])
        assert tried(operation(seen, "getAccount"))[0] == 200
        for name in ("getSignal", "placeOrder", "sendSignal"):
            operation(seen, name)
        assert serious(seen) == []
        for schema in ("getAccount", "placeOrder"):
            block = seen.page.locator(f".opblock[id$='-{schema}']")
            block.locator("[data-name=model]").first.click()
            block.locator(".json-schema-2020-12-expand-deep-button").first.click()
        assert serious(seen) == []
        assert seen.faults == [], told(seen.faults)


def serious(seen: Window) -> list[str]:
    return [each for each in seen.barriers() if each.startswith(("serious", "critical"))]
