"""Every page that links lead to, for everybody who can go there: at both widths, in both colours, without script."""

from __future__ import annotations

import pytest

from tests.browser import measured
from tests.browser.looking import Window, told, window
from tests.browser.paths import MOST, Paths, shape
from tests.browser.stage import Stage

ROLES = ("anyone", "user", "provider", "registrar")
_TABS = 30


@pytest.mark.timeout(900)
@pytest.mark.parametrize("role", ROLES)
def test_every_page_that_links_lead_to_is_in_order(stage: Stage, role: str) -> None:
    found: dict[str, list[str]] = {}
    paths = Paths()
    with (
        window(stage, "desk") as desk,
        window(stage, "phone") as phone,
        window(stage, java_script_enabled=False) as plain,
    ):
        paths.add(["/"])
        for seen in (desk, phone, plain) if role != "anyone" else ():
            seen.log_in(stage.person(role))
            paths.add([seen.page.url.removeprefix(stage.url)])
        for seen in (desk, phone):
            seen.never_from_memory()
        for path in paths:
            faults = [
                *_at(desk, path, role, "desk"), *_by_keyboard(desk), *_at(phone, path, role, "phone"),
                *_without_script(plain, path),
            ]  # fmt: skip
            if faults:
                found[path] = faults
            paths.add(desk.links())
    measured.write()
    assert not found, told(found)
    assert not paths.waiting, f"more than {MOST} pages: {told(list(paths.waiting)[:9])}"


def _at(seen: Window, path: str, role: str, width: str) -> list[str]:
    answer = seen.open_until_soon(path)
    seen.settle()
    shift, kilobytes, title = seen.shifted(), seen.transferred_kb(), seen.page.title()
    policy = answer.headers.get("content-security-policy", "")
    said = {
        f"status {answer.status}": answer.status == 200,
        f"policy {policy}": "default-src 'self'" in policy and "unsafe" not in policy,
        f"title {title!r}": title.endswith("MySignals"),
        "not one h1": seen.page.locator("h1").count() == 1,
        f"wider than the window by {seen.overflow()}": seen.overflow() <= 0,
        f"{kilobytes:.0f} KB": kilobytes < 200,
        f"first paint after {seen.first_paint_ms():.0f} ms": not seen.paints_late(),
        f"shifts by {shift:.3f}": shift < 0.1,
    }
    measured.note(shape(path), role, width, kilobytes, seen.first_paint_ms(), shift)
    faults = [words for words, holds in said.items() if not holds] + seen.barriers()
    seen.page.emulate_media(color_scheme="light")
    faults += [f"light: {each}" for each in seen.barriers("color-contrast")]
    seen.page.emulate_media(color_scheme="dark")
    return [f"{width}: {each}" for each in dict.fromkeys(faults + seen.faults)]


def _by_keyboard(seen: Window) -> list[str]:
    """The skip link is first and works; wherever Tab goes, it is seen."""
    page, faults = seen.page, []
    if page.evaluate(_FIRST) != "skip":
        faults.append("the first thing to focus is no skip link")
    page.locator(".skip").focus()
    if not page.evaluate("document.activeElement.getBoundingClientRect().left >= 0"):
        faults.append("the skip link is not seen")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    if not page.evaluate(_INSIDE):
        faults.append("the skip link does not lead into the content")
    for _ in range(_TABS):
        unseen = page.evaluate(_UNSEEN)
        if unseen:
            faults.append(f"focus is not seen on {unseen}")
        page.keyboard.press("Tab")
    return faults


_FOCUSED = ":is(a[href], button, input:not([type=hidden]), select, textarea, summary)"
_FIRST = f"document.querySelector('body {_FOCUSED}').className"
_INSIDE = f"""() => {{
    const main = document.querySelector("main");
    return main.contains(document.activeElement) || !main.querySelector("{_FOCUSED}");
}}"""
_UNSEEN = """() => {
    const it = document.activeElement, style = getComputedStyle(it), box = it.getBoundingClientRect();
    if (it === document.body) return "";
    const shown = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1) || style.boxShadow !== "none";
    const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    return shown && inside ? "" : it.outerHTML.slice(0, 120);
}"""


def _without_script(seen: Window, path: str) -> list[str]:
    answer = seen.open(path)
    main = seen.page.locator("main")
    if answer.status != 200 or not seen.page.locator("main h1").is_visible():
        return [f"without script: status {answer.status}, or no heading"]
    words = main.inner_text().split()
    return [] if len(words) >= 8 else [f"without script: {' '.join(words)!r} is all"]
