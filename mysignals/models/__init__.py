"""Tables and constraints only; importing this package registers every table."""

from .api_key import ApiKey, WebhookToken
from .application import Application
from .audit import AuditEntry
from .budget_count import BudgetCount
from .delivery import Delivery
from .delivery_closing import DeliveryClosing
from .device import Device
from .drift import AccountAudit, Drift
from .exchange_account import AccountSymbolSetting, ExchangeAccount
from .following import Following
from .idempotent_request import IdempotentRequest
from .instruction import Instruction
from .mail import OutgoingMail
from .notification import Notification
from .order import Order
from .purchase import Purchase
from .rating import Rating
from .signal import Signal
from .signal_result import SignalResult
from .symbol_rule import SymbolRule
from .token import Token
from .user import User

__all__ = [
    "AccountAudit",
    "AccountSymbolSetting",
    "ApiKey",
    "Application",
    "AuditEntry",
    "BudgetCount",
    "Delivery",
    "DeliveryClosing",
    "Device",
    "Drift",
    "ExchangeAccount",
    "Following",
    "IdempotentRequest",
    "Instruction",
    "Notification",
    "Order",
    "OutgoingMail",
    "Purchase",
    "Rating",
    "Signal",
    "SignalResult",
    "SymbolRule",
    "Token",
    "User",
    "WebhookToken",
]
