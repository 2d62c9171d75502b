"""The calls about the account: balances, positions, leverage, margin type, position mode."""

from typing import Any

from simulator.binance.parameters import Parameters, text, whole_number
from simulator.binance.refusal import Refusal
from simulator.binance.symbols import chosen, read_symbol
from simulator.binance.usdm import answers
from simulator.binance.usdm.book import Book
from simulator.binance.usdm.records import Desk, Setting
from simulator.binance.usdm.symbols import bracket_of, brackets_described, most_notional
from simulator.position import Position
from simulator.wire.exchanged import Request

SUCCESS = {"code": 200, "msg": "success"}


class SettingCalls:
    def __init__(self, book: Book) -> None:
        self._book = book

    # What there is

    def balance(self, desk: Desk, _: Parameters, __: Request) -> Any:
        return answers.balances(desk, self._book.prices.last)

    def account(self, desk: Desk, _: Parameters, __: Request) -> Any:
        return answers.account(desk, self._book.prices.last, older=False)

    def older_account(self, desk: Desk, _: Parameters, __: Request) -> Any:
        return answers.account(desk, self._book.prices.last, older=True)

    def positions(self, desk: Desk, params: Parameters, _: Request) -> Any:
        """v3: only symbols with a position or an open order."""
        marks = self._book.prices.last
        busy = {order.symbol for order in desk.orders.open.values()}
        shown = [each for each in self._all_positions(desk, params) if each.amount or each.symbol in busy]
        return [answers.position_risk(desk, position, marks) for position in shown]

    def older_positions(self, desk: Desk, params: Parameters, _: Request) -> Any:
        marks = self._book.prices.last
        return [answers.older_position_risk(desk, each, marks) for each in self._all_positions(desk, params)]

    def brackets(self, _: Desk, params: Parameters, __: Request) -> Any:
        return [brackets_described(symbol) for symbol in chosen(self._book.symbols, params)]

    def symbol_settings(self, desk: Desk, params: Parameters, _: Request) -> Any:
        return [_described(desk.setting(symbol.name)) for symbol in chosen(self._book.symbols, params)]

    def account_settings(self, desk: Desk, _: Parameters, __: Request) -> Any:
        return {
            "feeTier": 0, "canTrade": desk.can_trade, "canDeposit": True, "canWithdraw": False,
            "dualSidePosition": desk.mode.hedge, "updateTime": 0, "multiAssetsMargin": False, "tradeGroupId": -1,
        }  # fmt: skip

    def _all_positions(self, desk: Desk, params: Parameters) -> list[Position]:
        sides = ("LONG", "SHORT") if desk.mode.hedge else ("BOTH",)
        names = [symbol.name for symbol in chosen(self._book.symbols, params)]
        return [
            desk.positions.get((name, side)) or Position(desk.api_key, name, side) for name in names for side in sides
        ]

    # What the account chooses

    def mode(self, desk: Desk, _: Parameters, __: Request) -> Any:
        return {"dualSidePosition": desk.mode.hedge}

    def set_mode(self, desk: Desk, params: Parameters, _: Request) -> Any:
        wanted = text(params, "dualSidePosition").lower()
        if wanted not in ("true", "false"):
            raise Refusal(-1130, "Data sent for parameter 'dualSidePosition' is not valid.")
        if desk.mode.hedge == (wanted == "true"):
            raise Refusal(-4059, "No need to change position side.")
        if desk.orders.open or desk.algos.open:
            raise Refusal(-4067, "Position side cannot be changed if there exists open orders.")
        if desk.held():
            raise Refusal(-4068, "Position side cannot be changed if there exists position.")
        desk.mode.hedge = wanted == "true"
        self._book.shared.journal.note("usdm-mode", desk.api_key, desk.mode)
        return SUCCESS

    def set_margin_type(self, desk: Desk, params: Parameters, _: Request) -> Any:
        symbol, wanted = read_symbol(self._book.symbols, params), text(params, "marginType")
        if wanted not in ("ISOLATED", "CROSSED"):
            raise Refusal(-1130, "Data sent for parameter 'marginType' is not valid.")
        setting = desk.setting(symbol.name)
        if setting.isolated == (wanted == "ISOLATED"):
            raise Refusal(-4046, "No need to change margin type.")
        orders, algos = desk.orders.open.values(), desk.algos.open.values()
        waiting = {order.symbol for order in orders} | {algo.symbol for algo in algos}
        if symbol.name in waiting:
            raise Refusal(-4047, "Margin type cannot be changed if there exists open orders.")
        if desk.held(symbol.name):
            raise Refusal(-4048, "Margin type cannot be changed if there exists position.")
        setting.isolated = wanted == "ISOLATED"
        self._save(setting)
        return SUCCESS

    def set_leverage(self, desk: Desk, params: Parameters, _: Request) -> Any:
        symbol, leverage = read_symbol(self._book.symbols, params), whole_number(params, "leverage")
        setting = desk.setting(symbol.name)
        if not 1 <= leverage <= symbol.max_leverage:
            raise Refusal(-4028, f"Leverage {leverage} is not valid")
        held = desk.held(symbol.name)
        if setting.isolated and held and leverage < setting.leverage:
            raise Refusal(-4161, "Leverage reduction is not supported in Isolated Margin Mode with open positions.")
        mark = self._book.prices.last[symbol.name]
        if any(bracket_of(symbol.name, abs(each.amount) * mark).leverage < leverage for each in held):
            raise Refusal(-2027, "Exceeded the maximum allowable position at current leverage.")
        setting.leverage = leverage
        self._save(setting)
        self._book.shared.streams.publish("binance-futures", desk.api_key, "leverage", setting)
        most = str(most_notional(symbol.name, leverage))
        return {"leverage": leverage, "maxNotionalValue": most, "symbol": symbol.name}

    def _save(self, setting: Setting) -> None:
        self._book.shared.journal.note("usdm-setting", f"{setting.api_key}/{setting.symbol}", setting)


def _described(setting: Setting) -> dict[str, Any]:
    return {
        "symbol": setting.symbol, "marginType": "ISOLATED" if setting.isolated else "CROSSED",
        "isAutoAddMargin": False, "leverage": setting.leverage,
        "maxNotionalValue": str(most_notional(setting.symbol, setting.leverage)),
    }  # fmt: skip
