"""The board of prices: one question for all who ask at once, and none that is answered already."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace
from decimal import Decimal
from threading import Thread

from mysignals.domain.market import Market
from mysignals.domain.outcomes import Outcome, PriceRead, Unknown
from mysignals.services.prices import MOST, PriceBoard, Quote

BTC = Quote("binance", "paper", "", Market.FUTURES, "BTCUSDT")
TRADES = Quote("magnr", "paper", "", Market.FUTURES, "BTCUSD")
FIFTY = PriceRead(Decimal(50000))


class Exchange:
    """Keeps the questions, and answers them with what it was given, or when it is told to."""

    def __init__(self, *answers: Outcome) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[Quote, Future[Outcome]]] = []

    def begin(self, quote: Quote) -> Future[Outcome]:
        question: Future[Outcome] = Future()
        self.asked.append((quote, question))
        if self.answers:
            question.set_result(self.answers.pop(0))
        return question


def test_a_fresh_price_is_not_asked_for_again_and_an_old_one_is() -> None:
    exchange = Exchange(FIFTY, PriceRead(Decimal(50100)))
    board = PriceBoard(exchange.begin)
    assert [board.of(BTC), board.of(BTC)] == [50000, 50000]
    assert board.of(BTC, max_age_s=0) == 50100
    assert len(exchange.asked) == 2


def test_whoever_asks_meanwhile_joins_the_question_that_is_on_its_way() -> None:
    exchange, told = Exchange(), list[Decimal | None]()
    board = PriceBoard(exchange.begin)
    board.expect(BTC)
    waiting = [Thread(target=lambda: told.append(board.of(BTC))) for _ in range(5)]
    for thread in waiting:
        thread.start()
    exchange.asked[0][1].set_result(FIFTY)
    for thread in waiting:
        thread.join(5)
    assert told == [50000] * 5 and len(exchange.asked) == 1


def test_a_lost_answer_is_asked_for_once_more_and_no_further() -> None:
    lost = Unknown("timeout")
    assert PriceBoard(Exchange(lost, FIFTY).begin).of(BTC) == 50000
    exchange = Exchange(lost, lost, FIFTY)
    assert PriceBoard(exchange.begin).of(BTC) is None and len(exchange.asked) == 2


def test_a_bug_of_ours_in_a_question_is_no_price_and_stops_nobody() -> None:
    exchange = Exchange()
    board = PriceBoard(exchange.begin)
    board.expect(BTC)
    exchange.asked[0][1].set_exception(LookupError("a bug"))
    exchange.answers = [FIFTY]
    assert board.of(BTC) == 50000


def test_an_exchange_that_tells_no_prices_is_not_asked() -> None:
    exchange = Exchange()
    board = PriceBoard(exchange.begin)
    board.expect(TRADES)
    assert board.of(TRADES) is None and exchange.asked == []


def test_no_more_than_so_many_prices_are_kept() -> None:
    exchange = Exchange(*[FIFTY] * (MOST + 3))
    board = PriceBoard(exchange.begin)
    for number in range(MOST + 1):
        board.of(replace(BTC, symbol=f"S{number}"))
    board.of(replace(BTC, symbol=f"S{MOST}"))
    assert len(exchange.asked) == MOST + 1
    board.of(replace(BTC, symbol="S0"))
    assert len(exchange.asked) == MOST + 2
