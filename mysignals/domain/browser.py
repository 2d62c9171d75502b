"""Which browser on which system, in words, by what a browser says of itself."""

from __future__ import annotations

import re

# The first that is found counts: most browsers also name those whose pages they want to be given.
_BROWSERS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"), ("curl", "curl"),
    ("python-requests", "Python"), ("Python-urllib", "Python"), ("okhttp", "an Android app"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
    ("Macintosh", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def named(user_agent: str) -> str:
    """`Firefox on Windows`; only words of ours, because anybody may say anything in that header."""
    browser = _first(_BROWSERS, user_agent) or "a browser or program that we do not know"
    system = _first(_SYSTEMS, user_agent)
    name = f"{browser} on {system}" if system else browser
    return name[0].upper() + name[1:]


def _first(names: tuple[tuple[str, str], ...], user_agent: str) -> str | None:
    return next((name for sign, name in names if re.search(rf"\b{sign}", user_agent)), None)
