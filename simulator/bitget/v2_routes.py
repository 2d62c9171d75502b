"""The paths of v2, what faults call them, and their limits a second (EXCHANGES 5.3)."""

from collections.abc import Callable
from typing import Any

from simulator.bitget import account_calls
from simulator.bitget.market_calls import MarketCalls
from simulator.bitget.mix.book import Book as MixBook
from simulator.bitget.mix.order_calls import OrderCalls as MixOrders
from simulator.bitget.mix.plan_calls import PlanCalls as MixPlans
from simulator.bitget.mix.setting_calls import SettingCalls
from simulator.bitget.routes import Call
from simulator.bitget.spot.book import Book as SpotBook
from simulator.bitget.spot.order_calls import OrderCalls as SpotOrders
from simulator.bitget.spot.plan_calls import PlanCalls as SpotPlans


def public(market: MarketCalls) -> list[tuple[str, Callable[..., Any]]]:
    return [
        ("/api/v2/public/time", market.time), ("/api/v2/spot/public/symbols", market.spot_rules),
        ("/api/v2/spot/public/coins", market.coins), ("/api/v2/spot/market/tickers", market.spot_tickers),
        ("/api/v2/margin/currencies", market.borrowable), ("/api/v2/mix/market/contracts", market.contracts),
        ("/api/v2/mix/market/tickers", market.mix_tickers), ("/api/v2/mix/market/ticker", market.mix_ticker),
        ("/api/v2/mix/market/symbol-price", market.mix_price),
    ]  # fmt: skip


def spot(book: SpotBook) -> list[Call]:
    orders, plans, trade = SpotOrders(book), SpotPlans(book), "/api/v2/spot/trade"
    return [
        Call(b"GET", "/api/v2/spot/account/info", "query", account_calls.info, 1),
        Call(b"GET", "/api/v2/spot/account/assets", "query", account_calls.assets),
        Call(b"POST", f"{trade}/place-order", "order", orders.place),
        Call(b"POST", f"{trade}/batch-orders", "order", orders.place_batch, 5),
        Call(b"POST", f"{trade}/cancel-order", "cancel", orders.cancel),
        Call(b"POST", f"{trade}/batch-cancel-order", "cancel", orders.cancel_batch),
        Call(b"POST", f"{trade}/cancel-symbol-order", "cancel", orders.cancel_symbol, 5),
        Call(b"GET", f"{trade}/orderInfo", "query", orders.query, 20),
        Call(b"GET", f"{trade}/unfilled-orders", "query", orders.unfilled, 20),
        Call(b"GET", f"{trade}/history-orders", "query", orders.history, 20),
        Call(b"GET", f"{trade}/fills", "query", orders.fills),
        Call(b"POST", f"{trade}/place-plan-order", "order", plans.place, 20),
        Call(b"POST", f"{trade}/cancel-plan-order", "cancel", plans.cancel, 20),
        Call(b"POST", f"{trade}/batch-cancel-plan-order", "cancel", plans.cancel_batch, 5),
        Call(b"GET", f"{trade}/current-plan-order", "query", plans.current, 20),
        Call(b"GET", f"{trade}/history-plan-order", "query", plans.history, 20),
    ]


def mix(book: MixBook) -> list[Call]:
    settings, account, position = SettingCalls(book), "/api/v2/mix/account", "/api/v2/mix/position"
    return [
        Call(b"GET", f"{account}/account", "query", settings.account),
        Call(b"GET", f"{account}/accounts", "query", settings.accounts),
        Call(b"POST", f"{account}/set-leverage", "other", settings.set_leverage, 5),
        Call(b"POST", f"{account}/set-margin-mode", "other", settings.set_margin_mode, 5),
        Call(b"POST", f"{account}/set-position-mode", "other", settings.set_position_mode, 5),
        Call(b"GET", f"{position}/all-position", "query", settings.positions, 5),
        Call(b"GET", f"{position}/single-position", "query", settings.position),
        *_mix_orders(book),
    ]


def _mix_orders(book: MixBook) -> list[Call]:
    orders, plans, path = MixOrders(book), MixPlans(book), "/api/v2/mix/order"
    return [
        Call(b"POST", f"{path}/place-order", "order", orders.place),
        Call(b"POST", f"{path}/batch-place-order", "order", orders.place_batch, 5),
        Call(b"POST", f"{path}/cancel-order", "cancel", orders.cancel),
        Call(b"POST", f"{path}/batch-cancel-orders", "cancel", orders.cancel_batch),
        Call(b"POST", f"{path}/cancel-all-orders", "cancel", orders.cancel_all),
        Call(b"POST", f"{path}/close-positions", "order", orders.close_positions, 1),
        Call(b"GET", f"{path}/detail", "query", orders.query),
        Call(b"GET", f"{path}/orders-pending", "query", orders.pending),
        Call(b"GET", f"{path}/orders-history", "query", orders.history),
        Call(b"GET", f"{path}/fills", "query", orders.fills),
        Call(b"GET", f"{path}/fill-history", "query", orders.fills),
        Call(b"POST", f"{path}/place-plan-order", "order", plans.place_entry),
        Call(b"POST", f"{path}/place-tpsl-order", "order", plans.place_exit),
        Call(b"POST", f"{path}/place-pos-tpsl", "order", plans.place_both),
        Call(b"POST", f"{path}/modify-tpsl-order", "order", plans.change_exit),
        Call(b"POST", f"{path}/cancel-plan-order", "cancel", plans.cancel),
        Call(b"GET", f"{path}/orders-plan-pending", "query", plans.pending),
        Call(b"GET", f"{path}/orders-plan-history", "query", plans.history),
    ]
