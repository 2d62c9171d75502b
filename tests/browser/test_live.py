"""What happens is on the page within a second; where events do not come through, within a look; what fails is told."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, Request, Route

from tests.browser.holding_proxy import holding_proxy
from tests.browser.looking import told, window
from tests.browser.stage import Stage
from tests.journeys.people import PASSWORD, Person
from tests.support.waiting import wait_until

LIVE = ".side-nav [data-state=live]"
POLLING = ".side-nav [data-state=polling]"
OVER = ("queued", "sending", "unknown")


def published(stage: Stage, price: str) -> int:
    """A spot signal of ether that waits below the market."""
    draft = {"symbol": "ETHUSDT", "side": "BUY", "quantity": "0.2", "price": price, "sl": "1500", "tp1": "4000"}
    return int(stage.provider.post("/provider/spot/new", **draft)["signal"]["id"])


def state(stage: Stage, signal_id: int) -> str:
    found = stage.follower.get("/deliveries", signal_id=signal_id)["deliveries"]
    return str(found[0]["state"]) if found else ""


def text(page: Page, where: str) -> str:
    return page.locator(where).first.inner_text()


def changes(page: Page, where: str, before: str, within_s: float, since: float) -> None:
    """The words there differ from `before`, `within_s` seconds of the moment `since`."""
    asked = {"where": where, "before": before}
    is_new = "({where, before}) => { const e = document.querySelector(where); return e && e.innerText !== before }"
    page.wait_for_function(is_new, arg=asked, timeout=15_000, polling=20)
    assert time.monotonic() - since < within_s, where


def test_copies_the_bell_and_a_providers_bars_show_it_within_a_second(stage: Stage) -> None:
    with window(stage) as ours, window(stage) as theirs:
        ours.log_in(stage.follower)
        ours.open("/app/deliveries")
        ours.page.locator(LIVE).wait_for()
        rows = text(ours.page, "#copies tbody tr")
        unread = ours.page.locator("#bell").get_attribute("aria-label")
        signal_id = published(stage, "1900")
        changes(ours.page, "#copies tbody tr", rows, 1.0, time.monotonic())
        wait_until(lambda: state(stage, signal_id) not in OVER, 20, "an answer", every=0.01)
        stored = time.monotonic()
        ours.page.wait_for_function("was => document.querySelector('#bell').ariaLabel !== was", arg=unread)
        assert time.monotonic() - stored < 1.0
        theirs.log_in(stage.provider)
        theirs.open(f"/provide/signals/{signal_id}")
        theirs.page.locator(LIVE).wait_for()
        bars, rows = text(theirs.page, ".reach"), text(ours.page, "#copies tbody tr")
        stage.instance.exchange.move_price("binance", "ETHUSDT", "1890")
        wait_until(lambda: state(stage, signal_id) == "filled", 30, "a fill", every=0.01)
        stored = time.monotonic()
        changes(ours.page, "#copies tbody tr", rows, 1.0, stored)
        changes(theirs.page, ".reach", bars, 1.0, stored)
        assert ours.faults == [] and theirs.faults == [], told(ours.faults + theirs.faults)


def test_what_happens_before_a_page_listens_is_on_it_all_the_same(stage: Stage) -> None:
    with window(stage) as seen:
        seen.log_in(stage.follower)
        seen.page.locator(LIVE).wait_for()
        asked = list[str]()
        seen.page.on("request", lambda one: "hx-request" in one.headers and asked.append(one.url))

        def meanwhile(route: Route) -> None:
            published(stage, "1850")
            route.continue_()

        seen.page.route("**/app/events*", meanwhile, times=1)
        before = stage.follower.get("/deliveries")["deliveries"][0]["id"]
        seen.open("/app/deliveries")
        seen.page.locator(f"tr[data-lit='copy-{before}']").first.wait_for()
        is_new = "was => document.querySelector('#copies tbody tr').dataset.lit !== was"
        seen.page.wait_for_function(is_new, arg=f"copy-{before}", timeout=2500)
        # And a page that has missed nothing asks nothing.
        seen.page.wait_for_timeout(1500)
        seen.open("/app/positions/stop")
        seen.page.locator(LIVE).wait_for()
        asked.clear()
        seen.page.wait_for_timeout(1000)
        assert asked == []


def test_what_changes_while_a_part_is_read_is_read_once_more(stage: Stage) -> None:
    with window(stage) as seen:
        seen.log_in(stage.follower)
        seen.open("/app/deliveries")
        seen.page.locator(LIVE).wait_for()
        late = list[int]()

        def slowly(route: Route, request: Request) -> None:
            if "hx-request" not in request.headers or "bell" in request.url or late:
                return route.continue_()
            answer = route.fetch()
            late.append(published(stage, "1830"))
            wait_until(lambda: state(stage, late[0]) not in OVER, 20, "an answer")
            return route.fulfill(response=answer)

        seen.page.route("**/app/deliveries", slowly)
        published(stage, "1840")
        for _ in range(200):
            if late:
                break
            seen.page.wait_for_timeout(50)  # In which the slow answer is made.
        newest = stage.follower.get("/deliveries", signal_id=late[0])["deliveries"][0]["id"]
        seen.page.locator(f"tr[data-lit='copy-{newest}']").wait_for(timeout=4000)
        word = seen.page.locator(f"tr[data-lit='copy-{newest}'] [data-name=State]")
        assert "queued" not in word.inner_text() and "sending" not in word.inner_text()


def test_behind_a_proxy_that_holds_events_back_a_page_looks_for_itself(stage: Stage) -> None:
    with holding_proxy(stage.url) as address, window(stage) as seen:
        seen.log_in(stage.follower)
        seen.page.goto(f"{address}/app/deliveries")
        seen.page.locator(POLLING).wait_for()
        assert seen.page.locator("[data-trouble]").is_hidden()
        before = text(seen.page, "#copies tbody tr")
        published(stage, "1820")
        changes(seen.page, "#copies tbody tr", before, 6.5, time.monotonic())
        faults = [fault for fault in seen.faults if not fault.startswith("asks ")]
        assert faults == [] and text(seen.page, ".side-nav [data-link-state]") == "looking every 5 s"


def test_a_full_house_answers_requests_and_those_turned_away_look_for_themselves(stage: Stage) -> None:
    crowd = [Person.join(stage.instance, f"crowd_{number}") for number in range(10)]
    with ExitStack() as streams, window(stage) as seen:
        opened = [streams.enter_context(_stream(one)) for one in crowd for _ in range(6)]
        assert [each.status_code for each in opened].count(204) >= 12, "there is room for all of sixty"
        began = time.monotonic()
        for person in crowd:
            person.get("/auth/@me")
        assert time.monotonic() - began < 5
        seen.log_in(stage.follower)
        seen.open("/app/deliveries")
        seen.page.locator(POLLING).wait_for()
        assert seen.page.locator("[data-trouble]").is_hidden()
        before = text(seen.page, "#copies tbody tr")
        published(stage, "1810")
        changes(seen.page, "#copies tbody tr", before, 6.5, time.monotonic())
        streams.close()
        seen.page.locator(LIVE).wait_for(timeout=70_000)
        assert seen.faults == [], told(seen.faults)
    for person in crowd:
        person.leave()


@contextmanager
def _stream(person: Person) -> Iterator[requests.Response]:
    answer = person.ask("GET", "/app/events", stream=True)
    try:
        yield answer
    finally:
        answer.close()


def test_a_page_finds_its_way_back_to_a_server_that_begins_anew(stage: Stage) -> None:
    with window(stage) as seen:
        seen.log_in(stage.follower)
        seen.open("/app/deliveries")
        seen.page.locator(LIVE).wait_for()
        before = text(seen.page, "#copies tbody tr")
        house: Any = stage.instance._house
        web = house.child("gunicorn", "run:app")
        web.send_signal(signal.SIGTERM)
        wait_until(lambda: not web.is_running(), 60, "the web process to end")
        wait_until(lambda: stage.follower.get("/auth/@me"), 60, "the next one")
        published(stage, "1805")
        changes(seen.page, "#copies tbody tr", before, 30, time.monotonic())
        seen.page.locator(LIVE).wait_for(timeout=70_000)
        assert seen.page.locator("[data-trouble]").is_hidden()
        # What the browser itself notes of a connection that the server cut is all there is.
        ours = [fault for fault in seen.faults if "net::ERR_INCOMPLETE_CHUNKED_ENCODING" not in fault]
        assert ours == [], told(ours)


@pytest.mark.parametrize(("status", "words"), [(500, "our side"), (0, "cannot be reached"), (429, "Too much")])
def test_what_fails_behind_a_page_is_told_and_goes_by_itself(stage: Stage, status: int, words: str) -> None:
    with window(stage, "phone") as seen:
        seen.log_in(stage.follower)
        seen.open("/app/deliveries")
        seen.page.locator(".more [data-state=live]").wait_for(state="attached")

        def fail(route: Route, request: Request) -> None:
            if "hx-request" not in request.headers:
                return route.continue_()
            return route.fulfill(status=status, body="") if status else route.abort()

        seen.page.route("**/app/**", fail)
        published(stage, "1800")
        banner = seen.page.locator("[data-trouble]")
        banner.get_by_text(words).wait_for()
        assert seen.barriers() == [] and seen.overflow() <= 0
        assert "page again" in banner.inner_text() or status == 429
        seen.shoot(f"trouble-{status}-phone")
        seen.page.unroute("**/app/**")
        published(stage, "1799")
        banner.wait_for(state="hidden")
        ours = [fault for fault in seen.faults if "Failed to load resource" not in fault]
        assert ours == [], told(ours)


def test_a_session_that_ends_meanwhile_takes_nothing_that_was_typed(stage: Stage) -> None:
    with window(stage) as seen:
        page = seen.page
        seen.log_in(stage.follower)
        seen.open("/app/following/new?provider=north_star")
        page.get_by_label("How much").fill("77")
        page.locator(LIVE).wait_for()
        page.wait_for_timeout(800)
        page.context.clear_cookies()
        published(stage, "1798")
        banner = page.locator("[data-trouble]")
        banner.get_by_text("Your session has ended").wait_for()
        assert page.get_by_label("How much").input_value() == "77"
        seen.shoot("trouble-session-desk")
        page.locator("main form[data-preview] button.main").click()
        page.wait_for_url(re.compile(r"/login"))
        page.get_by_label("User name or e-mail address").fill(stage.follower.name)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.locator("main button.main").click()
        page.wait_for_url(re.compile(r"/app/following/new"))
        assert page.get_by_label("How much").input_value() == "77"
        assert "is here again" in text(page, "main")


def test_a_form_is_not_sent_into_nothing(stage: Stage) -> None:
    with window(stage) as seen:
        seen.log_in(stage.follower)
        seen.open("/app/following/new?provider=north_star")
        seen.page.context.set_offline(True)
        with seen.page.expect_event("requestfailed", lambda one: one.url.endswith("/preview")):
            seen.page.get_by_label("How much").fill("88")
            seen.page.locator("main form[data-preview] button.main").click()
        # The trial that could not be asked for says nothing over it.
        seen.page.locator("[data-trouble]").get_by_text("nothing was sent").wait_for()
        assert seen.page.get_by_label("How much").input_value() == "88"
        seen.page.context.set_offline(False)
        seen.page.locator("[data-trouble]").wait_for(state="hidden")
        assert seen.page.locator("main form[data-preview] button.main").get_attribute("aria-busy") != "true"
