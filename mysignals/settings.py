"""Settings: one frozen object, read once from the environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

from mysignals.chain_settings import ChainSettings

_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}", re.ASCII)


class SettingsError(Exception):
    """A setting is missing or unusable; the text names it and the cure."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a process may be told from outside. Secrets are kept out of `repr`."""

    production: bool
    instance: Path
    base_url: str
    """Address people reach us at; links in mails and the allowed `Origin` come from it."""
    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    vault_public_key: str
    """Hex X25519 key that seals exchange credentials."""
    vault_private_key: str | None = field(repr=False)
    """Hex X25519 key that opens them; present in workers only."""
    simulator_url: str | None
    """Where paper accounts trade; None where there is no simulator."""
    rules_environment: str
    """Whose symbol rules a provider's draft is checked against: `live`, `testnet` or `paper`."""

    chain: ChainSettings | None
    """Where signals are paid; None where they cannot be bought."""

    mail_server: str | None
    mail_port: int
    mail_use_tls: bool
    mail_username: str | None
    mail_password: str | None = field(repr=False)
    mail_from: str
    mail_timeout_seconds: int
    """The longest one step of a conversation with the mail server may take."""

    ccxt_exchanges: tuple[str, ...]
    """Exchanges besides our own that are spoken to through ccxt, by its names of them; none unless somebody says so."""

    trial_days: int
    signal_max_age_seconds: int
    half_filled_seconds: int
    """How long an entry may rest half-filled where its stop comes only when it is over; then its rest is cancelled."""
    trade_wait_seconds: int
    """How long a request that trades by hand waits for its exchange."""
    request_expiry_ms: int
    """Validity window of one signed request (Binance recvWindow)."""
    claim_fence_seconds: int
    """Upper bound for the deadline of anything signed under one claim."""
    fan_out_batch: int
    connections_per_venue: int
    egress_address: str
    """Names the network address that this process calls exchanges from: workers with the same share its limits."""
    requests_per_minute: int
    logins_per_minute: int
    signals_per_hour: int
    live_streams: int
    """How many pages one web process keeps live; each has a thread, so the server needs more of them than that."""
    log_level: str
    trusted_proxies: int
    """How many reverse proxies of ours stand before the web; their `X-Forwarded-*` is believed, nobody else's."""

    def __post_init__(self) -> None:
        if self.claim_fence_seconds * 1000 <= self.request_expiry_ms:
            raise SettingsError(
                f"CLAIM_FENCE_SECONDS is {self.claim_fence_seconds} and REQUEST_EXPIRY_MS is {self.request_expiry_ms}: "
                "no order could be sent before its fence; set the fence well above the expiry"
            )

    @property
    def outbox(self) -> Path:
        """Where mails go without an SMTP server."""
        return self.instance / "outbox"

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> Settings:
        """Read and check every setting; raises SettingsError naming the first unusable one."""
        read = _Reader(env)
        production = read.choice("MYSIGNALS_ENV", "development", ("development", "production")) == "production"
        return cls(
            production=production,
            instance=Path(read.text("MYSIGNALS_INSTANCE", "instance")).resolve(),
            base_url=read.text("BASE_URL", "http://127.0.0.1:5000").rstrip("/"),
            database_url=read.required("DATABASE_URL", "postgresql://user:password@host/database"),
            redis_url=read.required("REDIS_URL", "redis://host:6379/0"),
            secret_key=read.required("SECRET_KEY", "64 random hex characters: `openssl rand -hex 32`"),
            vault_public_key=read.hex_key("VAULT_PUBLIC_KEY", required=True) or "",
            vault_private_key=read.hex_key("VAULT_PRIVATE_KEY", required=False),
            simulator_url=read.optional("SIMULATOR_URL"),
            rules_environment=read.choice(
                "RULES_ENVIRONMENT", "live" if production else "paper", ("live", "testnet", "paper")
            ),
            chain=_chain(read),
            mail_server=read.optional("MAIL_SERVER"),
            mail_port=read.number("MAIL_PORT", 587, 1, 65535),
            mail_use_tls=read.flag("MAIL_USE_TLS", default=True),
            mail_username=read.optional("MAIL_USERNAME"),
            mail_password=read.optional("MAIL_PASSWORD"),
            mail_from=read.text("MAIL_FROM", "MySignals <no-reply@localhost>"),
            mail_timeout_seconds=read.number("MAIL_TIMEOUT_SECONDS", 30, 1, 120),
            ccxt_exchanges=read.names("CCXT_EXCHANGES"),
            trial_days=read.number("TRIAL_DAYS", 30, 0, 3650),
            signal_max_age_seconds=read.number("SIGNAL_MAX_AGE_SECONDS", 60, 1, 86400),
            half_filled_seconds=read.number("HALF_FILLED_SECONDS", 5, 0, 5),
            trade_wait_seconds=read.number("TRADE_WAIT_SECONDS", 10, 0, 50),
            request_expiry_ms=read.number("REQUEST_EXPIRY_MS", 5000, 500, 60000),
            claim_fence_seconds=read.number("CLAIM_FENCE_SECONDS", 15, 5, 600),
            fan_out_batch=read.number("FAN_OUT_BATCH", 1000, 1, 5000),
            connections_per_venue=read.number("CONNECTIONS_PER_VENUE", 512, 1, 4096),
            egress_address=read.word("EGRESS_ADDRESS", "here"),
            requests_per_minute=read.number("REQUESTS_PER_MINUTE", 300, 1, 1_000_000),
            logins_per_minute=read.number("LOGINS_PER_MINUTE", 10, 1, 1_000_000),
            signals_per_hour=read.number("SIGNALS_PER_HOUR", 60, 1, 1_000_000),
            live_streams=read.number("LIVE_STREAMS", 48, 0, 10_000),
            trusted_proxies=read.number("TRUSTED_PROXIES", 0, 0, 10),
            log_level=read.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")),
        )


def _chain(read: _Reader) -> ChainSettings | None:
    """All three of the node, the chain and the contract, or none."""
    given = {
        "CHAIN_RPC_URL": read.node("CHAIN_RPC_URL"),
        "CHAIN_ID": read.optional("CHAIN_ID"),
        "PAYMENT_CONTRACT": read.address("PAYMENT_CONTRACT"),
    }
    missing = [name for name, value in given.items() if value is None]
    if len(missing) == len(given):
        return None
    if missing:
        raise SettingsError(f"{missing[0]} is not set; set {', '.join(given)} together, or none of them")
    return ChainSettings(
        rpc_url=given["CHAIN_RPC_URL"] or "",
        chain_id=read.number("CHAIN_ID", 0, 1, 2**53 - 1),
        contract=given["PAYMENT_CONTRACT"] or "",
        confirmations=read.number("PAYMENT_CONFIRMATIONS", 2, 0, 10_000),
        least_amount=read.number("PAYMENT_MIN_AMOUNT", 0, 0, 2**256 - 1),
        finality=read.number("PAYMENT_FINALITY", 64, 1, 100_000),
    )


class _Reader:
    """Reads one environment; every complaint names the variable and the cure."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env

    def optional(self, name: str) -> str | None:
        return self._env.get(name, "").strip() or None

    def text(self, name: str, default: str) -> str:
        return self.optional(name) or default

    def required(self, name: str, example: str) -> str:
        value = self.optional(name)
        if value is None:
            raise SettingsError(f"{name} is not set; set it, for example {example}")
        return value

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        value = self.text(name, default)
        if value not in allowed:
            raise SettingsError(f"{name} is {value!r}; set it to one of {', '.join(allowed)}")
        return value

    def number(self, name: str, default: int, least: int, most: int) -> int:
        raw = self.text(name, str(default))
        try:
            value = Decimal(raw)
        except InvalidOperation:
            value = Decimal(-1)
        if value != value.to_integral_value() or not least <= value <= most:
            raise SettingsError(f"{name} is {raw!r}; set it to a whole number from {least} to {most}")
        return int(value)

    def word(self, name: str, default: str) -> str:
        value = self.text(name, default)
        if not value.isascii() or not all(letter.isalnum() or letter in "._:-" for letter in value):
            raise SettingsError(f"{name} is {value!r}; set it to a name or an address, without blanks")
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        return self.choice(name, "true" if default else "false", ("true", "false")) == "true"

    def node(self, name: str) -> str | None:
        """An address that may hold a key: never shown, not even to complain about it."""
        value = self.optional(name)
        if value is not None and not value.startswith(("http://", "https://")):
            raise SettingsError(f"{name} is not an address; set it like https://host/key, or leave it out")
        return value

    def address(self, name: str) -> str | None:
        value = self.optional(name)
        if value is not None and not _ADDRESS.fullmatch(value):
            raise SettingsError(f"{name} is {value!r}; set it to 0x and 40 hex digits, or leave it out")
        return value

    def names(self, name: str) -> tuple[str, ...]:
        """A list with commas, each name once."""
        given = [part.strip().lower() for part in (self.optional(name) or "").split(",")]
        found = tuple(dict.fromkeys(part for part in given if part))
        if not all(part.isascii() and part.isalnum() for part in found):
            raise SettingsError(
                f"{name} is {self.optional(name)!r}; set it to names with commas between, or leave it out"
            )
        return found

    def hex_key(self, name: str, *, required: bool) -> str | None:
        cure = "64 hex characters: `flask --app run make-keys` prints a pair"
        value = self.required(name, cure) if required else self.optional(name)
        if value is not None and (len(value) != 64 or set(value) - set("0123456789abcdefABCDEF")):
            raise SettingsError(f"{name} is not a key; set it to {cure}")
        return value
