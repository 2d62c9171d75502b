"""What is not a success: one class for each code of /v1, and two for where the server did not say anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class MySignalsError(Exception):
    """Of a POST, `idempotency_key` is what it was sent with: sent again with that key it is carried out once at most.
    `may_have_happened` tells whether it may have been carried out although there is no answer.
    """

    idempotency_key: str | None = None
    may_have_happened: bool = False


class NoAnswer(MySignalsError):
    """The server could not be reached, or the connection was lost before its answer; every retry too."""

    def __init__(self, reason: str, *, was_sent: bool) -> None:
        super().__init__(reason)
        self.was_sent = was_sent


class UnexpectedAnswer(MySignalsError):
    """Something answered that does not speak /v1: a proxy, another program, a newer server."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class NotSettled(MySignalsError):
    """`wait` has waited long enough; `state` is what was told last."""

    def __init__(self, message: str, state: Any) -> None:
        super().__init__(message)
        self.state = state


class ApiError(MySignalsError):
    """The server's refusal.

    `fields` names each field of an INVALID_REQUEST with its rule, `retry_after` is in seconds, `server_time` in Unix
    seconds (of TIMESTAMP_EXPIRED), `body` the whole answer.
    """

    def __init__(self, status: int, body: Mapping[str, Any], retry_after: int | None = None) -> None:
        self.status = status
        self.code = str(body.get("code", ""))
        self.message = str(body.get("error", ""))
        fields = body.get("fields")
        self.fields: dict[str, str] = (
            {str(name): _sentence(rule) for name, rule in fields.items()} if isinstance(fields, dict) else {}
        )
        self.retry_after = retry_after
        server_time = body.get("server_time")
        self.server_time = server_time if isinstance(server_time, int) else None
        self.body = dict(body)
        super().__init__(self._told())

    def _told(self) -> str:
        told = f"{self.code}: {self.message}"
        return told + "".join(f"\n  {name}: {rule}" for name, rule in self.fields.items())


class InvalidSignature(ApiError):
    pass


class InvalidApiKey(ApiError):
    pass


class TimestampExpired(ApiError):
    pass


class IpNotAllowed(ApiError):
    pass


class InsufficientPermissions(ApiError):
    pass


class SubscriptionRequired(ApiError):
    pass


class RateLimitExceeded(ApiError):
    pass


class InvalidRequest(ApiError):
    pass


class NotFound(ApiError):
    pass


class Conflict(ApiError):
    pass


class NoExchange(ApiError):
    pass


class ExchangeError(ApiError):
    pass


class InternalError(ApiError):
    pass


BY_CODE: dict[str, type[ApiError]] = {
    "INVALID_SIGNATURE": InvalidSignature,
    "INVALID_API_KEY": InvalidApiKey,
    "TIMESTAMP_EXPIRED": TimestampExpired,
    "IP_NOT_ALLOWED": IpNotAllowed,
    "INSUFFICIENT_PERMISSIONS": InsufficientPermissions,
    "SUBSCRIPTION_REQUIRED": SubscriptionRequired,
    "RATE_LIMIT_EXCEEDED": RateLimitExceeded,
    "INVALID_REQUEST": InvalidRequest,
    "NOT_FOUND": NotFound,
    "CONFLICT": Conflict,
    "NO_EXCHANGE": NoExchange,
    "EXCHANGE_ERROR": ExchangeError,
    "INTERNAL_ERROR": InternalError,
}
"""A code that is not here is an ApiError."""


def refusal(status: int, body: Mapping[str, Any], retry_after: int | None) -> ApiError:
    """Of the class of its code."""
    return BY_CODE.get(str(body.get("code")), ApiError)(status, body, retry_after)


def _sentence(rule: object) -> str:
    return "; ".join(map(str, rule)) if isinstance(rule, list) else str(rule)
