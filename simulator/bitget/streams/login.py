"""Who is it? `login` with a signature over seconds, method and a path that is always the same (EXCHANGES 5.9)."""

import hmac
from base64 import b64encode
from typing import Any

from simulator.accounts import Member
from simulator.bitget.streams.feed import Feed, Refused

SIGNED = "GET/user/verify"
TOLERANCE_S = 30


def log_in(feed: Feed, args: Any) -> Member:
    """The timestamp is in seconds: milliseconds are refused as expired."""
    if not isinstance(args, list) or len(args) != 1 or not isinstance(args[0], dict):
        raise Refused(30016, "Param error")
    sent = {name: str(args[0].get(name) or "") for name in ("apiKey", "passphrase", "timestamp", "sign")}
    member = feed.gate.members.get(sent["apiKey"].encode())
    if member is None:
        raise Refused(30011, "Invalid ACCESS_KEY")
    stamp = sent["timestamp"]
    if not (stamp.isascii() and stamp.isdecimal()) or len(stamp) > 18:
        raise Refused(30013, "Invalid ACCESS_TIMESTAMP")
    if abs(feed.now_ms // 1000 - int(stamp)) > TOLERANCE_S:
        raise Refused(30014, "Request timestamp expired")
    made = b64encode(hmac.digest(member.secret, (stamp + SIGNED).encode(), "sha256"))
    if not hmac.compare_digest(made, sent["sign"].encode()):
        raise Refused(30015, "Invalid sign")
    if sent["passphrase"] != member.account.passphrase:
        raise Refused(30012, "Invalid ACCESS_PASSPHRASE")
    if not member.may_read:
        raise Refused(30005, "Login failed")
    return member
