"""An exchange's words never show the key they were answered to."""

from __future__ import annotations

import pytest

from mysignals.domain.outcomes import NotSent, Outcome, Reason, Rejected, Unknown
from mysignals.exchanges.masking import masked
from mysignals.exchanges.wire import Credentials

KEY = Credentials("abcdef-the-key", "secret-of-the-key", "pass-phrase")


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        (Rejected(Reason.AUTH, "10500", "Failed to find api-key abcdef-the-key"), "Failed to find api-key …"),
        (Unknown("HTTP 502: secret-of-the-key pass-phrase"), "HTTP 502: … …"),
        (Rejected(Reason.FUNDS, "1", "too little"), "too little"),
    ],
)
def test_key_secret_and_passphrase_are_masked(told: Outcome, shown: str) -> None:
    outcome = masked(told, KEY)
    assert getattr(outcome, "message", getattr(outcome, "cause", "")) == shown


def test_what_has_no_words_and_short_keys_are_left_alone() -> None:
    nothing = NotSent("fence")
    assert masked(nothing, KEY) is nothing
    words = Rejected(Reason.AUTH, "1", "classic")
    assert masked(words, Credentials("s", "c")) is words
