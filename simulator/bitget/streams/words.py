"""What the streams of v2 and v1 are called, and how their rows are written."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simulator.bitget.desk import Desk
from simulator.bitget.mix import records as mix
from simulator.bitget.spot import answers as spot_answers
from simulator.bitget.spot import records as spot
from simulator.bitget.streams import old_rows, rows
from simulator.bitget.streams.channels import Account, Channel, Coins, Fills, Orders, Plans, Positions, Tell
from simulator.bitget.streams.feed import Feed, Refused
from simulator.bitget.symbols import LISTED, PRODUCTS, SYMBOLS
from simulator.bitget.v1 import names
from simulator.wallet import Wallet

DEFAULT, FILL = "default", "fill"
Row = dict[str, Any]


@dataclass(slots=True, frozen=True)
class Words:
    """`products` are the instTypes of mix, of which only `listed` has contracts here; "" where there is none."""

    spot_type: str
    products: tuple[str, ...]
    listed: str
    plans: str
    spot_suffix: str
    mix_suffix: str
    spot_order: Callable[[spot.Order, spot.Fill | None], Row]
    spot_plan: Callable[[spot.Plan], Row]
    coin: Callable[[Wallet], Row]
    mix_order: Callable[[mix.Order, mix.Fill | None], Row]
    mix_plan: Callable[[mix.Plan], Row]
    position: Callable[..., Row]
    account: Callable[..., Row]
    tells_fills: bool = True

    def open(self, feed: Feed, desk: Desk, arg: dict[str, Any], tell: Tell) -> Channel:
        """Raises Refused where there is no such channel. A product type without contracts has empty ones."""
        inst_type, channel = str(arg.get("instType", "")).upper(), arg.get("channel")
        if inst_type == self.spot_type:
            opened = self._open_spot(desk, channel, arg, tell)
        elif inst_type in self.products:
            opened = self._open_mix(feed, desk if inst_type == self.listed else _nobody(desk), channel, arg, tell)
        else:
            opened = None
        if opened is None:
            named = ",".join(f"{name}:{arg.get(name)}" for name in ("instType", "channel", "instId"))
            raise Refused(30001, f"{named} doesn't exist")
        return opened

    def _open_spot(self, desk: Desk, channel: Any, arg: dict[str, Any], tell: Tell) -> Channel | None:
        if channel == "account":
            return Coins(desk.spot, _chosen(arg, "coin"), self.coin, tell)
        symbol = _symbol(arg, self.spot_suffix)
        if symbol == "":
            return None
        if channel == "orders":
            return Orders(desk.spot, (spot.Order, spot.Fill), symbol, self.spot_order, tell)
        if channel == FILL and self.tells_fills:
            return Fills(desk.spot, spot.Fill, symbol, lambda fill, _: spot_answers.traded(desk, fill), tell)
        return Plans(desk.spot, spot.Plan, symbol, self.spot_plan, tell) if channel == self.plans else None

    def _open_mix(self, feed: Feed, desk: Desk, channel: Any, arg: dict[str, Any], tell: Tell) -> Channel | None:
        marks = feed.mix.prices.last
        if channel == "account":
            return Account(desk.mix, marks, self.account, tell)
        symbol = _symbol(arg, self.mix_suffix)
        if symbol == "":
            return None
        if channel == "positions":
            return Positions(desk.mix, symbol, marks, self.position, tell)
        if channel == "orders":
            return Orders(desk.mix, (mix.Order, mix.Fill), symbol, self.mix_order, tell)
        if channel == FILL and self.tells_fills:
            return Fills(desk.mix, mix.Fill, symbol, rows.mix_fill, tell)
        return Plans(desk.mix, mix.Plan, symbol, self.mix_plan, tell) if channel == self.plans else None


def _chosen(arg: dict[str, Any], name: str) -> str | None:
    """None for all of them."""
    value = str(arg.get(name) or arg.get("instId") or DEFAULT)
    return None if value == DEFAULT else value


def _symbol(arg: dict[str, Any], suffix: str) -> str | None:
    """None for all symbols, empty for one that is not listed."""
    chosen = _chosen(arg, "instId")
    if chosen is None:
        return None
    name = chosen.removesuffix(suffix)
    return name if name in SYMBOLS and name + suffix == chosen else ""


def _nobody(desk: Desk) -> Desk:
    """In product types without contracts nothing is held."""
    return Desk(desk.api_key, desk.user_id, desk.permissions, desk.created_ms, desk.spot, mix.MixDesk(desk.api_key))


NEW = Words(
    "SPOT", PRODUCTS, LISTED, "orders-algo", "", "", rows.spot_order, rows.spot_plan, rows.coin, rows.mix_order,
    rows.mix_plan, rows.position, rows.account,
)  # fmt: skip
_OLD_ROWS = (
    old_rows.spot_order, old_rows.spot_plan, old_rows.coin, old_rows.mix_order, old_rows.mix_plan, old_rows.position,
    old_rows.account,
)  # fmt: skip
OLD_MIX = Words(
    "", tuple(name.upper() for name in names.PRODUCTS), "UMCBL", "ordersAlgo", names.SPOT_SUFFIX, names.MIX_SUFFIX,
    *_OLD_ROWS, tells_fills=False,
)  # fmt: skip
OLD_SPOT = Words("SPBL", (), "", "ordersAlgo", names.SPOT_SUFFIX, names.MIX_SUFFIX, *_OLD_ROWS, tells_fills=False)
