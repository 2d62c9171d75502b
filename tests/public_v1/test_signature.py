"""Whatever is changed after signing is refused."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mysignals.domain.signature import is_signed, sign
from tests.public_v1.program import Program

PARTS = ("secret", "timestamp", "method", "path", "query", "body", "signature")


def signed() -> dict[str, str]:
    parts = {
        "secret": "ms_" + "s" * 48, "timestamp": "1700000000", "method": "POST", "path": "/v1/signal",
        "query": "?dry=1", "body": '{"symbol": "BTCUSDT"}',
    }  # fmt: skip
    made = sign(
        parts["secret"], parts["timestamp"], parts["method"], parts["path"] + parts["query"], parts["body"].encode()
    )
    return parts | {"signature": made}


def fits(parts: dict[str, str]) -> bool:
    return is_signed(
        parts["secret"], parts["timestamp"], parts["method"], [parts["path"] + parts["query"]],
        parts["body"].encode("latin-1"), parts["signature"],
    )  # fmt: skip


def flipped(text: str, where: int) -> str:
    """One bit of it is the other one."""
    raw = bytearray(text.encode("latin-1"))
    raw[where // 8 % len(raw)] ^= 1 << where % 8
    return raw.decode("latin-1")


def test_the_example_of_the_source_document_is_signed_as_it_says() -> None:
    # `printf '1704067200POST/v1/signal{}' | openssl dgst -sha256 -hmac ms_secret`
    made = sign("ms_secret", "1704067200", "post", "/v1/signal", b"{}")
    assert made == "cd5ad08036e61430defbb6b288b4fc62aa2b298ea4058e16d6a9a207a2203328"
    assert fits(signed())


@given(st.sampled_from(PARTS), st.integers(0, 10_000))
def test_any_flipped_bit_is_refused(part: str, where: int) -> None:
    parts = signed()
    parts[part] = flipped(parts[part], where)
    if part == "method" and parts[part].upper() == "POST":
        return  # The method is signed in capitals, however it is written.
    assert not fits(parts)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(part=st.sampled_from(["X-API-Key", "X-Timestamp", "X-Signature", "path", "query"]), where=st.integers(0, 400))
def test_any_flipped_bit_of_a_request_is_401(bot: Program, part: str, where: int) -> None:
    headers = bot.headers("GET", "/v1/account?environment=paper")
    path, query = "/v1/account", "environment=paper"
    if part == "path":
        path = "/v1/" + sent(path[4:], where)
    elif part == "query":
        query = sent(query, where)
    else:
        headers[part] = sent(headers[part], where)
    answer: Any = bot.client.get(f"{path}?{query}", headers=headers)
    assert answer.status_code in (401, 429), (path, query, headers, answer.json)


def sent(text: str, where: int) -> str:
    """With a bit flipped such that it can still be sent: low bits of letters and digits stay printable."""
    changed = flipped(text, where // 8 * 8 + where % 3)
    return (
        changed if changed.isalnum() or set(changed) <= set(text) | set(map(chr, range(48, 123))) else flipped(text, 0)
    )
