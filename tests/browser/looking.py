"""A browser window that notes what a visitor would mind: errors, foreign hosts, weight, shifting, barriers."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, Response

from tests.browser.stage import Stage
from tests.journeys.people import PASSWORD, Person

ROOT = Path(__file__).parents[2]
AXE = (ROOT / "vendor/node_modules/axe-core/axe.min.js").read_text()
SHOTS = ROOT / "docs/screenshots"
WIDTHS = {"phone": 360, "desk": 1440}
_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
_BARRIERS = """async rules => {
    const found = await axe.run(document, {...rules, resultTypes: ["violations"]});
    return found.violations.map((each) => `${each.impact} ${each.id}: ${each.nodes[0].html.slice(0, 160)}`);
}"""
"""What is in order is left there: it is a hundred times as much."""
_WATCH = """
    window.shifted = 0;
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
    }).observe({type: "layout-shift", buffered: true});
"""


class Window:
    """One tab. `faults` is what went wrong since the last `open`."""

    def __init__(self, page: Page, stage: Stage) -> None:
        self.page, self._stage = page, stage
        self.faults: list[str] = []
        self._bytes = 0
        page.on("console", lambda said: said.type in ("error", "warning") and self.faults.append(said.text))
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", lambda request: self._is_ours(request.url))
        page.on("response", self._weigh)
        page.add_init_script(_WATCH)

    def open(self, path: str) -> Response:
        self.faults, self._bytes = [], 0
        answer = self.page.goto(self._stage.url + path, wait_until="load")
        assert answer is not None
        return answer

    def open_until_soon(self, path: str) -> Response:
        """As `open`, up to three times until the first paint came within a second: the machine has others to serve."""
        for _ in range(3):
            answer = self.open(path)
            self.page.wait_for_timeout(100)
            if self.first_paint_ms() < 1000:
                break
        return answer

    def never_from_memory(self) -> None:
        """Every page is opened as by who has never been here."""
        self._browser = self.page.context.new_cdp_session(self.page)  # Held, for what it sets ends with it.
        self._browser.send("Network.enable")
        self._browser.send("Network.setCacheDisabled", {"cacheDisabled": True})

    def settle(self) -> None:
        """Until what comes late is there."""
        self.page.wait_for_function("() => !document.querySelector('.htmx-request')")
        self.page.wait_for_timeout(500)

    def links(self) -> list[str]:
        """Paths of this site that the page leads to, each once."""
        found = self.page.evaluate("[...document.querySelectorAll('a[href]')].map((link) => link.href.split('#')[0])")
        ours = self._stage.url + "/"
        return list(dict.fromkeys(each[len(ours) - 1 :] for each in found if each.startswith(ours)))

    def log_in(self, person: Person) -> None:
        """By the form, as everybody."""
        self.open("/login")
        self.page.get_by_label("User name or e-mail address").fill(person.name)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.locator("main button.main").click()
        self.page.wait_for_url(lambda url: "/login" not in url)  # Each role has a home of its own.

    def barriers(self, rule: str = "") -> list[str]:
        """What axe-core finds, by one rule of its or all, each with the first element that has it."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE)  # Through the debugger, which no policy of the page concerns.
        wanted = {"runOnly": [rule]} if rule else _RULES
        return list(self.page.evaluate(_BARRIERS, wanted))

    def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))

    def shifted(self) -> float:
        """The cumulative layout shift so far."""
        return float(self.page.evaluate("window.shifted"))

    def first_paint_ms(self) -> float:
        paint = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 1e9"
        return float(self.page.evaluate(paint))

    def kilobytes(self) -> float:
        """Of everything that was loaded since the last `open`, uncompressed."""
        return self._bytes / 1024

    def paints_late(self) -> bool:
        """Over a second, and no fault of a machine that has far more to do than it can."""
        is_busy = os.getloadavg()[0] > 3 * (os.cpu_count() or 1)
        return self.first_paint_ms() >= 1000 and not is_busy

    def transferred_kb(self) -> float:
        """What this page took from the wire, with headers."""
        sizes = "performance.getEntries().reduce((sum, entry) => sum + (entry.transferSize || 0), 0)"
        return float(self.page.evaluate(sizes)) / 1024

    def shoot(self, name: str) -> None:
        """Kept for the documentation where somebody asks for it."""
        if os.environ.get("SHOTS"):
            SHOTS.mkdir(exist_ok=True)
            size = self.page.viewport_size
            assert size is not None
            # As high as the page, so that what is fixed to the window's foot is at the page's.
            for _ in range(2):  # A long navigation grows with the window, too.
                height = self.page.evaluate("Math.max(800, document.documentElement.scrollHeight)")
                self.page.set_viewport_size({"width": size["width"], "height": height})
            self.page.wait_for_timeout(100)
            self.page.screenshot(path=SHOTS / f"{name}.png")
            self.page.set_viewport_size(size)

    def _is_ours(self, url: str) -> None:
        if not url.startswith((self._stage.url + "/", "data:", "blob:")):
            self.faults.append(f"asks {urlsplit(url).netloc}")

    def _weigh(self, response: Response) -> None:
        if "event-stream" not in response.headers.get("content-type", ""):
            self._bytes += int(response.headers.get("content-length", 0))


@contextmanager
def window(stage: Stage, width: str = "desk", theme: str = "dark", **more: Any) -> Iterator[Window]:
    """A new browser session of somebody who prefers `theme`."""
    size: Any = {"width": WIDTHS[width], "height": 800}
    wanted: Any = {"color_scheme": theme, "viewport": size, "locale": "en-GB", "timezone_id": "UTC", **more}
    context = stage.browser.new_context(**wanted)
    context.set_default_timeout(15_000)
    try:
        yield Window(context.new_page(), stage)
    finally:
        context.close()


def told(value: object) -> str:
    """For messages of tests."""
    return json.dumps(value, indent=1)
