"""ccxt as it comes from its authors, led to the simulator (EXCHANGES 10). Nothing can reach a real exchange."""

from typing import Any

import ccxt
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter

from tests.support.simulator_process import SimulatorProcess

DEAD_PORT = "http://127.0.0.1:9"


class OnlyHere(HTTPAdapter):
    """A second fence behind the addresses: a session that sends to one origin."""

    def __init__(self, origin: str) -> None:
        super().__init__()
        self.origin = origin

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        assert (request.url or "").startswith(self.origin + "/"), f"on its way out: {request.url}"
        return super().send(request, *args, **kwargs)


def binance_spot(simulator: SimulatorProcess, account: dict[str, str]) -> ccxt.Exchange:
    base = simulator.url + "/binance"
    options = {
        "defaultType": "spot", "fetchMarkets": {"types": ["spot"]}, "fetchCurrencies": False, "fetchMargins": False,
    }  # fmt: skip
    places = {"public": base + "/api/v3", "private": base + "/api/v3", "v1": base + "/api/v1"}
    exchange = _redirected(ccxt.binance, simulator, account, options, places)
    return _with_errors_of(exchange, "spot")


def binance_futures(simulator: SimulatorProcess, account: dict[str, str]) -> ccxt.Exchange:
    base = simulator.url + "/binance-futures"
    options = {
        "defaultType": "swap", "fetchMarkets": {"types": ["linear"]}, "fetchCurrencies": False, "fetchMargins": False,
    }  # fmt: skip
    versions = {"": "v1", "V2": "v2", "V3": "v3"}
    places = {
        f"fapi{access}{suffix}": f"{base}/fapi/{version}"
        for access in ("Public", "Private")
        for suffix, version in versions.items()
    }
    places["fapiData"] = base + "/futures/data"
    exchange = _redirected(ccxt.binanceusdm, simulator, account, options, places)
    return _with_errors_of(exchange, "linear")


def bitget(simulator: SimulatorProcess, account: dict[str, str]) -> ccxt.Exchange:
    options = {"fetchMarkets": {"types": ["spot", "swap"]}, "uta": False}
    exchange = _redirected(ccxt.bitget, simulator, account, options, None, simulator.url + "/bitget")
    exchange.has["fetchCurrencies"] = False
    return exchange


def phemex(simulator: SimulatorProcess, account: dict[str, str]) -> ccxt.Exchange:
    base = simulator.url + "/phemex"
    places = {"v1": base + "/v1", "v2": base, "public": base + "/exchange/public", "private": base}
    exchange = _redirected(ccxt.phemex, simulator, account, {"brokerId": None}, places)
    exchange.has["fetchCurrencies"] = False
    return exchange


def _redirected(
    make: Any,
    simulator: SimulatorProcess,
    account: dict[str, str],
    options: dict[str, Any],
    places: dict[str, str] | None,
    everything: str = DEAD_PORT,
) -> ccxt.Exchange:
    """`places` by ccxt's names of the exchange's doors; the rest leads to `everything`.

    Numbers stay the text that the exchange sent: a float would lose digits.
    """
    keys = {"apiKey": account["api_key"], "secret": account["secret"], "password": account.get("passphrase", "")}
    exchange = make({**keys, "enableRateLimit": False, "number": str, "options": options})
    exchange.urls["api"] = {name: (places or {}).get(name, everything) for name in exchange.urls["api"]}
    exchange.urls.pop("test", None)
    exchange.urls.pop("demo", None)
    exchange.session.trust_env = False
    for scheme in ("http://", "https://"):
        exchange.session.mount(scheme, OnlyHere(simulator.url))
    return exchange


def _with_errors_of(exchange: ccxt.Exchange, market: str) -> ccxt.Exchange:
    """By itself ccxt chooses Binance's table of errors by the real host's name, which is not ours."""
    exchange.get_exceptions_by_url = lambda _, kind: exchange.safe_dict(exchange.exceptions[market], kind, {})
    return exchange
