"""Bitget's books outlive a killed process: what waited goes on waiting, and fires."""

from pathlib import Path

from tests.simulator.bitget.client import BTC, OPEN, PLACE, SPOT, SPOT_BUY, STOP, Client
from tests.support.simulator_process import SimulatorProcess

ACCOUNT, TPSL = "/api/v2/mix/account", "/api/v2/mix/order/place-tpsl-order"
LONG = {**STOP, "holdSide": "long"}
PLAN = {
    "symbol": "BTCUSDT", "side": "sell", "orderType": "market", "triggerPrice": "45000", "planType": "amount",
    "size": "0.01",
}  # fmt: skip


def test_settings_and_waiting_orders_survive_sigkill(tmp_path: Path) -> None:
    state = tmp_path / "paper.db"
    with SimulatorProcess(state=state) as process:
        account = process.open_account("bitget", balances={"USDT": "10000", "BTC": "1"}, position_mode="hedge")
        client = Client(process, account)
        leave_much_behind(client)
        before = process.ledger("bitget")
        process.kill()
    with SimulatorProcess(state=state) as process:
        assert process.ledger("bitget") == before
        client = Client(process, account)
        told = client.get(f"{ACCOUNT}/account", **BTC)
        assert (told["marginMode"], told["isolatedLongLever"], told["posMode"]) == ("isolated", 10, "hedge_mode")
        client.move_price("51480")
        assert client.positions()[0]["total"] == "0.016"  # the trailing one still knew the price it had followed
        client.move_price("45000")
        assert client.positions() == []
        assert client.spot_wallet("BTC") == ("0.99", "0")
        client.move_price("40000")
        assert client.spot_wallet("BTC") == ("0.99999", "0")
        newer = client.post(SPOT, **{**SPOT_BUY, "price": "39000"})
        assert newer["orderId"] not in {row["order_id"] for row in before}


def leave_much_behind(client: Client) -> None:
    client.post(f"{ACCOUNT}/set-margin-mode", **BTC, marginMode="isolated")
    client.post(f"{ACCOUNT}/set-leverage", **BTC, leverage="10", holdSide="long")
    entry = {**OPEN, "marginMode": "isolated", "tradeSide": "open"}
    client.post(PLACE, **entry, presetStopLossPrice="45000")
    client.post(PLACE, **entry)
    client.post(TPSL, **{**LONG, "triggerPrice": "45500"})
    trailing = {"planType": "moving_plan", "triggerPrice": "51000", "rangeRate": "1", "size": "0.004"}
    client.post(TPSL, **{**LONG, **trailing})
    client.post(SPOT, **SPOT_BUY)
    client.post("/api/v2/spot/trade/place-plan-order", **PLAN)
    client.move_price("52000")
