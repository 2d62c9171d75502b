"""Browsers, by what they say of themselves: in words of ours, whatever they say."""

from __future__ import annotations

import pytest

from mysignals.domain.browser import named

NT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
KIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (f"{NT} {KIT} Chrome/141.0.0.0 Safari/537.36", "Chrome on Windows"),
        (f"{NT} {KIT} Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0", "Edge on Windows"),
        (f"{NT} {KIT} Chrome/141.0.0.0 Safari/537.36 OPR/122.0", "Opera on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox on Linux"),
        (f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {KIT} Version/18.0 Safari/605.1.15", "Safari on macOS"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1",
            "Safari on iPhone",
        ),
        (f"Mozilla/5.0 (Linux; Android 15; Pixel 9) {KIT} Chrome/141.0.0.0 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8.5.0", "Curl"),
        ("python-requests/2.34.2", "Python"),
        ("", "A browser or program that we do not know"),
        ("click https://evil.example <b>now</b>", "A browser or program that we do not know"),
        ("https://evil.example Firefox Windows", "Firefox on Windows"),
    ],
)
def test_a_browser_is_named_in_words_of_ours(said: str, name: str) -> None:
    assert named(said) == name
