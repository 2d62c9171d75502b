"""The v2 calls about the mix account: balances, positions, leverage, margin mode, position mode (EXCHANGES 5.3)."""

from typing import Any

from simulator.bitget.desk import Desk
from simulator.bitget.mix import answers, margin
from simulator.bitget.mix.book import Book
from simulator.bitget.mix.drafts import MARGIN_MODES
from simulator.bitget.mix.records import MixDesk, Setting
from simulator.bitget.parameters import Parameters, as_number, choice, optional
from simulator.bitget.products import check_coin, read_contract, read_product
from simulator.bitget.refusal import Refusal, empty, wrong
from simulator.bitget.symbols import LISTED, Symbol
from simulator.wire.exchanged import Request

TOO_HIGH = Refusal("40797", "Exceeded the maximum settable leverage")
BUSY = Refusal("40920", "Position or order exists, the position mode cannot be switched")
BUSY_SYMBOL = Refusal("45117", "Currently holding positions or orders, the margin mode cannot be adjusted")
TOO_DEAR = Refusal("40762", "The order amount exceeds the balance")


class SettingCalls:
    def __init__(self, book: Book) -> None:
        self._book = book

    # What there is

    def account(self, desk: Desk, params: Parameters, _: Request) -> Any:
        symbol = read_contract(params)
        check_coin(params)
        return answers.account(desk.mix, symbol.name, self._book.prices.last)

    def accounts(self, desk: Desk, params: Parameters, _: Request) -> Any:
        listed = read_product(params) == LISTED
        return [answers.account(desk.mix, None, self._book.prices.last)] if listed else []

    def positions(self, desk: Desk, params: Parameters, _: Request) -> Any:
        if read_product(params) != LISTED or optional(params, "marginCoin").upper() not in ("", "USDT"):
            return []
        return self._described(desk.mix, None)

    def position(self, desk: Desk, params: Parameters, _: Request) -> Any:
        symbol = read_contract(params)
        check_coin(params)
        return self._described(desk.mix, symbol.name)

    def _described(self, desk: MixDesk, name: str | None) -> list[dict[str, Any]]:
        marks = self._book.prices.last
        return [answers.position(desk, held, marks) for held in desk.held(name)]

    # What the account chooses

    def set_leverage(self, desk: Desk, params: Parameters, _: Request) -> Any:
        symbol = read_contract(params)
        check_coin(params)
        setting = desk.mix.setting(symbol.name)
        self.choose_leverage(desk.mix, setting, self._wanted(desk.mix, setting, params, symbol))
        return {
            "symbol": symbol.name, "marginCoin": "USDT", "longLeverage": str(setting.leverage("long")),
            "shortLeverage": str(setting.leverage("short")), "crossMarginLeverage": str(setting.crossed_leverage),
            "marginMode": setting.margin_mode,
        }  # fmt: skip

    def _wanted(self, desk: MixDesk, setting: Setting, params: Parameters, symbol: Symbol) -> dict[str, int]:
        """By side. `leverage` is for both, except for one side of an isolated account in hedge mode."""
        hold = choice(params, "holdSide", ("long", "short"), "long") if optional(params, "holdSide") else ""
        wanted = {}
        for side in ("long", "short"):
            name = f"{side}Leverage"
            if not optional(params, name):
                name = "leverage"
                is_meant = not setting.isolated or hold in ("", side)
                if not optional(params, name) or not is_meant:
                    continue
                if setting.isolated and desk.hedged and not hold:
                    raise empty("holdSide")
            wanted[side] = _leverage(params, name, symbol)
        if not wanted:
            raise empty("leverage")
        return wanted

    def choose_leverage(self, desk: MixDesk, setting: Setting, wanted: dict[str, int]) -> None:
        """What is held under it must still be paid for; isolated positions get their new margin."""
        before = (setting.crossed_leverage, setting.long_leverage, setting.short_leverage)
        held = desk.held(setting.symbol)
        margins = [position.isolated for position in held]
        if setting.isolated:
            setting.long_leverage = wanted.get("long", setting.long_leverage)
            setting.short_leverage = wanted.get("short", setting.short_leverage)
        else:
            setting.crossed_leverage = next(iter(wanted.values()))
        for position in held:
            if setting.isolated and position.hold in wanted:
                notional = abs(position.amount) * position.entry_price
                position.isolated = notional / setting.leverage(position.hold)
        if margin.totals(desk, self._book.prices.last).headroom < 0:
            setting.crossed_leverage, setting.long_leverage, setting.short_leverage = before
            for position, earlier in zip(held, margins, strict=True):
                position.isolated = earlier
            raise TOO_DEAR
        self._save(setting)
        for position in held:
            self._book.save_position(desk, position)

    def set_margin_mode(self, desk: Desk, params: Parameters, _: Request) -> Any:
        symbol = read_contract(params)
        check_coin(params)
        setting = desk.mix.setting(symbol.name)
        self.choose_margin_mode(desk.mix, setting, choice(params, "marginMode", MARGIN_MODES) == "isolated")
        return {
            "symbol": symbol.name, "marginCoin": "USDT", "longLeverage": str(setting.leverage("long")),
            "shortLeverage": str(setting.leverage("short")), "marginMode": setting.margin_mode,
        }  # fmt: skip

    def choose_margin_mode(self, desk: MixDesk, setting: Setting, isolated: bool) -> None:
        if setting.isolated == isolated:
            return
        orders, plans = desk.orders.open.values(), desk.plans.open.values()
        waiting = {order.symbol for order in orders} | {plan.symbol for plan in plans}
        if desk.held(setting.symbol) or setting.symbol in waiting:
            raise BUSY_SYMBOL
        setting.isolated = isolated
        self._save(setting)

    def set_position_mode(self, desk: Desk, params: Parameters, _: Request) -> Any:
        product, wanted = read_product(params), choice(params, "posMode", tuple(answers.MODES.values()))
        self.choose_position_mode(desk.mix, product, wanted == "hedge_mode")
        return {"posMode": wanted}

    def choose_position_mode(self, desk: MixDesk, product: str, hedge: bool) -> None:
        mode = desk.mode(product)
        if mode.hedge == hedge:
            return
        if product == LISTED and (desk.held() or desk.orders.open or desk.plans.open):
            raise BUSY
        mode.hedge = hedge
        self._book.changes.note("bitget-mix-mode", f"{desk.api_key}/{product}", "mode", mode)

    def _save(self, setting: Setting) -> None:
        self._book.changes.note("bitget-mix-setting", f"{setting.api_key}/{setting.symbol}", "setting", setting)


def _leverage(params: Parameters, name: str, symbol: Symbol) -> int:
    leverage = as_number(params[name], name)
    if leverage != int(leverage) or leverage < 1:
        raise wrong(name)
    if leverage > symbol.mix.max_leverage:
        raise TOO_HIGH
    return int(leverage)
