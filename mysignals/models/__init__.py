"""Tables and constraints only; importing this package registers every table."""

from .delivery import Delivery
from .drift import AccountAudit, Drift
from .exchange_account import AccountSymbolSetting, ExchangeAccount
from .following import Following
from .mail import OutgoingMail
from .notification import Notification
from .order import Order
from .signal import Signal
from .symbol_rule import SymbolRule
from .token import Token
from .user import User

__all__ = [
    "AccountAudit",
    "AccountSymbolSetting",
    "Delivery",
    "Drift",
    "ExchangeAccount",
    "Following",
    "Notification",
    "Order",
    "OutgoingMail",
    "Signal",
    "SymbolRule",
    "Token",
    "User",
]
