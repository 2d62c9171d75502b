"""What ccxt's errors mean: by its classes, the narrowest that stands here (ccxt manual, "Error handling")."""

from __future__ import annotations

from mysignals.domain.outcomes import Reason

REASONS: dict[str, Reason] = {
    "AuthenticationError": Reason.AUTH,
    "PermissionDenied": Reason.PERMISSION,
    "AccountNotEnabled": Reason.PERMISSION,
    "AccountSuspended": Reason.PERMISSION,
    "ManualInteractionNeeded": Reason.PERMISSION,
    "RestrictedLocation": Reason.PERMISSION,
    "InvalidNonce": Reason.TIME,
    "RateLimitExceeded": Reason.RATE,
    "DDoSProtection": Reason.RATE,
    "OnMaintenance": Reason.MAINTENANCE,
    "InsufficientFunds": Reason.FUNDS,
    "BadRequest": Reason.PARAMETER,
    "ArgumentsRequired": Reason.PARAMETER,
    "InvalidOrder": Reason.PARAMETER,
    "BadSymbol": Reason.SYMBOL,
    "ContractUnavailable": Reason.SYMBOL,
    "MarketClosed": Reason.SYMBOL,
    "OrderNotFound": Reason.NOT_FOUND,
    "OrderNotCached": Reason.NOT_FOUND,
    "OrderImmediatelyFillable": Reason.TRIGGER,
    "OrderNotFillable": Reason.PARAMETER,
    "OperationRejected": Reason.PARAMETER,
    "NotSupported": Reason.RETIRED,
}
"""Documented as did-not-happen."""

DUPLICATES = frozenset({"DuplicateOrderId"})
DUPLICATE_WORDS = "duplicate"
"""ccxt calls most duplicates InvalidOrder; the exchange's own words tell them."""

ALREADY_SO = frozenset({"NoChange", "MarginModeAlreadySet"})

AMBIGUOUS = frozenset(
    {
        "OperationFailed", "NetworkError", "RequestTimeout", "ExchangeNotAvailable", "BadResponse", "NullResponse",
        "CancelPending",
    }
)  # fmt: skip
"""May have happened."""
