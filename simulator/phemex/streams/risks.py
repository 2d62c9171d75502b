"""`ras_p`: what margin an account in USDT has, one unit for its cross positions and one for each isolated one."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from simulator.phemex.contracts import margin
from simulator.phemex.contracts.records import ZERO, Desk, Position
from simulator.phemex.contracts.spelling import plain
from simulator.phemex.contracts.states import POSITION_SIDES
from simulator.phemex.identity import user_number
from simulator.phemex.streams.feed import VENUE, Feed, tell
from simulator.wire.socket import Socket

CURRENCY = "USDT"
NO_RISK = Decimal(999)  # the ratio of an account that holds nothing


class Risks:
    def __init__(self, socket: Socket, feed: Feed, desk: Desk) -> None:
        self.name = "ras"
        self._socket, self._feed, self._desk = socket, feed, desk
        self._version = 0

    def begin(self) -> None:
        self._feed.contracts.shared.streams.subscribe(VENUE, self._desk.api_key, self)
        self._tell("snapshot")

    def end(self) -> None:
        self._feed.contracts.shared.streams.unsubscribe(VENUE, self._desk.api_key, self)

    def tick(self, now_ms: int) -> None: ...

    def hear(self, kind: str, record: Any) -> None: ...

    def conclude(self) -> None:
        self._tell("incremental")

    def _tell(self, kind: str) -> None:
        self._version += 1
        held = self._desk.held(CURRENCY)
        units = [self._cross([each for each in held if not each.is_isolated])]
        units += [self._isolated(each) for each in held if each.is_isolated]
        wallet = {**self._common(), "balanceRv": plain(self._desk.wallet(CURRENCY).balance), "currency": CURRENCY}
        tell(self._socket, {
            "risk_units": units, "risk_wallets": [wallet], "sequence": self._feed.next_sequence(), "timestamp": 0,
            "type": kind,
        })  # fmt: skip

    def _cross(self, positions: list[Position]) -> dict[str, Any]:
        marks = self._feed.contracts.prices.last
        isolated = sum((each.isolated for each in self._desk.held(CURRENCY)), ZERO)
        balance = self._desk.wallet(CURRENCY).balance - isolated
        unit = self._unit("CrossAsset", balance, positions)
        free = margin.available(self._desk, CURRENCY, marks)
        return {**unit, "symbol": "", "posSide": 0, "estAvailableBalanceRv": plain(free), "fixedUsedRv": "0"}

    def _isolated(self, held: Position) -> dict[str, Any]:
        unit = self._unit("Isolated", held.isolated, [held])
        return {
            **unit, "symbol": held.symbol, "posSide": POSITION_SIDES[held.side], "estAvailableBalanceRv": "0",
            "fixedUsedRv": plain(held.isolated),
        }  # fmt: skip

    def _unit(self, mode: str, balance: Decimal, positions: list[Position]) -> dict[str, Any]:
        marks = self._feed.contracts.prices.last
        profit = sum((margin.unrealised(each, marks[each.symbol]) for each in positions), ZERO)
        kept = sum((margin.maintenance(each, marks[each.symbol]) for each in positions), ZERO)
        cost = sum((margin.position_margin(each) for each in positions), ZERO)
        return {
            **self._common(), "riskMode": mode, "marginRatioRr": plain((balance + profit) / kept if kept else NO_RISK),
            "totalBalanceRv": plain(balance), "totalEquityRv": plain(balance + profit), "totalPosCostRv": plain(cost),
            "totalPosMMRv": plain(kept), "totalPosUnpnlRv": plain(profit), "userStatus": "Normal",
            "userType": "Normal", "valuationCurrency": CURRENCY,
        }  # fmt: skip

    def _common(self) -> dict[str, Any]:
        at = datetime.fromtimestamp(self._feed.now_ms / 1000, UTC)
        return {
            "lastUpdateTimeNs": f"{at:%Y-%m-%dT%H:%M:%S.%f}000Z", "userID": user_number(self._desk.api_key),
            "version": self._version,
        }  # fmt: skip
