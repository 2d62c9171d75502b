"""What the exchanges tell over WebSockets, as ccxt hears it: the same as the ledger and the REST answers say."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from tests.support.simulator_process import SimulatorProcess

from . import (
    listening,
    test_binance_futures,
    test_binance_spot,
    test_bitget_futures,
    test_bitget_spot,
    test_phemex_spot,
)
from .account import Account
from .facts import by_ccxt, by_ledger, dec
from .listening import Listener, Stream, listened
from .redirected import DEAD_PORT
from .test_phemex_contracts import INVERSE, LINEAR

BINANCE = listening.binance_spot(test_binance_spot.MARKET)
BINANCE_FUTURES = listening.binance_futures(test_binance_futures.MARKET)
BITGET = listening.bitget(test_bitget_spot.MARKET)
BITGET_FUTURES = listening.bitget(test_bitget_futures.MARKET)
PHEMEX = listening.phemex(test_phemex_spot.MARKET)
PHEMEX_LINEAR, PHEMEX_INVERSE = listening.phemex(LINEAR.market), listening.phemex(INVERSE.market)
STATES = {
    BINANCE: test_binance_spot.STATES, BINANCE_FUTURES: test_binance_futures.STATES,
    BITGET: test_bitget_spot.STATES, BITGET_FUTURES: test_bitget_futures.STATES, PHEMEX: test_phemex_spot.STATES,
}  # fmt: skip
NAMES = ["Binance spot", "Binance futures", "Bitget spot", "Bitget futures", "Phemex spot"]
CONTRACTS = [PHEMEX_LINEAR, PHEMEX_INVERSE]


def leaves(urls: Any) -> list[str]:
    return [urls] if isinstance(urls, str) else [leaf for each in urls.values() for leaf in leaves(each)]


@pytest.mark.parametrize("stream", [*STATES, *CONTRACTS], ids=[*NAMES, "Phemex linear", "Phemex inverse"])
def test_every_door_leads_to_this_machine(simulator: SimulatorProcess, stream: Stream) -> None:
    async def talk(listener: Listener) -> Any:
        return listener.exchange.urls

    urls = listened(Account(simulator, stream.market), stream, talk)
    here = (simulator.url + "/", simulator.url.replace("http://", "ws://") + "/", DEAD_PORT)
    assert all(url.startswith(here) for url in leaves(urls["api"]) + leaves(urls["test"]))


@pytest.mark.parametrize("stream", STATES, ids=NAMES)
def test_an_order_is_told_when_it_rests_and_when_it_is_cancelled(simulator: SimulatorProcess, stream: Stream) -> None:
    account: Account[Any] = Account(simulator, stream.market)
    symbol, expected, told = stream.market.symbol, [], []

    async def talk(listener: Listener) -> None:
        for state, deed in (
            ("open", lambda: account.place("limit", "buy", "0.01", "49000", clientOrderId="sig-42-w1")),
            ("canceled", lambda: account.ccxt.cancel_order(account.rows()[0]["order_id"], symbol)),
        ):
            await listener.after(
                listener.exchange.watch_orders(symbol),
                deed,
                lambda: [each["status"] for each in listener.exchange.orders or ()] == [state],  # noqa: B023
            )
            expected.append(by_ledger(account.rows()[0], STATES[stream]))
            told.append(by_ccxt(listener.exchange.orders[-1]))

    listened(account, stream, talk)
    assert told == expected
    assert [facts.state for facts in told] == ["open", "canceled"]


@pytest.mark.parametrize("stream", [*STATES, *CONTRACTS], ids=[*NAMES, "Phemex linear", "Phemex inverse"])
def test_the_balance_is_told_as_rest_tells_it(simulator: SimulatorProcess, stream: Stream) -> None:
    account: Account[Any] = Account(simulator, stream.market)
    kind = {"type": "spot" if ":" not in stream.market.symbol else "swap"}
    asset, amount = ("BTC", "100") if stream is PHEMEX_INVERSE else ("USDT", "0.01")
    asked = {PHEMEX_LINEAR: LINEAR.balance, PHEMEX_INVERSE: INVERSE.balance}.get(stream, kind)
    before = total(account.ccxt.fetch_balance(asked), asset)

    async def talk(listener: Listener) -> Decimal:
        await listener.after(
            listener.exchange.watch_balance(asked),
            lambda: account.place("market", "sell", amount),
            lambda: total(listener.exchange.balance, asset) not in (0, before),
        )
        return total(listener.exchange.balance, asset)

    assert listened(account, stream, talk) == total(account.ccxt.fetch_balance(asked), asset) != before


def total(balance: dict[str, Any], asset: str) -> Decimal:
    """Some exchanges' are kept apart by kind of account."""
    held = balance if asset in balance else next((each for each in balance.values() if asset in each), {})
    return dec(held.get(asset, {}).get("total"))


@pytest.mark.parametrize("stream", STATES, ids=NAMES)
def test_a_fill_is_told_as_rest_tells_it(simulator: SimulatorProcess, stream: Stream) -> None:
    account: Account[Any] = Account(simulator, stream.market)
    symbol = stream.market.symbol

    async def talk(listener: Listener) -> Any:
        return await listener.after(
            listener.exchange.watch_my_trades(symbol), lambda: account.place("limit", "sell", "0.01", "49000")
        )

    (told,) = listened(account, stream, talk)
    (fetched,) = account.ccxt.fetch_my_trades(symbol)
    for name in ("order", "side", "symbol"):
        assert told[name] == fetched[name]
    for name in ("price", "amount", "cost"):
        assert dec(told[name]) == dec(fetched[name]) > 0


POSITIONS = [BINANCE_FUTURES, BITGET_FUTURES]


@pytest.mark.parametrize("stream", POSITIONS, ids=["Binance futures", "Bitget futures"])
def test_a_position_is_told_as_rest_tells_it(simulator: SimulatorProcess, stream: Stream) -> None:
    account: Account[Any] = Account(simulator, stream.market)

    async def talk(listener: Listener) -> Any:
        def held() -> list[Any]:
            return [each for kind in (listener.exchange.positions or {}).values() for each in kind]

        await listener.after(
            listener.exchange.watch_positions([stream.market.symbol]),
            lambda: account.place("market", "sell", "0.02"),
            lambda: any(dec(each["contracts"]) for each in held()),
        )
        return held()

    (told,) = listened(account, stream, talk)
    fetched = account.position()
    assert (told["side"], told["symbol"]) == (fetched["side"], fetched["symbol"]) == ("short", stream.market.symbol)
    assert dec(told["contracts"]) == dec(fetched["contracts"]) == Decimal("0.02")
    assert dec(told["entryPrice"]) == dec(fetched["entryPrice"]) == 50000


@pytest.mark.parametrize("stream", CONTRACTS, ids=["linear", "inverse"])
def test_phemex_tells_orders_of_contracts_though_ccxt_lets_them_fall(
    simulator: SimulatorProcess, stream: Stream
) -> None:
    """They come as a list, where ccxt looks for an object: what was heard is read here."""
    account: Account[Any] = Account(simulator, stream.market)
    kind = LINEAR if stream is PHEMEX_LINEAR else INVERSE
    name = "orders_p" if kind is LINEAR else "orders"

    async def talk(listener: Listener) -> Any:
        def orders() -> list[Any]:
            return [order for message in listener.heard for order in message.get(name, [])]

        await listener.after(
            listener.exchange.watch_balance(kind.balance),
            lambda: account.place("limit", "buy", str(kind.lot), "49000"),
            lambda: bool(orders()),
        )
        return orders()

    (told,) = listened(account, stream, talk)
    (row,) = account.rows()
    assert (told["orderID"], told["clOrdID"], told["ordStatus"]) == (row["order_id"], row["client_id"], "New")
    assert (dec(told["orderQty"]), dec(told["cumQty"])) == (dec(row["quantity"]), 0)


@pytest.mark.parametrize("stream", [PHEMEX, *CONTRACTS], ids=["spot", "linear", "inverse"])
def test_phemex_tells_a_book_around_the_last_price(simulator: SimulatorProcess, stream: Stream) -> None:
    account: Account[Any] = Account(simulator, stream.market)

    async def talk(listener: Listener) -> Any:
        listener.exchange.number = float  # ccxt sorts a book by its numbers
        watching = listener.exchange.watch_order_book(stream.market.symbol)
        book = await asyncio.wait_for(watching, listening.PATIENCE_S)
        return [price for price, _ in book["bids"]], [price for price, _ in book["asks"]]

    bids, asks = listened(account, stream, talk)
    assert bids == sorted(bids, reverse=True)
    assert asks == sorted(asks)
    assert bids[0] <= 50000 <= asks[0]
    assert len(bids) == len(asks) == 30
