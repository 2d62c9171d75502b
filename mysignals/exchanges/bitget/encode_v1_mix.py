"""What we ask Bitget's contracts (mix) in API v1, as calls (EXCHANGES 4.2 to 4.4); Bitget itself has retired it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mysignals.domain.intents import (
    CancelAll,
    CancelOrder,
    ExitKind,
    PlaceExit,
    PlaceOrder,
    QueryOrder,
    ReadBalances,
    ReadOpenOrders,
    ReadPermissions,
    ReadPositionMode,
    ReadPositions,
    ReadPrice,
    ReadRules,
    ReadSymbolSettings,
    ReadTime,
    SetLeverage,
    SetMarginMode,
    SetPositionMode,
)
from mysignals.domain.market import EntryType, MarginMode, PositionMode, Side
from mysignals.domain.money import plain

from .draft import Draft, encoded, quoted
from .encode_v1_spot import read_permissions, read_time
from .encode_v2_spot import SIDES, one_of, price
from .markets import USDT, product_of, product_of_asset

MIX = "/api/mix/v1/"
ORDER, ACCOUNT, PLAN, POSITION = MIX + "order/", MIX + "account/", MIX + "plan/", MIX + "position/"
MARGIN_MODES = {MarginMode.ISOLATED: "fixed", MarginMode.CROSS: "crossed"}
POSITION_MODES = {PositionMode.HEDGE: "double_hold", PositionMode.ONE_WAY: "single_hold"}
PLANS = {ExitKind.STOP: "loss_plan", ExitKind.TARGET: "profit_plan"}
HEDGED = {
    (Side.BUY, False): "open_long", (Side.SELL, False): "open_short",
    (Side.SELL, True): "close_long", (Side.BUY, True): "close_short",
}  # fmt: skip
"""By the order's own direction, and whether it closes."""
ANY_SYMBOL = "BTCUSDT"
"""The position mode is one for all USDT contracts, and told with the settings of any."""


def product(symbol: str) -> str:
    """The fields that almost every call begins with."""
    of = product_of(symbol)
    return f'"symbol":{quoted(symbol + of.suffix)},"marginCoin":{quoted(of.margin_coin)}'


def spelled(symbol: str) -> str:
    """For a query."""
    return encoded(symbol) + product_of(symbol).suffix


def place_order(order: PlaceOrder) -> Draft:
    """The margin mode is the symbol's setting, and never told with an order."""
    limit = order.type is EntryType.LIMIT
    fields = (
        f'{product(order.symbol)},"size":"{plain(order.quantity)}"{price(order) if limit else ""}{_side(order)}'
        f',"orderType":"{"limit" if limit else "market"}","timeInForceValue":"normal"'
        f',"clientOid":{quoted(order.client_id)}{_presets(order)}'
    )
    return Draft("POST", ORDER + "placeOrder", fields=fields)


def _side(order: PlaceOrder) -> str:
    if order.hedge:
        return f',"side":"{HEDGED[order.side, order.reduce_only]}"'
    return f',"side":"{SIDES[order.side]}_single"' + (',"reduceOnly":true' if order.reduce_only else "")


def _presets(order: PlaceOrder) -> str:
    """Attached to the whole entry."""
    target = "" if order.target is None else f',"presetTakeProfitPrice":"{plain(order.target)}"'
    return target + ("" if order.stop is None else f',"presetStopLossPrice":"{plain(order.stop)}"')


def place_exit(exit_: PlaceExit) -> Draft:
    """Executed at market when the last price reaches the trigger; both modes say long and short."""
    held = "long" if exit_.side is Side.SELL else "short"
    fields = (
        f'{product(exit_.symbol)},"planType":"{PLANS[exit_.kind]}","triggerPrice":"{plain(exit_.trigger_price)}"'
        f',"triggerType":"fill_price","holdSide":"{held}","size":"{plain(exit_.quantity)}"'
        f',"clientOid":{quoted(exit_.client_id)}'
    )
    return Draft("POST", PLAN + "placeTPSL", fields=fields)


def query_order(query: QueryOrder) -> Draft:
    """Orders have one address for live and done; plan orders have two, both searched as lists."""
    if query.conditional:
        return _plan_orders(query.symbol, is_history=query.history)
    named = f"orderId={encoded(query.exchange_id)}" if query.exchange_id else f"clientOid={encoded(query.client_id)}"
    return Draft("GET", ORDER + "detail", f"{named}&symbol={spelled(query.symbol)}")


def _plan_orders(symbol: str, *, is_history: bool) -> Draft:
    query = f"isPlan=profit_loss&symbol={spelled(symbol)}"
    if not is_history:
        return Draft("GET", PLAN + "currentPlan", query)
    return Draft("GET", PLAN + "historyPlan", f"{query}&pageSize=100", is_history=True)


def cancel_order(cancel: CancelOrder) -> Draft:
    named = one_of(cancel)
    if not cancel.conditional:
        return Draft("POST", ORDER + "cancel-order", fields=f"{product(cancel.symbol)},{named}")
    plan = f',"planType":"{PLANS[cancel.kind]}"' if cancel.kind is not None else ""
    return Draft("POST", PLAN + "cancelPlan", fields=f"{product(cancel.symbol)},{named}{plan}")


def cancel_all(cancel: CancelAll) -> Draft:
    """Raises KeyError for plan orders: the documents name no call for all of a symbol."""
    if cancel.conditional:
        raise KeyError("v1's plan orders are cancelled one by one")
    return Draft("POST", ORDER + "cancel-symbol-orders", fields=product(cancel.symbol))


def read_open_orders(asked: ReadOpenOrders) -> Draft:
    if asked.conditional:
        return _plan_orders(asked.symbol, is_history=asked.history)
    return Draft("GET", ORDER + "current", f"symbol={spelled(asked.symbol)}")


def read_balances(asked: ReadBalances) -> Draft:
    """`accounts` takes the product type; the seed gives it the parameters of `account` (EXCHANGES 8.3)."""
    return Draft("GET", ACCOUNT + "accounts", f"productType={product_of_asset(asked.asset).v1}")


def read_positions(asked: ReadPositions) -> Draft:
    """Those of USDT contracts (umcbl) alone where no symbol is named.

    The seed's allPosition is never asked: allPosition-v2 replaces it (EXCHANGES 8.3), and singlePosition likewise.
    """
    of = USDT if asked.symbol is None else product_of(asked.symbol)
    query = f"marginCoin={encoded(of.margin_coin)}"
    if asked.symbol is None:
        return Draft("GET", POSITION + "allPosition-v2", f"{query}&productType={of.v1}")
    return Draft("GET", POSITION + "singlePosition-v2", f"{query}&symbol={spelled(asked.symbol)}")


def _account(symbol: str) -> Draft:
    coin = encoded(product_of(symbol).margin_coin)
    return Draft("GET", ACCOUNT + "account", f"marginCoin={coin}&symbol={spelled(symbol)}")


def set_position_mode(setting: SetPositionMode) -> Draft:
    """Of the whole product, whichever symbol is meant."""
    of = USDT if setting.symbol is None else product_of(setting.symbol)
    fields = f'"productType":"{of.v1}","holdMode":"{POSITION_MODES[setting.mode]}"'
    return Draft("POST", ACCOUNT + "setPositionMode", fields=fields)


def set_leverage(setting: SetLeverage) -> Draft:
    """Isolated margin in hedge mode has a leverage a side, and v1 sets one: that of the position to be opened."""
    fields = f'{product(setting.symbol)},"leverage":{setting.leverage}'
    if setting.hedge and setting.margin_mode is MarginMode.ISOLATED and setting.side is not None:
        fields += f',"holdSide":"{"long" if setting.side is Side.BUY else "short"}"'
    return Draft("POST", ACCOUNT + "setLeverage", fields=fields)


def set_margin_mode(setting: SetMarginMode) -> Draft:
    fields = f'{product(setting.symbol)},"marginMode":"{MARGIN_MODES[setting.mode]}"'
    return Draft("POST", ACCOUNT + "setMarginMode", fields=fields)


def read_price(asked: ReadPrice) -> Draft:
    return Draft("GET", MIX + "market/ticker", f"symbol={spelled(asked.symbol)}", is_signed=False)


MIX_DRAFTS: dict[type, Callable[[Any], Draft]] = {
    PlaceOrder: place_order,
    PlaceExit: place_exit,
    QueryOrder: query_order,
    CancelOrder: cancel_order,
    CancelAll: cancel_all,
    ReadOpenOrders: read_open_orders,
    ReadBalances: read_balances,
    ReadPositions: read_positions,
    ReadPositionMode: lambda _: _account(ANY_SYMBOL),
    SetPositionMode: set_position_mode,
    ReadSymbolSettings: lambda asked: _account(asked.symbol),
    SetLeverage: set_leverage,
    SetMarginMode: set_margin_mode,
    ReadPermissions: read_permissions,
    ReadRules: lambda _: Draft("GET", MIX + "market/contracts", f"productType={USDT.v1}", is_signed=False),
    ReadPrice: read_price,
    ReadTime: read_time,
}
