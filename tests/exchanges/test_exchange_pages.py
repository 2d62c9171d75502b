"""docs/errors.md and docs/exchanges.md say what the tables say."""

from __future__ import annotations

import pytest

from mysignals.domain.outcomes import Reason
from mysignals.domain.reasons import WORDS
from mysignals.exchanges import abilities_page
from mysignals.exchanges.error_page import PAGE, TABLES, Table, page
from mysignals.exchanges.registry import EXCHANGES, shortcomings_of


def test_the_page_is_what_the_tables_say_today() -> None:
    assert PAGE.read_text() == page(), "run `make pages`"


def test_what_each_market_can_do_is_what_its_abilities_say_today() -> None:
    assert abilities_page.PAGE.read_text() == abilities_page.page(), "run `make pages`"


def test_every_reason_has_a_cause_and_an_advice_in_whole_sentences() -> None:
    for reason in Reason:
        assert all(sentence.strip().endswith(".") for sentence in WORDS[reason]), reason


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.title)
def test_what_is_unknown_or_arrived_before_is_never_a_refusal(table: Table) -> None:
    refused = {str(code) for code in table.reasons}
    assert not refused & {str(code) for code in (*table.ambiguous, *table.duplicates)}
    assert not {Reason.DUPLICATE, Reason.UNKNOWN} & set(table.reasons.values())


@pytest.mark.parametrize("exchange", EXCHANGES)
def test_all_that_an_exchange_cannot_do_fits_into_one_notification(exchange: str) -> None:
    assert len(" ".join(shortcomings_of(exchange))) <= 580


@pytest.mark.parametrize("exchange", EXCHANGES)
def test_no_exchange_is_left_out(exchange: str) -> None:
    assert any(table.title.lower().startswith(exchange) for table in TABLES)
