"""The calls about accounts and positions: balances, leverage, margin mode, position mode, assigned margin."""

from decimal import Decimal
from typing import Any

from simulator.phemex.contracts import coin, linear, margin, worth
from simulator.phemex.contracts.book import Book
from simulator.phemex.contracts.positions import set_leverage
from simulator.phemex.contracts.records import Desk, Mode, Position
from simulator.phemex.contracts.spelling import COIN, LINEAR, Spelling
from simulator.phemex.contracts.symbols import MOST_LEVERAGE, Contract, contracts_of, read_contract
from simulator.phemex.parameters import Parameters, text, text_or
from simulator.phemex.refusal import Refusal, malformed
from simulator.wire.exchanged import Request

DONE = "OK"


class AccountCalls:
    def __init__(self, book: Book) -> None:
        self._book = book

    # The old API

    def coin_account(self, desk: Desk, params: Parameters, _: Request) -> Any:
        """The account of one currency, and a row for every contract settled in it."""
        currency, marks = text(params, "currency"), self._book.prices.last
        listed = [contract for contract in contracts_of(inverse=True) if contract.settle == currency]
        if not listed:
            raise Refusal(11028)
        rows = [coin.positioned(desk, desk.position(contract.name, "Merged"), marks) for contract in listed]
        return {"account": coin.account(desk, currency, marks), "positions": rows}

    def set_coin_leverage(self, desk: Desk, params: Parameters, _: Request) -> Any:
        contract = read_contract(params, inverse=True)
        self._set(desk, [(desk.position(contract.name, "Merged"), COIN.leverage(params))])
        return DONE

    def assign_coin(self, desk: Desk, params: Parameters, _: Request) -> Any:
        contract = read_contract(params, inverse=True)
        self._assign(desk, desk.position(contract.name, "Merged"), params, COIN)
        return DONE

    # The g-API

    def linear_account(self, desk: Desk, params: Parameters, _: Request) -> Any:
        """A row for every listed contract, flat ones too: one in OneWay mode, two in Hedged mode."""
        return self._linear(desk, params, "size")

    def linear_positions(self, desk: Desk, params: Parameters, _: Request) -> Any:
        return self._linear(desk, params, "sizeRq")

    def set_linear_leverage(self, desk: Desk, params: Parameters, _: Request) -> Any:
        """One leverageRr in OneWay mode; in Hedged mode longLeverageRr and shortLeverageRr, both."""
        contract = read_contract(params, inverse=False)
        if not desk.is_hedged(contract.name):
            if not params.get("leverageRr") and params.get("longLeverageRr"):
                raise Refusal(20004)
            self._set(desk, [(desk.position(contract.name, "Merged"), LINEAR.leverage(params))])
            return DONE
        if params.get("leverageRr"):
            raise Refusal(20004)
        wanted = (("Long", "longLeverage"), ("Short", "shortLeverage"))
        self._set(desk, [(desk.position(contract.name, side), LINEAR.leverage(params, name)) for side, name in wanted])
        return DONE

    def assign_linear(self, desk: Desk, params: Parameters, _: Request) -> Any:
        contract = read_contract(params, inverse=False)
        side = text_or(params, "posSide", desk.sides(contract.name)[0])
        if side not in desk.sides(contract.name):
            raise Refusal(20004)
        self._assign(desk, desk.position(contract.name, side), params, LINEAR)
        return DONE

    def switch_mode(self, desk: Desk, params: Parameters, _: Request) -> Any:
        """Of one symbol; refused while it has a position or an order. The leverage is taken along."""
        contract, wanted = read_contract(params, inverse=False), text(params, "targetPosMode")
        if wanted not in ("OneWay", "Hedged"):
            raise malformed("targetPosMode")
        name, hedged = contract.name, wanted == "Hedged"
        if hedged == desk.is_hedged(name):
            return DONE
        if self._is_busy(desk, contract):
            raise Refusal(20005)
        leverage = desk.position(name, desk.sides(name)[0]).leverage
        mode = desk.modes[name] = Mode(desk.api_key, name, hedged)
        for side in desk.sides(name):
            desk.position(name, side).leverage = leverage
            self._book.save_position(desk.position(name, side))
        self._book.shared.journal.note("phemex-mode", f"{desk.api_key}/{name}", mode)
        return DONE

    def _linear(self, desk: Desk, params: Parameters, size_name: str) -> Any:
        if text(params, "currency") != "USDT":
            raise Refusal(11028)
        listed, marks = contracts_of(inverse=False), self._book.prices.last
        if params.get("symbol"):
            listed = [read_contract(params, inverse=False)]
        rows = [
            linear.positioned(desk, desk.position(contract.name, side), marks, size_name)
            for contract in listed
            for side in desk.sides(contract.name)
        ]
        return {"account": linear.account(desk, "USDT", marks), "positions": rows}

    def _is_busy(self, desk: Desk, contract: Contract) -> bool:
        held = any(desk.position(contract.name, side).amount for side in desk.sides(contract.name))
        return held or any(order.symbol == contract.name for order in desk.orders.open.values())

    def _set(self, desk: Desk, wanted: list[tuple[Position, Decimal]]) -> None:
        """All or none: what the balance cannot carry is taken back."""
        for _, leverage in wanted:
            if abs(leverage) > MOST_LEVERAGE or 0 < abs(leverage) < 1:
                raise Refusal(11004)
        before = [(position.leverage, position.isolated) for position, _ in wanted]
        for position, leverage in wanted:
            set_leverage(position, leverage)
        exposed = any(position.amount for position, _ in wanted) or desk.orders.open
        if exposed and margin.available(desk, wanted[0][0].contract.settle, self._book.prices.last) < 0:
            for (position, _), (leverage, isolated) in zip(wanted, before, strict=True):
                position.leverage, position.isolated = leverage, isolated
            raise Refusal(11005)
        for position, _ in wanted:
            self._book.save_position(position)

    def _assign(self, desk: Desk, position: Position, params: Parameters, spelling: Spelling) -> None:
        """The margin of an isolated position is set to this, and never below what its leverage asks for."""
        assigned = spelling.margin(params)
        if not position.amount:
            raise Refusal(11006)
        if not position.is_isolated:
            raise Refusal(11007)
        if assigned < worth.in_smallest(margin.entry_value(position) / position.leverage):
            raise Refusal(11008)
        free = margin.available(desk, position.contract.settle, self._book.prices.last)
        if assigned - position.isolated > free:
            raise Refusal(11010)
        position.isolated = assigned
        self._book.save_position(position)
