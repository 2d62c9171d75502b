"""What Bitget's error codes mean; one table for v1 and v2, spot and mix (EXCHANGES 5.7).

A code that stands in no table proves nothing.
"""

from __future__ import annotations

from mysignals.domain.outcomes import Reason

SUCCESS = "00000"
"""A string. The seed says "0 for success" (EXCHANGES 8.3)."""

AMBIGUOUS = frozenset({"40010", "40015", "40725", "45001", "40908", "40910"})
"""Nobody knows whether it happened. Bitget's releases on Tuesdays and Thursdays cause bursts of them."""

DUPLICATES = frozenset({"40786", "43118", "45034", "40708", "50060"})
"""Prove that an earlier send of the same client order id arrived."""

SCALE_OR_BURST = "40808"
"""A wrong number of decimals where the words say `checkScale`; without them it is one of the bursts."""
SCALE_WORDS = "checkscale"

RETIRED = "30032"
"""Every call of v1 since 2025-11-28 (EXCHANGES 4)."""

REASONS: dict[str, Reason] = {
    RETIRED: Reason.RETIRED,
    **dict.fromkeys(
        ("40001", "40002", "40003", "40006", "40009", "40011", "40012", "40036", "40037", "40041"), Reason.AUTH
    ),
    **dict.fromkeys(("40014", "40022", "40023", "40024", "40025", "40026", "40301"), Reason.PERMISSION),
    # Classic calls on a unified account, and the other way round (EXCHANGES 5).
    **dict.fromkeys(("40084", "40085"), Reason.PERMISSION),
    **dict.fromkeys(("40018", "40038"), Reason.IP),
    **dict.fromkeys(("40004", "40005", "40008", "40078", "40079"), Reason.TIME),
    **dict.fromkeys(("429", "1001", "40047"), Reason.RATE),
    **dict.fromkeys(("43012", "40754", "40762", "40711", "40712", "40798", "40800", "45002", "50020"), Reason.FUNDS),
    **dict.fromkeys(("43006", "43010", "43027", "43028", "45110", "45111"), Reason.MINIMUM),
    **dict.fromkeys(
        (SCALE_OR_BURST, "41103", "43008", "43009", "43011", "43037", "43042", "45035", "45114", "45115"),
        Reason.PRECISION,
    ),
    **dict.fromkeys(("40109", "43001", "40768", "45057", "43025", "43020"), Reason.NOT_FOUND),
    **dict.fromkeys(("22002", "40757"), Reason.REDUCE_ONLY),
    **dict.fromkeys(("43004", "45031", "45055", "22001"), Reason.TOO_LATE),
    **dict.fromkeys(("40774", "43075", "45021", "45109", "40920"), Reason.MODE),
    # Besides those of EXCHANGES 5.7: no other margin mode over positions and orders; leverage above the maximum.
    "45117": Reason.MODE,
    "40797": Reason.LEVERAGE,
    **dict.fromkeys((str(code) for code in range(40829, 40837)), Reason.TRIGGER),
    **dict.fromkeys(("40915", "40917", "43013", "43014", "43015", "43016", "45122"), Reason.TRIGGER),
    **dict.fromkeys((str(code) for code in range(45060, 45068)), Reason.TRIGGER),
    # 40304 and 40305: a client order id that is too long or holds a forbidden character (EXCHANGES 5.4).
    **dict.fromkeys(("40017", "40019", "40020", "400172", "40034", "40304", "40305"), Reason.PARAMETER),
    **dict.fromkeys(("40200", "40308", "40844", "41114", "43115", "45043"), Reason.MAINTENANCE),
}
