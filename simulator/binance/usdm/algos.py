"""Conditional (algo) orders: taken in without a margin check, turned into book orders by a price (EXCHANGES 3.5).

The order born from a trigger has a client id of its own, `algo-<algoId>`: find it by `actualOrderId`.
An algo order whose birth is refused (no margin, nothing to reduce) ends as REJECTED. Trailing stops are refused.
"""

from decimal import Decimal

from simulator.binance.parameters import Parameters, choice, flag, text, whole_number
from simulator.binance.refusal import Refusal, missing, unwanted
from simulator.binance.symbols import Symbol
from simulator.binance.usdm import drafts
from simulator.binance.usdm.book import Book
from simulator.binance.usdm.records import ZERO, AlgoOrder, Desk, Draft
from simulator.binance.usdm.symbols import MOST_ALGO_ORDERS

LIMITS, CLOSERS = frozenset({"STOP", "TAKE_PROFIT"}), frozenset({"STOP_MARKET", "TAKE_PROFIT_MARKET"})
WORKING_TYPES = frozenset({"MARK_PRICE", "CONTRACT_PRICE"})
BAD_ALGO = Refusal(-1130, "Data sent for parameter 'algoType' is not valid.")
BAD_WORKING = Refusal(-1130, "Data sent for parameter 'workingType' is not valid.")


def place_algo(book: Book, desk: Desk, params: Parameters, symbol: Symbol, received_ms: int) -> AlgoOrder:
    algo = _read(book, desk, params, symbol, received_ms)
    last = book.prices.last[symbol.name]
    if (algo.trigger_price <= last) if algo.triggers_above else (algo.trigger_price >= last):
        raise Refusal(-2021, "Order would immediately trigger.")
    _check_room(desk, algo)
    book.last_algo += 1
    algo.id = book.last_algo
    algo.client_id = algo.client_id or f"simalgo{algo.id:014d}"
    desk.algos.enter(algo)
    book.shared.ledger.enter("binance-futures", algo)
    book.watch(algo)
    book.save(algo)
    book.report(algo)
    return algo


def trigger(book: Book, desk: Desk, algo: AlgoOrder) -> None:
    algo.triggered_ms = algo.updated_ms = book.shared.clock.now_ms()
    algo.state = "TRIGGERED"
    desk.algos.end(algo)
    try:
        book.place(desk, _birth(desk, algo), algo.received_ms, algo=algo)
    except Refusal as refusal:
        algo.failure = refusal.message
        book.finish_algo(desk, algo, "REJECTED")
        return
    book.save(algo)


def _birth(desk: Desk, algo: AlgoOrder) -> Draft:
    quantity = algo.quantity
    if algo.close_position:
        quantity = abs(desk.position(algo.symbol, algo.position_side).amount)
    kind = "LIMIT" if algo.type in LIMITS else "MARKET"
    reduces = algo.reduce_only or (algo.close_position and algo.position_side == "BOTH")
    return Draft(
        algo.symbol, algo.side, algo.position_side, kind, algo.time_in_force, quantity, algo.price, reduces,
        f"algo-{algo.id}", algo.good_till_ms, algo.close_position,
    )  # fmt: skip


def _read(book: Book, desk: Desk, params: Parameters, symbol: Symbol, received_ms: int) -> AlgoOrder:
    choice(params, "algoType", frozenset({"CONDITIONAL"}), BAD_ALGO)
    side, kind = choice(params, "side", drafts.SIDES, drafts.BAD_SIDE), text(params, "type")
    if kind not in LIMITS | CLOSERS:
        raise drafts.BAD_TYPE
    position_side = drafts.read_position_side(desk, params)
    reduce_only = drafts.read_reduce_only(desk, params)
    closes = flag(params, "closePosition")
    working_type = "CONTRACT_PRICE"
    if params.get("workingType"):
        working_type = choice(params, "workingType", WORKING_TYPES, BAD_WORKING)
    time_in_force = "GTC"
    if params.get("timeInForce"):
        time_in_force = choice(params, "timeInForce", drafts.TIMES_IN_FORCE, drafts.BAD_TIME_IN_FORCE)
    price = drafts.read_price(params, "price", symbol) if kind in LIMITS else ZERO
    now_ms = book.shared.clock.now_ms()
    return AlgoOrder(
        0, desk.api_key, drafts.read_client_id(params, "clientAlgoId"), symbol.name, side, position_side, kind,
        time_in_force, _quantity(params, symbol, kind, closes), price,
        drafts.read_price(params, "triggerPrice", symbol), reduce_only, closes, working_type,
        flag(params, "priceProtect"), received_ms, now_ms, now_ms, whole_number(params, "goodTillDate", 0),
    )  # fmt: skip


def _quantity(params: Parameters, symbol: Symbol, kind: str, closes: bool) -> Decimal:
    if not closes:
        if not params.get("quantity"):
            raise missing("quantity")
        return drafts.read_quantity(params, symbol)
    if kind not in CLOSERS:
        raise Refusal(-4136, f"Target strategy invalid for orderType {kind},closePosition true.")
    if params.get("quantity"):
        raise Refusal(-4137, "Quantity must be zero with closePosition equals true.")
    if params.get("reduceOnly"):
        raise unwanted("reduceOnly")
    return ZERO


def _check_room(desk: Desk, algo: AlgoOrder) -> None:
    known = desk.algos.by_client_id.get(algo.client_id)
    if algo.client_id and known is not None and known.is_open:
        raise Refusal(-4116, "ClientOrderId is duplicated.")
    if len(desk.algos.open) >= MOST_ALGO_ORDERS:
        raise Refusal(-4045, "Reach max stop order limit.")
    if not algo.close_position:
        return
    for other in desk.algos.open.values():
        same = (other.symbol, other.side, other.position_side) == (algo.symbol, algo.side, algo.position_side)
        if same and other.close_position and other.triggers_above == algo.triggers_above:
            raise Refusal(
                -4130, "An open stop or take profit order with GTE and closePosition in the direction is existing."
            )
