"""Every refusal has plain words."""

import pytest

from mysignals.domain.outcomes import Reason
from mysignals.domain.reasons import advice, cause


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_cause_and_an_advice(reason: Reason) -> None:
    for words in (cause(reason, "binance"), advice(reason)):
        assert words.endswith(".")
        assert not set("{}!") & set(words)


def test_the_exchange_is_named_as_people_write_it() -> None:
    assert cause(Reason.AUTH, "binance") == "Binance does not accept this API key."


def test_what_an_exchange_means_in_its_own_way_is_said_in_its_own_words() -> None:
    assert cause(Reason.RETIRED, "bitget") == "Bitget has retired version 1 of its API."
    assert "`api_version` v2" in advice(Reason.RETIRED, "bitget")
    assert "unified account" in advice(Reason.PERMISSION, "bitget")
    assert advice(Reason.RETIRED, "binance") == advice(Reason.RETIRED)
