"""What a use case may answer instead of success; `web/errors.py` turns each into its HTTP answer."""

from __future__ import annotations


class ServiceError(Exception):
    """The text is for the person who asked: fact, cause, what to do."""


class Invalid(ServiceError):
    """Fields that cannot be accepted: name -> sentence (422)."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__(" ".join(f"{name}: {text}" for name, text in fields.items()))
        self.fields = fields


class NotAllowed(ServiceError):
    """403."""


class NotFound(ServiceError):
    """404."""


class Conflict(ServiceError):
    """409: already done."""


class ExchangeUnavailable(ServiceError):
    """502: the exchange could not be asked."""
