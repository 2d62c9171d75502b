"""What a use case may answer instead of success; `web/errors.py` turns each into its HTTP answer."""

from __future__ import annotations

from typing import Any


class ServiceError(Exception):
    """The text is for the person who asked: fact, cause, what to do."""


class Invalid(ServiceError):
    """Fields that cannot be accepted: name -> sentence (422)."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__(" ".join(f"{name}: {text}" for name, text in fields.items()))
        self.fields = fields


class WrongCredentials(ServiceError):
    """401: the password or the second factor is wrong."""


class TooOften(ServiceError):
    """429: `seconds` have to pass first."""

    def __init__(self, sentence: str, seconds: int) -> None:
        super().__init__(f"{sentence} Try again in {seconds} seconds.")
        self.seconds = seconds


class NotAllowed(ServiceError):
    """403."""


class PaymentRefused(NotAllowed):
    """403, with fields that a program can use: `payment` (what to pay) or `differs` (what is wrong with a payment)."""

    def __init__(self, message: str, details: dict[str, Any]) -> None:
        super().__init__(message)
        self.details = details


class NotFound(ServiceError):
    """404."""


class NoExchange(ServiceError):
    """400 of /v1: no exchange account to do it on."""


class Conflict(ServiceError):
    """409: already done."""


class ExchangeUnavailable(ServiceError):
    """502: the exchange could not be asked. `again_s`: after so many seconds it is worth asking again."""

    def __init__(self, sentence: str, again_s: int | None = None) -> None:
        super().__init__(sentence)
        self.again_s = again_s


class PaymentNodeUnavailable(ServiceError):
    """502: the chain could not be asked."""


class NotConfigured(ServiceError):
    """503: this installation was not told how."""


class ExchangeRefused(ServiceError):
    """502: the exchange said no; its code and text are in the text."""


class ExchangeTimeout(ServiceError):
    """504: the exchange did not answer in time."""
