"""The calls about conditional (algo) orders (EXCHANGES 3.5)."""

from typing import Any

from simulator.binance.parameters import Parameters, whole_number
from simulator.binance.refusal import Refusal, missing
from simulator.binance.symbols import read_symbol
from simulator.binance.usdm import answers
from simulator.binance.usdm.algos import place_algo
from simulator.binance.usdm.book import Book
from simulator.binance.usdm.records import AlgoOrder, Desk
from simulator.wire.exchanged import Request

ALL_CANCELLED = {"code": 200, "msg": "The operation of cancel all open order is done."}


class AlgoCalls:
    def __init__(self, book: Book) -> None:
        self._book = book

    def place(self, desk: Desk, params: Parameters, request: Request) -> Any:
        symbol = read_symbol(self._book.symbols, params)
        return answers.algo_placed(place_algo(self._book, desk, params, symbol, request.received_ms))

    def query(self, desk: Desk, params: Parameters, _: Request) -> Any:
        algo = self._find(desk, params)
        if algo is None:
            raise Refusal(-2013, "Order does not exist.")
        return answers.algo_queried(desk, algo)

    def cancel(self, desk: Desk, params: Parameters, _: Request) -> Any:
        """The code in the answer is text here."""
        algo = self._find(desk, params)
        if algo is None or not algo.is_open:
            raise Refusal(-2011, "Unknown order sent.")
        self._book.finish_algo(desk, algo, "CANCELED")
        return {"algoId": algo.id, "clientAlgoId": algo.client_id, "code": "200", "msg": "success"}

    def open(self, desk: Desk, params: Parameters, _: Request) -> Any:
        name = read_symbol(self._book.symbols, params).name if params.get("symbol") else None
        return [answers.algo_queried(desk, algo) for algo in desk.algos.open.values() if name in (None, algo.symbol)]

    def history(self, desk: Desk, params: Parameters, _: Request) -> Any:
        name = read_symbol(self._book.symbols, params).name
        first, limit = whole_number(params, "algoId", 0), min(whole_number(params, "limit", 500), 1000)
        found = [algo for algo in desk.algos.values() if algo.symbol == name and algo.id >= first]
        return [answers.algo_queried(desk, algo) for algo in (found[:limit] if first else found[-limit:])]

    def cancel_all(self, desk: Desk, params: Parameters, _: Request) -> Any:
        name = read_symbol(self._book.symbols, params).name
        for algo in list(desk.algos.open.values()):
            if algo.symbol == name:
                self._book.finish_algo(desk, algo, "CANCELED")
        return ALL_CANCELLED

    def _find(self, desk: Desk, params: Parameters) -> AlgoOrder | None:
        if params.get("algoId"):
            return desk.algos.get(whole_number(params, "algoId"))
        if params.get("clientAlgoId"):
            return desk.algos.by_client_id.get(params["clientAlgoId"])
        raise missing("algoId")
