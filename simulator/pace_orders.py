"""The order with which each market is measured: how it is signed, and how its acceptance is recognised."""

import base64
import hmac
from collections.abc import Callable
from dataclasses import dataclass

Account = dict[str, str]


@dataclass(slots=True, frozen=True)
class Paced:
    """`signed` makes the whole request for an account, a number (rising with every order) and a time in ms.

    An answer that lacks `accepted` counts as refused.
    """

    venue: str
    market: str
    balances: dict[str, str]
    signed: Callable[[Account, int, int], bytes]
    accepted: bytes


def _binance(prefix: str) -> Callable[[Account, int, int], bytes]:
    def signed(account: Account, number: int, now_ms: int) -> bytes:
        body = (
            f"symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.002&newClientOrderId=pace-{number}"
            f"&newOrderRespType=RESULT&recvWindow=60000&timestamp={now_ms}"
        ).encode()
        body += b"&signature=" + hmac.digest(account["secret"].encode(), body, "sha256").hex().encode()
        headers = {"X-MBX-APIKEY": account["api_key"], "Content-Type": "application/x-www-form-urlencoded"}
        return _post(f"{prefix}/order", headers, body)

    return signed


def _bitget(path: str, body: str) -> Callable[[Account, int, int], bytes]:
    """`body` without its last brace: each order gets a client id of its own."""

    def signed(account: Account, number: int, now_ms: int) -> bytes:
        whole = f'{body},"clientOid":"pace-{number}"}}'.encode()
        mac = hmac.digest(account["secret"].encode(), f"{now_ms}POST{path}".encode() + whole, "sha256")
        headers = {
            "ACCESS-KEY": account["api_key"], "ACCESS-SIGN": base64.b64encode(mac).decode(),
            "ACCESS-TIMESTAMP": str(now_ms), "ACCESS-PASSPHRASE": account["passphrase"],
            "Content-Type": "application/json",
        }  # fmt: skip
        return _post(f"/bitget{path}", headers, whole)

    return signed


def _magnr(account: Account, number: int, now_ms: int) -> bytes:
    """A key's tonces must rise: far fewer orders a key are sent in a batch than milliseconds pass."""
    key, tonce = account["api_key"], now_ms + number // 1000
    body = b'{"side":"buy","size":0.002,"exchange":"LOCAL","pair":"BTCUSD","leverage":10,"stop_margin":500,"take":900}'
    mac = hmac.digest(account["secret"].encode(), f"{tonce}{key}".encode() + body, "sha512")
    authorization = base64.b64encode(key.encode() + b":" + base64.b64encode(mac)).decode()
    headers = {"Tonce": str(tonce), "Authorization": f"Basic {authorization}", "Content-Type": "application/json"}
    return _post("/magnr/api/v1/trades/", headers, body)


def _phemex(path: str, order: str) -> Callable[[Account, int, int], bytes]:
    """`order` is the JSON of an order without its closing brace: the client id is added."""

    def signed(account: Account, number: int, now_ms: int) -> bytes:
        body, expiry = f'{order},"clOrdID":"pace-{number}-{now_ms}"}}'.encode(), str(now_ms // 1000 + 60)
        mac = hmac.digest(account["secret"].encode(), f"{path}{expiry}".encode() + body, "sha256")
        headers = {
            "x-phemex-access-token": account["api_key"], "x-phemex-request-expiry": expiry,
            "x-phemex-request-signature": mac.hex(), "Content-Type": "application/json",
        }  # fmt: skip
        return _post(f"/phemex{path}", headers, body)

    return signed


def _post(path: str, headers: dict[str, str], body: bytes) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST {path} HTTP/1.1\r\nHost: simulator\r\n{lines}Content-Length: {len(body)}\r\n\r\n".encode() + body


MUCH = "1000000000"
PHEMEX_COIN = '{"symbol":"BTCUSD","side":"Buy","ordType":"Market","orderQty":100'
PHEMEX_USDT = '{"symbol":"BTCUSDT","posSide":"Merged","side":"Buy","ordType":"Market","orderQtyRq":"0.002"'
PHEMEX_SPOT = '{"symbol":"sBTCUSDT","side":"Buy","ordType":"Market","qtyType":"ByBase","baseQtyEv":200000'
BITGET_SPOT = '{"symbol":"BTCUSDT","side":"buy","orderType":"market","size":"100"'
BITGET_MIX = (
    '{"symbol":"BTCUSDT","productType":"USDT-FUTURES","marginMode":"crossed","marginCoin":"USDT","size":"0.002"'
    ',"side":"buy","orderType":"market"'
)
PACED = [
    Paced("binance", "spot", {"USDT": MUCH}, _binance("/binance/api/v3"), b'"orderId"'),
    Paced("binance-futures", "USDT-M", {"USDT": MUCH}, _binance("/binance-futures/fapi/v1"), b'"orderId"'),
    Paced("phemex", "contracts", {"BTC": MUCH}, _phemex("/orders", PHEMEX_COIN), b'"bizError":0'),
    Paced("phemex", "USDT-M", {"USDT": MUCH}, _phemex("/g-orders", PHEMEX_USDT), b'"bizError":0'),
    Paced("phemex", "spot", {"USDT": MUCH}, _phemex("/spot/orders", PHEMEX_SPOT), b'"bizError":0'),
    Paced("bitget", "spot", {"USDT": MUCH}, _bitget("/api/v2/spot/trade/place-order", BITGET_SPOT), b'"orderId"'),
    Paced("bitget", "mix", {"USDT": MUCH}, _bitget("/api/v2/mix/order/place-order", BITGET_MIX), b'"orderId"'),
    Paced("magnr", "trades", {"BTC": MUCH}, _magnr, b'"id"'),
]
