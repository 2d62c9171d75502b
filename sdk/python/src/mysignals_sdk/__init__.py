"""Client of the MySignals developer API /v1."""

from __future__ import annotations

from .answers import (
    Account,
    AccountFigures,
    AccountState,
    OrderReceipt,
    OrderState,
    Position,
    Positions,
    SignalReceipt,
    SignalState,
    State,
)
from .async_client import AsyncClient
from .client import Client
from .conversation import Retries
from .errors import (
    ApiError,
    Conflict,
    ExchangeError,
    InsufficientPermissions,
    InternalError,
    InvalidApiKey,
    InvalidRequest,
    InvalidSignature,
    IpNotAllowed,
    MySignalsError,
    NoAnswer,
    NoExchange,
    NotFound,
    NotSettled,
    RateLimitExceeded,
    SubscriptionRequired,
    TimestampExpired,
    UnexpectedAnswer,
)
from .mimic import MimicAPI
from .signing import Secret
from .version import __version__

__all__ = [
    "Account",
    "AccountFigures",
    "AccountState",
    "ApiError",
    "AsyncClient",
    "Client",
    "Conflict",
    "ExchangeError",
    "InsufficientPermissions",
    "InternalError",
    "InvalidApiKey",
    "InvalidRequest",
    "InvalidSignature",
    "IpNotAllowed",
    "MimicAPI",
    "MySignalsError",
    "NoAnswer",
    "NoExchange",
    "NotFound",
    "NotSettled",
    "OrderReceipt",
    "OrderState",
    "Position",
    "Positions",
    "RateLimitExceeded",
    "Retries",
    "Secret",
    "SignalReceipt",
    "SignalState",
    "State",
    "SubscriptionRequired",
    "TimestampExpired",
    "UnexpectedAnswer",
    "__version__",
]
