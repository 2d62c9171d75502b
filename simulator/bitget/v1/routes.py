"""The paths of v1, what faults call them, and their limits a second (EXCHANGES 4.3)."""

from collections.abc import Callable
from typing import Any

from simulator.bitget.market_calls import MarketCalls
from simulator.bitget.mix.book import Book as MixBook
from simulator.bitget.routes import Call
from simulator.bitget.spot.book import Book as SpotBook
from simulator.bitget.v1.market_calls import OldMarketCalls
from simulator.bitget.v1.mix_account_calls import OldMixAccountCalls
from simulator.bitget.v1.mix_order_calls import OldMixOrderCalls
from simulator.bitget.v1.mix_plan_calls import OldMixPlanCalls
from simulator.bitget.v1.spot_calls import OldSpotCalls


def public(newer: MarketCalls) -> list[tuple[str, Callable[..., Any]]]:
    market = OldMarketCalls(newer.clock, newer.prices)
    spot, mix = "/api/spot/v1", "/api/mix/v1/market"
    return [
        (f"{spot}/public/time", market.time), (f"{spot}/public/products", market.products),
        (f"{spot}/public/product", market.product), (f"{spot}/market/ticker", market.spot_ticker),
        (f"{spot}/market/tickers", market.spot_tickers), (f"{mix}/contracts", market.contracts),
        (f"{mix}/symbol-leverage", market.leverage), (f"{mix}/ticker", market.mix_ticker),
        (f"{mix}/tickers", market.mix_tickers), (f"{mix}/mark-price", market.mark_price),
    ]  # fmt: skip


def spot(book: SpotBook) -> list[Call]:
    calls, account, trade, plan = OldSpotCalls(book), "/api/spot/v1/account", "/api/spot/v1/trade", "/api/spot/v1/plan"
    return [
        Call(b"GET", f"{account}/getInfo", "query", calls.info, 1),
        Call(b"GET", f"{account}/assets", "query", calls.assets),
        Call(b"GET", f"{account}/assets-lite", "query", calls.held_assets),
        Call(b"POST", f"{trade}/orders", "order", calls.place),
        Call(b"POST", f"{trade}/cancel-order", "cancel", calls.cancel),
        Call(b"POST", f"{trade}/cancel-order-v2", "cancel", calls.cancel_newer),
        Call(b"POST", f"{trade}/cancel-symbol-order", "cancel", calls.cancel_symbol),
        Call(b"POST", f"{trade}/orderInfo", "query", calls.query, 20),
        Call(b"POST", f"{trade}/open-orders", "query", calls.open, 20),
        Call(b"POST", f"{trade}/history", "query", calls.history, 20),
        Call(b"POST", f"{trade}/fills", "query", calls.fills, 20),
        Call(b"POST", f"{plan}/placePlan", "order", calls.place_plan),
        Call(b"POST", f"{plan}/cancelPlan", "cancel", calls.cancel_plan),
        Call(b"POST", f"{plan}/currentPlan", "query", calls.current_plans),
        Call(b"POST", f"{plan}/historyPlan", "query", calls.plan_history),
    ]


def mix(book: MixBook) -> list[Call]:
    calls, account, position = OldMixAccountCalls(book), "/api/mix/v1/account", "/api/mix/v1/position"
    return [
        Call(b"GET", f"{account}/account", "query", calls.account),
        Call(b"GET", f"{account}/accounts", "query", calls.accounts),
        Call(b"POST", f"{account}/setLeverage", "other", calls.set_leverage, 5),
        Call(b"POST", f"{account}/setMarginMode", "other", calls.set_margin_mode, 5),
        Call(b"POST", f"{account}/setPositionMode", "other", calls.set_position_mode, 5),
        Call(b"GET", f"{position}/singlePosition", "query", calls.position),
        Call(b"GET", f"{position}/singlePosition-v2", "query", calls.position),
        Call(b"GET", f"{position}/allPosition", "query", calls.positions, 5),
        Call(b"GET", f"{position}/allPosition-v2", "query", calls.positions, 5),
        *_mix_orders(book),
        *_mix_plans(book),
    ]


def _mix_orders(book: MixBook) -> list[Call]:
    orders, path = OldMixOrderCalls(book), "/api/mix/v1/order"
    return [
        Call(b"POST", f"{path}/placeOrder", "order", orders.place),
        Call(b"POST", f"{path}/cancel-order", "cancel", orders.cancel),
        Call(b"POST", f"{path}/cancel-symbol-orders", "cancel", orders.cancel_symbol),
        Call(b"POST", f"{path}/cancel-all-orders", "cancel", orders.cancel_all),
        Call(b"POST", f"{path}/close-all-positions", "order", orders.close_all, 1),
        Call(b"GET", f"{path}/detail", "query", orders.query),
        Call(b"GET", f"{path}/current", "query", orders.current),
        Call(b"GET", f"{path}/marginCoinCurrent", "query", orders.current_of_coin),
        Call(b"GET", f"{path}/history", "query", orders.history),
        Call(b"GET", f"{path}/fills", "query", orders.fills),
    ]


def _mix_plans(book: MixBook) -> list[Call]:
    plans, path = OldMixPlanCalls(book), "/api/mix/v1/plan"
    return [
        Call(b"POST", f"{path}/placePlan", "order", plans.place_plan),
        Call(b"POST", f"{path}/placeTPSL", "order", plans.place_exit),
        Call(b"POST", f"{path}/placePositionsTPSL", "order", plans.place_whole_exit),
        Call(b"POST", f"{path}/placeTrailStop", "order", plans.place_trailing),
        Call(b"POST", f"{path}/modifyTPSLPlan", "order", plans.change_exit),
        Call(b"POST", f"{path}/cancelPlan", "cancel", plans.cancel),
        Call(b"GET", f"{path}/currentPlan", "query", plans.current),
        Call(b"GET", f"{path}/historyPlan", "query", plans.history),
    ]
