"""What GET /v1/account and GET /v1/positions answer."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .values import Number, Told

Environment = Literal["live", "testnet", "paper"]


class AccountFigures(Told):
    """One exchange account, in USDT."""

    exchange_account_id: int = Field(examples=[17])
    exchange: str = Field(examples=["binance"])
    environment: Environment = Field(examples=["live"])
    label: str = Field(description="As its owner named it.", examples=["main"])
    markets: list[str] = Field(description="Those that its API key may read.", examples=[["spot", "futures"]])
    balance: Number = Field(examples=[10000.5])
    available_balance: Number = Field(examples=[8500.25])
    total_pnl: Number = Field(examples=[150.75])
    open_positions: int = Field(examples=[3])


class Account(Told):
    """All accounts of one environment together, in USDT."""

    user_id: int = Field(examples=[123])
    username: str = Field(examples=["trader1"])
    balance: Number = Field(
        description="All that is on spot and in futures wallets, without the profit of open positions.",
        examples=[10000.5],
    )
    available_balance: Number = Field(description="Of that, what no order and no margin holds.", examples=[8500.25])
    total_pnl: Number = Field(description="The profit of open positions.", examples=[150.75])
    open_positions: int = Field(examples=[3])
    subscription_active: bool = Field(examples=[True])
    subscription_plan: str = Field(examples=["pro"])
    environment: Environment | None = Field(
        description="Whose accounts these are; null where there is no account. Environments are never added up.",
        examples=["live"],
    )
    accounts: list[AccountFigures] = Field(description="The same for each account.")
    warnings: list[str] = Field(
        description="What is missing in these figures, and why.",
        examples=[["phemex account 18 does not answer just now; it is not in these figures."]],
    )


class Position(Told):
    """An open position. Quantity in base; of contracts settled in coin in contracts."""

    symbol: str = Field(examples=["BTCUSDT"])
    side: Literal["long", "short"] = Field(examples=["long"])
    quantity: Number = Field(examples=[0.1])
    entry_price: Number | None = Field(examples=[42000])
    mark_price: Number | None = Field(description="null where the exchange does not tell it.", examples=[43500])
    unrealized_pnl: Number | None = Field(description="In USDT.", examples=[150])
    leverage: int | None = Field(description="null where it is not one whole number.", examples=[10])
    liquidation_price: Number | None = Field(description="null where there is none.", examples=[38000])
    exchange: str = Field(examples=["binance"])
    exchange_account_id: int = Field(examples=[17])
