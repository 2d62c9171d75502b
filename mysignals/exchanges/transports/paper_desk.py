"""Opening an account at the simulated exchanges, as people do at real ones (docs/simulator.md)."""

from __future__ import annotations

import requests

TIMEOUT_S = 5.0
_OPENED = 201


def open_account(simulator_url: str, api_key: str, secret: str) -> bool:
    """Whether there is one with this key now; asking again opens nothing twice. At most `TIMEOUT_S` a step."""
    url = f"{simulator_url.rstrip('/')}/paper/accounts"
    with requests.Session() as session:
        session.trust_env = False  # The simulator is ours: no proxy of the environment stands before it.
        try:
            answer = session.post(url, json={"api_key": api_key, "secret": secret}, timeout=TIMEOUT_S)
        except requests.RequestException:
            return False
    return answer.status_code == _OPENED
