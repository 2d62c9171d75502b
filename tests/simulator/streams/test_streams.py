"""The place where books publish: who hears what, and when it is concluded."""

from typing import Any

import pytest

from simulator.streams import Streams


class Listener:
    def __init__(self) -> None:
        self.heard: list[tuple[str, Any]] = []
        self.concluded = 0

    def hear(self, kind: str, record: Any) -> None:
        self.heard.append((kind, record))

    def conclude(self) -> None:
        self.concluded += 1


@pytest.fixture
def streams() -> Streams:
    return Streams()


def test_what_is_published_reaches_the_listeners_of_that_key_and_venue_alone(streams: Streams) -> None:
    mine, others, elsewhere = Listener(), Listener(), Listener()
    streams.subscribe("binance", "mine", mine)
    streams.subscribe("binance", "others", others)
    streams.subscribe("bitget", "mine", elsewhere)
    streams.publish("binance", "mine", "order", 1)
    assert (mine.heard, others.heard, elsewhere.heard) == ([("order", 1)], [], [])


def test_a_symbol_that_is_called_like_a_key_is_not_mistaken_for_it(streams: Streams) -> None:
    listener = Listener()
    streams.subscribe("binance", "BTCUSDT", listener)
    streams.announce("binance", "BTCUSDT", "price", 1)
    assert listener.heard == []
    streams.follow("binance", "BTCUSDT", listener)
    streams.announce("binance", "BTCUSDT", "price", 2)
    assert listener.heard == [("price", 2)]


def test_a_turn_is_concluded_once_however_much_was_heard(streams: Streams) -> None:
    promised: list[Any] = []
    streams.at_turn_end = promised.append
    listener = Listener()
    streams.subscribe("binance", "mine", listener)
    for number in range(3):
        streams.publish("binance", "mine", "order", number)
    assert (len(promised), listener.concluded) == (1, 0)
    promised.pop()()
    assert listener.concluded == 1
    streams.conclude()
    assert listener.concluded == 1


def test_a_listener_that_is_told_twice_to_listen_hears_once(streams: Streams) -> None:
    listener = Listener()
    streams.subscribe("binance", "mine", listener)
    streams.subscribe("binance", "mine", listener)
    streams.publish("binance", "mine", "order", 1)
    assert listener.heard == [("order", 1)]


def test_who_stops_listening_leaves_no_trace(streams: Streams) -> None:
    listener = Listener()
    streams.subscribe("binance", "mine", listener)
    streams.follow("binance", "BTCUSDT", listener)
    streams.unsubscribe("binance", "mine", listener)
    streams.unfollow("binance", "BTCUSDT", listener)
    streams.unsubscribe("binance", "mine", listener)
    streams.publish("binance", "mine", "order", 1)
    assert listener.heard == [] and streams._of_keys == streams._of_symbols == {}


def test_what_is_published_while_concluding_is_concluded_too(streams: Streams) -> None:
    second = Listener()

    class Echo(Listener):
        def conclude(self) -> None:
            super().conclude()
            streams.publish("binance", "second", "order", 1)

    streams.subscribe("binance", "first", Echo())
    streams.subscribe("binance", "second", second)
    streams.publish("binance", "first", "order", 1)
    streams.conclude()
    assert second.concluded == 1


def test_a_listener_may_end_in_the_middle_of_what_it_hears(streams: Streams) -> None:
    later = Listener()

    class Once(Listener):
        def hear(self, kind: str, record: Any) -> None:
            super().hear(kind, record)
            streams.unsubscribe("binance", "mine", self)

    once = Once()
    streams.subscribe("binance", "mine", once)
    streams.subscribe("binance", "mine", later)
    streams.publish("binance", "mine", "order", 1)
    streams.publish("binance", "mine", "order", 2)
    assert (len(once.heard), len(later.heard)) == (1, 2)
