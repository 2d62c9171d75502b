"""What the venues share: wallets, positions, orders of a desk, windows of rate limits, parts of a quantity."""

from dataclasses import dataclass
from decimal import Decimal

import pytest

from simulator.desk import Orders, made
from simulator.faults import at_once
from simulator.position import Position
from simulator.wallet import Wallet, exchange
from simulator.window import Window


@dataclass(slots=True)
class Order:
    id: int
    client_id: str = ""
    is_open: bool = True


def long(isolated: str = "100") -> Position:
    return Position("key", "BTCUSDT", "BOTH", Decimal("0.02"), Decimal(50000), Decimal(isolated))


def test_more_of_the_same_direction_averages_the_entry_price() -> None:
    position = long()
    assert position.fill(Decimal("0.02"), Decimal(52000)) == (0, Decimal("0.02"))
    assert (position.amount, position.entry_price, position.isolated) == (Decimal("0.04"), 51000, 100)


def test_half_closed_it_keeps_its_entry_price_and_half_its_margin() -> None:
    position = long()
    assert position.fill(Decimal("-0.01"), Decimal(52000)) == (20, 0)
    assert (position.amount, position.entry_price, position.isolated) == (Decimal("0.01"), 50000, 50)


def test_turned_round_it_realises_the_old_side_and_opens_the_rest() -> None:
    position = long()
    assert position.fill(Decimal("-0.05"), Decimal(49000)) == (-20, Decimal("-0.03"))
    assert (position.amount, position.entry_price, position.isolated) == (Decimal("-0.03"), 49000, 0)
    assert position.unrealised(Decimal(48000)) == 30


def test_a_closed_position_has_no_entry_price() -> None:
    position = long()
    position.fill(Decimal("-0.02"), Decimal(51000))
    assert (position.amount, position.entry_price, position.realised) == (0, 0, 20)


@pytest.mark.parametrize(
    ("buys", "base", "quote", "fee"),
    [(True, "1.00999", "9500", ("0.00001", "BTC")), (False, "0.99", "10499.5", ("0.5", "USDT"))],
)
def test_a_fee_is_taken_from_what_was_received(buys: bool, base: str, quote: str, fee: tuple[str, str]) -> None:
    bitcoin, dollars = Wallet("key", "BTC", Decimal(1)), Wallet("key", "USDT", Decimal(10000))
    assert exchange(bitcoin, dollars, buys, Decimal("0.01"), Decimal(50000), Decimal("0.001")) == (
        Decimal(fee[0]),
        fee[1],
    )
    assert (bitcoin.free, dollars.free) == (Decimal(base), Decimal(quote))


def test_locked_money_is_not_free_but_there() -> None:
    wallet = Wallet("key", "USDT", Decimal(100))
    wallet.lock(Decimal(30))
    assert (wallet.free, wallet.locked, wallet.balance) == (70, 30, 100)
    wallet.unlock(Decimal(30))
    assert (wallet.free, wallet.locked) == (100, 0)


def test_a_client_id_finds_the_newest_order_and_no_id_finds_none() -> None:
    orders: Orders[int, Order] = Orders()
    for order in (Order(1, "mine"), Order(2, "mine", is_open=False), Order(3)):
        orders.enter(order)
    assert (list(orders), list(orders.open)) == ([1, 2, 3], [1, 3])
    assert {name: order.id for name, order in orders.by_client_id.items()} == {"mine": 2}
    orders.end(orders[1])
    assert (list(orders), list(orders.open)) == ([1, 2, 3], [3])


def test_a_record_begins_to_exist_when_it_is_asked_for() -> None:
    wallets: dict[str, Wallet] = {}
    assert made(wallets, "USDT", Wallet, "key", "USDT") is made(wallets, "USDT", Wallet, "key", "USDT")


def test_a_window_counts_anew_and_says_how_long_it_lasts() -> None:
    window = Window(60_000)
    assert (window.add(59_998, 5), window.add(59_999, 1), window.left_s(59_999)) == (5, 6, 1)
    assert (window.add(60_000, 2), window.left_s(60_000)) == (2, 60)


@pytest.mark.parametrize(
    ("fraction", "all_or_nothing", "given"),
    [(None, True, "0.035"), (Decimal("0.5"), False, "0.017"), (Decimal("0.5"), True, "0")],
)
def test_a_fraction_is_given_in_whole_steps(fraction: Decimal | None, all_or_nothing: bool, given: str) -> None:
    assert at_once(Decimal("0.035"), fraction, Decimal("0.001"), all_or_nothing) == Decimal(given)
