"""Which child gets to know what: the environment of each."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mysignals.embedded import secrets
from mysignals.embedded.leftovers import MARK

_NEUTRAL = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "PYTHONPATH", "PYTHONUNBUFFERED", "VIRTUAL_ENV")
_FOR_ALL = ("SECRET_KEY", "VAULT_PUBLIC_KEY")


def is_production(env: Mapping[str, str]) -> bool:
    return env.get("MYSIGNALS_ENV", "").strip() == "production"


class Surroundings:
    """What was given from outside, what was found out at the start, and the secrets."""

    def __init__(self, env: Mapping[str, str], instance: Path, known: Mapping[str, str]) -> None:
        self._env = env
        self._secrets = known
        self._facts = {MARK: str(instance), "MYSIGNALS_INSTANCE": str(instance)}

    @classmethod
    def gather(cls, env: Mapping[str, str], instance: Path) -> Surroundings:
        return cls(env, instance, secrets.gather(env, instance, production=is_production(env)))

    @property
    def redis_password(self) -> str:
        return self._secrets["REDIS_PASSWORD"]

    @property
    def control_token(self) -> str:
        return self._secrets["SIMULATOR_CONTROL_TOKEN"]

    def learn(self, **facts: str) -> None:
        """Addresses that are known only once something runs."""
        self._facts |= facts

    def web(self) -> dict[str, str]:
        """Everything but what opens the vault or commands the simulator."""
        passed = {name: value for name, value in self._env.items() if name not in secrets.NAMES}
        return passed | self._facts | {name: self._secrets[name] for name in _FOR_ALL}

    def worker(self) -> dict[str, str]:
        return self.web() | {"VAULT_PRIVATE_KEY": self._secrets["VAULT_PRIVATE_KEY"]}

    def bare(self) -> dict[str, str]:
        """For children that are no part of the application: they learn neither addresses nor keys."""
        return {name: self._env[name] for name in _NEUTRAL if name in self._env} | {MARK: self._facts[MARK]}
