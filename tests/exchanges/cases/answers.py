"""Refusals in every exchange's envelope, for codes that the simulated exchanges would not come to by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mysignals.domain.outcomes import Reason
from tests.exchanges.trading import Place

from .facts import best

IN_DOUBT, UNMAPPED, OVERLOADED = "in doubt", "unmapped", "overloaded"
Meaning = Reason | str

CODES: dict[str, dict[Meaning, tuple[int, int | str, str]]] = {
    "binance spot": {
        Reason.FUNDS: (400, -2010, "Account has insufficient balance for requested action."),
        Reason.RETIRED: (400, -1020, "This operation is not supported."),
        Reason.TOO_MANY: (400, -1013, "Filter failure: MAX_NUM_ALGO_ORDERS"),
        Reason.PERMISSION: (400, -2010, "This action is disabled on this account."),
        IN_DOUBT: (400, -1006, "An unexpected response was received from the message bus. Execution status unknown."),
        UNMAPPED: (400, -9999, "Something new."),
        OVERLOADED: (503, -1008, "Request throttled by system-level protection."),
    },
    "binance futures": {
        Reason.FUNDS: (400, -2019, "Margin is insufficient."),
        Reason.RETIRED: (400, -4120, "Order type not supported for this endpoint. Please use the Algo Order API."),
        Reason.TOO_MANY: (400, -2025, "Reach max open order limit."),
        Reason.PERMISSION: (400, -4402, "This feature is not available in your region."),
        IN_DOUBT: (408, -1007, "Timeout waiting for response from backend server. Send status unknown."),
        UNMAPPED: (400, -9999, "Something new."),
        OVERLOADED: (503, -1008, "Request throttled by system-level protection."),
    },
    "bitget": {
        Reason.FUNDS: (400, "43012", "Insufficient balance"),
        Reason.RETIRED: (400, "30032", "The V1 API has been decommissioned. Please migrate to a newer version."),
        Reason.IP: (400, "40018", "Invalid IP"),
        Reason.PERMISSION: (400, "40085", "You are in Unified Account mode"),
        IN_DOUBT: (400, "40725", "service return an error"),
        UNMAPPED: (400, "99999", "Something new."),
        OVERLOADED: (503, "40200", "Server upgrade, please try again later"),
    },
    "phemex": {
        Reason.FUNDS: (200, 11001, "TE_NO_ENOUGH_AVAILABLE_BALANCE"),
        Reason.IP: (401, 401, "401 Request IP mismatch"),
        Reason.TOO_MANY: (200, 11032, "TE_AO_NUM_EXCEEDS"),
        Reason.PERMISSION: (200, 11022, "TE_USER_BANNED"),
        IN_DOUBT: (200, 11107, "TE_CANNOT_CONNECT_TO_REQUEST_SEQ"),
        UNMAPPED: (200, 19997, "SOMETHING_NEW"),
        OVERLOADED: (503, 11107, "TE_CANNOT_CONNECT_TO_REQUEST_SEQ"),
    },
    "magnr": {
        Reason.FUNDS: (400, 0, "Insufficient funds"),
        Reason.IP: (403, 0, "This address is not allowed"),
        Reason.PERMISSION: (403, 0, "This key may not trade"),
        IN_DOUBT: (504, 0, "There was a problem with the exchange"),
        UNMAPPED: (422, 0, "Something new"),
        OVERLOADED: (503, 0, "Service unavailable"),
    },
}
"""By words that apply to a place: status, code and words (EXCHANGES 2.7, 3.6, 4, 5.7, 6.9, 7)."""


@dataclass(frozen=True)
class Said:
    status: int
    body: dict[str, Any]


def said(place: Place, meaning: Meaning) -> Said:
    """Raises KeyError where the exchange has no such code: the case must excuse the place."""
    status, code, words = CODES[best(CODES, place)][meaning]
    if place.exchange == "magnr":
        return Said(status, {"errors": [words]})
    envelope = {"code": code, "msg": words}
    return Said(status, envelope if place.exchange == "binance" else envelope | {"data": None})
