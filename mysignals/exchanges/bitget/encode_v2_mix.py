"""What we ask Bitget's contracts (mix) in API v2, as calls (EXCHANGES 5.3 to 5.6)."""

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
from .encode_v2_spot import SIDES, one_of, price, read_permissions, read_time
from .markets import USDT, product_of, product_of_asset

MIX = "/api/v2/mix/"
ORDER, ACCOUNT = MIX + "order/", MIX + "account/"
MARGIN_MODES = {MarginMode.ISOLATED: "isolated", MarginMode.CROSS: "crossed"}
POSITION_MODES = {PositionMode.HEDGE: "hedge_mode", PositionMode.ONE_WAY: "one_way_mode"}
PLANS = {ExitKind.STOP: "loss_plan", ExitKind.TARGET: "profit_plan"}
ANY_SYMBOL = "BTCUSDT"
"""The position mode is one for all USDT contracts, and told with the settings of any."""


def product(symbol: str) -> str:
    """The fields that almost every call begins with."""
    of = product_of(symbol)
    return f'"symbol":{quoted(symbol)},"productType":"{of.v2}","marginCoin":{quoted(of.margin_coin)}'


def place_order(order: PlaceOrder) -> Draft:
    """EXCHANGES 5.2 bounds any order by `requestTime` and `receiveWindow`, 5.5 does not list them for contracts.

    They are sent, and not relied on.
    """
    limit = order.type is EntryType.LIMIT
    kind = f'"limit"{price(order)},"force":"gtc"' if limit else '"market"'
    fields = (
        f'{product(order.symbol)},"marginMode":"{MARGIN_MODES[order.margin_mode]}","size":"{plain(order.quantity)}"'
        f'{_position(order)},"orderType":{kind},"clientOid":{quoted(order.client_id)}{_presets(order)}'
    )
    return Draft("POST", ORDER + "place-order", fields=fields, has_deadline=True, may_outlive=True)


def _position(order: PlaceOrder) -> str:
    """In hedge mode `side` names the position, so a long is closed with buy/close (EXCHANGES 5.5)."""
    if not order.hedge:
        return f',"side":"{SIDES[order.side]}"' + (',"reduceOnly":"YES"' if order.reduce_only else "")
    if order.reduce_only:
        return f',"side":"{SIDES[order.side.opposite]}","tradeSide":"close"'
    return f',"side":"{SIDES[order.side]}","tradeSide":"open"'


def _presets(order: PlaceOrder) -> str:
    """They become plan orders of Bitget's own, at market, when the entry fills (EXCHANGES 5.6)."""
    stop = "" if order.stop is None else f',"presetStopLossPrice":"{plain(order.stop)}"'
    return stop + ("" if order.target is None else f',"presetStopSurplusPrice":"{plain(order.target)}"')


def place_exit(exit_: PlaceExit) -> Draft:
    """Executed at market, as no executePrice is told, when the last price reaches the trigger."""
    fields = (
        f'{product(exit_.symbol)},"planType":"{PLANS[exit_.kind]}","triggerPrice":"{plain(exit_.trigger_price)}"'
        f',"triggerType":"fill_price","holdSide":"{_held(exit_)}","size":"{plain(exit_.quantity)}"'
        f',"clientOid":{quoted(exit_.client_id)}'
    )
    return Draft("POST", ORDER + "place-tpsl-order", fields=fields)


def _held(exit_: PlaceExit) -> str:
    """Hedge mode says long and short; one-way mode buy and sell, buy being the long position (EXCHANGES 5.6)."""
    is_long = exit_.side is Side.SELL
    if exit_.hedge:
        return "long" if is_long else "short"
    return "buy" if is_long else "sell"


def query_order(query: QueryOrder) -> Draft:
    """Orders have one address for live and done; plan orders have two."""
    named = f"orderId={encoded(query.exchange_id)}" if query.exchange_id else f"clientOid={encoded(query.client_id)}"
    if query.conditional:
        return _plan_orders(query.symbol, f"{named}&", is_history=query.history)
    product_type = product_of(query.symbol).v2
    return Draft("GET", ORDER + "detail", f"{named}&productType={product_type}&symbol={encoded(query.symbol)}")


def _plan_orders(symbol: str, named: str = "", *, is_history: bool = False) -> Draft:
    path = "orders-plan-history" if is_history else "orders-plan-pending"
    query = f"{named}limit=100&planType=profit_loss&productType={product_of(symbol).v2}&symbol={encoded(symbol)}"
    return Draft("GET", ORDER + path, query, is_history=is_history)


def cancel_order(cancel: CancelOrder) -> Draft:
    if not cancel.conditional:
        return Draft("POST", ORDER + "cancel-order", fields=f"{product(cancel.symbol)},{one_of(cancel)}")
    plan = f',"planType":"{PLANS[cancel.kind]}"' if cancel.kind is not None else ""
    fields = f'{product(cancel.symbol)},"orderIdList":[{{{one_of(cancel)}}}]{plan}'
    return Draft("POST", ORDER + "cancel-plan-order", fields=fields)


def cancel_all(cancel: CancelAll) -> Draft:
    """cancel-all-orders would take those of every symbol, and neither takes plan orders (EXCHANGES 5.6).

    Raises KeyError for those: no single call takes stops and targets alike, so they are cancelled one by one.
    """
    if cancel.conditional:
        raise KeyError("contracts' plan orders are cancelled one by one")
    return Draft("POST", ORDER + "batch-cancel-orders", fields=product(cancel.symbol))


def read_open_orders(asked: ReadOpenOrders) -> Draft:
    if asked.conditional:
        return _plan_orders(asked.symbol, is_history=asked.history)
    query = f"limit=100&productType={product_of(asked.symbol).v2}&symbol={encoded(asked.symbol)}"
    return Draft("GET", ORDER + "orders-pending", query)


def read_balances(asked: ReadBalances) -> Draft:
    return Draft("GET", ACCOUNT + "accounts", f"productType={product_of_asset(asked.asset).v2}")


def read_positions(asked: ReadPositions) -> Draft:
    """Those of USDT contracts (USDT-FUTURES) alone where no symbol is named."""
    of = USDT if asked.symbol is None else product_of(asked.symbol)
    query = f"marginCoin={encoded(of.margin_coin)}&productType={of.v2}"
    if asked.symbol is None:
        return Draft("GET", MIX + "position/all-position", query)
    return Draft("GET", MIX + "position/single-position", f"{query}&symbol={encoded(asked.symbol)}")


def read_settings(asked: ReadSymbolSettings) -> Draft:
    return _account(asked.symbol)


def _account(symbol: str) -> Draft:
    of = product_of(symbol)
    query = f"marginCoin={encoded(of.margin_coin)}&productType={of.v2}&symbol={encoded(symbol)}"
    return Draft("GET", ACCOUNT + "account", query)


def set_position_mode(setting: SetPositionMode) -> Draft:
    """Of the whole product, whichever symbol is meant."""
    of = USDT if setting.symbol is None else product_of(setting.symbol)
    fields = f'"productType":"{of.v2}","posMode":"{POSITION_MODES[setting.mode]}"'
    return Draft("POST", ACCOUNT + "set-position-mode", fields=fields)


def set_leverage(setting: SetLeverage) -> Draft:
    """Isolated margin in hedge mode has one leverage a side: both are set."""
    wanted = f'"leverage":"{setting.leverage}"'
    if setting.hedge and setting.margin_mode is MarginMode.ISOLATED:
        wanted = f'"longLeverage":"{setting.leverage}","shortLeverage":"{setting.leverage}"'
    return Draft("POST", ACCOUNT + "set-leverage", fields=f"{product(setting.symbol)},{wanted}")


def set_margin_mode(setting: SetMarginMode) -> Draft:
    fields = f'{product(setting.symbol)},"marginMode":"{MARGIN_MODES[setting.mode]}"'
    return Draft("POST", ACCOUNT + "set-margin-mode", fields=fields)


def read_price(asked: ReadPrice) -> Draft:
    query = f"productType={product_of(asked.symbol).v2}&symbol={encoded(asked.symbol)}"
    return Draft("GET", MIX + "market/ticker", query, is_signed=False)


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
    ReadSymbolSettings: read_settings,
    SetLeverage: set_leverage,
    SetMarginMode: set_margin_mode,
    ReadPermissions: read_permissions,
    ReadRules: lambda _: Draft("GET", MIX + "market/contracts", f"productType={USDT.v2}", is_signed=False),
    ReadPrice: read_price,
    ReadTime: read_time,
}
