"""The account calls of v1's mix: balances, positions, settings (EXCHANGES 4.3, 4.4)."""

from typing import Any

from simulator.bitget.desk import Desk
from simulator.bitget.mix.book import Book
from simulator.bitget.mix.records import MixDesk
from simulator.bitget.mix.setting_calls import SettingCalls
from simulator.bitget.parameters import Parameters, choice, optional
from simulator.bitget.products import check_coin
from simulator.bitget.symbols import LISTED
from simulator.bitget.v1 import answers, names
from simulator.wire.exchanged import Request


class OldMixAccountCalls:
    def __init__(self, book: Book) -> None:
        self._book, self._settings = book, SettingCalls(book)

    def account(self, desk: Desk, params: Parameters, _: Request) -> Any:
        name = names.mix_symbol(params)
        check_coin(params)
        return answers.account(desk.mix, name, self._book.prices.last)

    def accounts(self, desk: Desk, params: Parameters, _: Request) -> Any:
        listed = names.product(params) == LISTED
        return [answers.account(desk.mix, None, self._book.prices.last)] if listed else []

    def position(self, desk: Desk, params: Parameters, _: Request) -> Any:
        name = names.mix_symbol(params)
        check_coin(params)
        return self._described(desk.mix, name)

    def positions(self, desk: Desk, params: Parameters, _: Request) -> Any:
        if names.product(params) != LISTED or optional(params, "marginCoin").upper() not in ("", "USDT"):
            return []
        return self._described(desk.mix, None)

    def _described(self, desk: MixDesk, name: str | None) -> list[dict[str, Any]]:
        return [answers.position(desk, held, self._book.prices.last) for held in desk.held(name)]

    def set_leverage(self, desk: Desk, params: Parameters, request: Request) -> Any:
        told = self._settings.set_leverage(desk, _modern(params), request)
        return {**told, "symbol": params["symbol"], "marginMode": _margin_mode(desk, params)}

    def set_margin_mode(self, desk: Desk, params: Parameters, request: Request) -> Any:
        mode = names.MARGIN_MODES[choice(params, "marginMode", names.MARGIN_MODES)]
        told = self._settings.set_margin_mode(desk, {**_modern(params), "marginMode": mode}, request)
        return {**told, "symbol": params["symbol"], "marginMode": _margin_mode(desk, params)}

    def set_position_mode(self, desk: Desk, params: Parameters, _: Request) -> Any:
        wanted = choice(params, "holdMode", names.HOLD_MODES)
        self._settings.choose_position_mode(desk.mix, names.product(params), wanted == "double_hold")
        return {"marginCoin": "USDT", "holdMode": wanted, "dualSidePosition": wanted == "double_hold"}


def _modern(params: Parameters) -> Parameters:
    return {**params, "symbol": names.mix_symbol(params), "productType": LISTED}


def _margin_mode(desk: Desk, params: Parameters) -> str:
    return names.margin_mode(desk.mix.setting(names.mix_symbol(params)).isolated)
