"""Bodies of POST /v1/signal and POST /v1/orders. Of a field that may be left out null says the same."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from mysignals.domain.market import EntryType, Market, Side
from mysignals.services.instructions import Closing, Opening

from .values import ExactForm, OptionalMoney, RowId, Symbol, fault, nothing_is, text, whole

SIDES = {"open_long": Side.BUY, "open_short": Side.SELL, "close_long": Side.BUY, "close_short": Side.SELL}
"""Of the position. `close_all` is both."""
SIGNS = {"buy": Side.BUY, "long": Side.BUY, "sell": Side.SELL, "short": Side.SELL}
"""Of the order."""
SHORT_ON_SPOT = "On spot nothing is sold that was not bought: {cure}, or send market futures."


def _share(value: Decimal | None) -> Decimal | None:
    if value is not None and not Decimal("0.1") <= value <= 100:
        raise fault("Must be from 0.1 to 100.")
    return value


def _or(absent: Any) -> BeforeValidator:
    return BeforeValidator(nothing_is(absent))


Share = Annotated[OptionalMoney, AfterValidator(_share)]
Leverage = Annotated[Annotated[int, whole(1, 125)] | None, _or(None)]
Comment = Annotated[str, *text(0, 200), _or("")]
MarketName = Annotated[Literal["futures", "spot"], _or("futures")]


class _Instruction(ExactForm):
    symbol: Symbol
    market: MarketName = "futures"

    @property
    def _market(self) -> Market:
        return Market(self.market)


def _fits_market(leverage: int | None, info: ValidationInfo) -> int | None:
    if leverage not in (None, 1) and info.data.get("market") == "spot":
        raise fault("Spot has no leverage: leave it out.")
    return leverage


class SignalForm(_Instruction):
    """`close_*` closes all of it at the market: what only an opening needs is passed over then."""

    action: Literal["open_long", "open_short", "close_long", "close_short", "close_all"]
    leverage: Leverage = None
    risk_percent: Share = None
    quantity: OptionalMoney = None
    stop_loss: OptionalMoney = None
    take_profit: OptionalMoney = None
    comment: Comment = ""

    _leverage_fits = field_validator("leverage")(_fits_market)

    @field_validator("action")
    @classmethod
    def _offered(cls, value: str, info: ValidationInfo) -> str:
        if value == "open_short" and info.data.get("market") == "spot":
            raise fault(SHORT_ON_SPOT.format(cure="to sell what was bought here send close_long"))
        return value

    @field_validator("quantity")
    @classmethod
    def _of_openings(cls, value: Decimal | None, info: ValidationInfo) -> Decimal | None:
        if value is not None and str(info.data.get("action")).startswith("close_"):
            raise fault("close_* closes all: leave it out. A part is closed by POST /v1/orders with reduce_only.")
        return value

    def asked(self) -> Opening | Closing:
        side = SIDES.get(self.action)
        if side is None or self.action.startswith("close_"):
            return Closing("signal", self.action, self._market, self.symbol, side, comment=self.comment)
        return Opening(
            kind="signal", word=self.action, market=self._market, symbol=self.symbol, side=side,
            quantity=self.quantity, risk_percent=self.risk_percent, leverage=self.leverage, stop=self.stop_loss,
            target=self.take_profit, comment=self.comment,
        )  # fmt: skip


class OrderForm(_Instruction):
    """With `reduce_only` it closes at the market, `sell` what is long and `buy` what is short."""

    reduce_only: Annotated[bool, _or(False)] = False
    side: Literal["buy", "sell", "long", "short"]
    type: Annotated[Literal["market", "limit"], _or("market")] = "market"
    quantity: OptionalMoney = None
    risk_percent: Share = None
    price: Annotated[OptionalMoney, Field(validate_default=True)] = None
    leverage: Leverage = None
    stop_loss: OptionalMoney = None
    take_profit: OptionalMoney = None
    comment: Comment = ""
    exchange_account_id: Annotated[RowId | None, _or(None)] = None

    _leverage_fits = field_validator("leverage")(_fits_market)

    @field_validator("side")
    @classmethod
    def _offered(cls, value: str, info: ValidationInfo) -> str:
        if SIGNS[value] is Side.SELL and info.data.get("market") == "spot" and info.data.get("reduce_only") is False:
            raise fault(SHORT_ON_SPOT.format(cure="to sell what was bought here send reduce_only true"))
        return value

    @field_validator("type")
    @classmethod
    def _closes_at_the_market(cls, value: str, info: ValidationInfo) -> str:
        if value == "limit" and info.data.get("reduce_only"):
            raise fault("A reduce-only order closes at the market: leave it out.")
        return value

    @field_validator("risk_percent", "stop_loss", "take_profit")
    @classmethod
    def _of_openings(cls, value: Decimal | None, info: ValidationInfo) -> Decimal | None:
        if value is not None and info.data.get("reduce_only"):
            raise fault("A reduce-only order has none: leave it out.")
        return value

    @field_validator("price")
    @classmethod
    def _of_limits(cls, value: Decimal | None, info: ValidationInfo) -> Decimal | None:
        kind = info.data.get("type")
        if value is None and kind == "limit":
            raise fault("A limit order needs its price.")
        if value is not None and kind == "market":
            raise fault("A market order has none: leave it out, or send type limit.")
        return value

    def asked(self) -> Opening | Closing:
        side = SIGNS[self.side]
        if self.reduce_only:
            return Closing(
                "order", self.side, self._market, self.symbol, side.opposite, quantity=self.quantity,
                reduce_only=True, comment=self.comment, account_id=self.exchange_account_id,
            )  # fmt: skip
        return Opening(
            kind="order", word=self.side, market=self._market, symbol=self.symbol, side=side,
            entry_type=EntryType.LIMIT if self.type == "limit" else EntryType.MARKET, quantity=self.quantity,
            risk_percent=self.risk_percent, price=self.price, leverage=self.leverage, stop=self.stop_loss,
            target=self.take_profit, comment=self.comment, account_id=self.exchange_account_id,
        )  # fmt: skip
