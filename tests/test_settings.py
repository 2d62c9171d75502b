"""Settings: what is missing or unusable is named, with the cure; secrets do not show."""

from __future__ import annotations

import pytest

from mysignals.settings import Settings, SettingsError
from tests.support.environment import VAULT_PRIVATE_KEY, environment_for_tests

GIVEN = environment_for_tests("postgresql://user:hush@host/database", "redis://:hush@host/0")


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL", "SECRET_KEY", "VAULT_PUBLIC_KEY"])
def test_what_is_missing_is_named(name: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} is not set; set it"):
        Settings.from_environment(GIVEN | {name: " "})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MYSIGNALS_ENV", "staging"),
        ("MAIL_PORT", "70000"),
        ("TRIAL_DAYS", "-1"),
        ("FAN_OUT_BATCH", "many"),
        ("FAN_OUT_BATCH", "1.5"),
        ("FAN_OUT_BATCH", "NaN"),
        ("FAN_OUT_BATCH", "Infinity"),
        ("MAIL_USE_TLS", "yes"),
        ("VAULT_PUBLIC_KEY", "z" * 64),
        ("VAULT_PRIVATE_KEY", "12"),
    ],
)
def test_what_is_unusable_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} is "):
        Settings.from_environment(GIVEN | {name: value})


def test_a_fence_that_no_order_could_pass_is_refused() -> None:
    with pytest.raises(SettingsError, match="set the fence well above the expiry"):
        Settings.from_environment(GIVEN | {"CLAIM_FENCE_SECONDS": "5", "REQUEST_EXPIRY_MS": "5000"})


def test_secrets_do_not_show() -> None:
    shown = repr(Settings.from_environment(GIVEN | {"VAULT_PRIVATE_KEY": VAULT_PRIVATE_KEY}))
    assert not [secret for secret in ("hush", GIVEN["SECRET_KEY"], VAULT_PRIVATE_KEY) if secret in shown]
