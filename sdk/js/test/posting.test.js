// Signals and orders at a real server, with an exchange behind it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ConflictError, isSettled, NoExchangeError } from "mysignals-sdk";
import { client, given } from "./given.js";
import { cutting } from "./stub.js";

/** @type {import("mysignals-sdk").OrderRequest} */
const ORDER = { symbol: "BTCUSDT", side: "long", quantity: "0.010", leverage: 10 };

test("a signal is sent, watched until every exchange has answered, and closed", async () => {
  const api = client();
  const sent = await api.signal({ symbol: "BTCUSDT", action: "open_long", leverage: 10, risk_percent: "1.5" });
  assert.match(sent.signal_id, /^sig_\d+_\d+$/);
  assert.equal(sent.processed_users, 1);
  assert.equal(sent.stop_loss_set_by_us, true);
  assert.match(sent.stop_loss ?? "", /^[\d.]+$/);
  let last;
  for await (last of api.watch(sent.signal_id)) if (isSettled(last)) break;
  assert.equal(last?.status, "filled");
  assert.deepEqual([last?.action, last?.market, last?.symbol], ["open_long", "futures", "BTCUSDT"]);
  const [account] = last?.accounts ?? [];
  assert.deepEqual([account?.exchange, account?.environment, account?.state], ["binance", "paper", "filled"]);
  assert.equal(account?.filled_quantity, account?.quantity);
  assert.equal((await api.signalState(sent.signal_id)).signal_id, sent.signal_id);

  const closed = await api.signal({ symbol: "BTCUSDT", action: "close_all" });
  assert.equal(closed.processed_users, 1);
  assert.equal((await api.waitFor(closed.signal_id)).status, "closed");
  for await (last of api.watch(sent.signal_id));
  assert.equal(last?.status, "closed");
});

test("an order is placed as it was given, and closed by another that only reduces", async () => {
  const api = client();
  const sent = await api.order({ ...ORDER, stop_loss: "45000.5", take_profit: 60000 });
  assert.match(sent.order_id, /^ord_\d+_\d+$/);
  assert.deepEqual(
    [sent.symbol, sent.side, Number(sent.quantity), sent.stop_loss, sent.take_profit, sent.stop_loss_set_by_us],
    ["BTCUSDT", "long", 0.01, "45000.5", "60000", false],
  );
  const state = await api.waitFor(sent.order_id);
  assert.deepEqual([state.status, state.side], ["filled", "long"]);
  assert.equal((await api.orderState(sent.order_id)).order_id, sent.order_id);

  const closed = await api.order({ symbol: "BTCUSDT", side: "sell", reduce_only: true });
  const over = await api.waitFor(closed.order_id);
  assert.deepEqual([over.status, over.side], ["closed", "sell"]);
});

test("two equal orders of one second are two orders", async () => {
  const api = client();
  const [one, other] = await Promise.all([api.order(ORDER), api.order(ORDER)]);
  assert.notEqual(one.order_id, other.order_id);
  assert(!one.meta.isReplayed && !other.meta.isReplayed);
});

test("an order whose answer is cut off is sent again and exists once", async () => {
  const wire = await cutting(given.url, 2);
  const api = client("cut", { baseUrl: wire.url });
  const sent = await api.order(ORDER);
  assert.equal(wire.cuts(), 2);
  assert(sent.meta.isReplayed);
  assert.equal((await client("cut").orderState(sent.order_id)).order_id, sent.order_id);
});

test("nobody knows, until one asks again with the same key", async () => {
  const wire = await cutting(given.url, 1);
  const request = { ...ORDER, quantity: "0.011" };
  const error = await client("cut", { baseUrl: wire.url, retries: 0 })
    .order(request)
    .catch((no) => no);
  assert.deepEqual([error.name, error.mayHaveHappened], ["NoAnswerError", true]);
  const sent = await client("cut").order(request, { idempotencyKey: error.idempotencyKey });
  assert(sent.meta.isReplayed);
});

test("a key that was used for something else is a conflict", async () => {
  const api = client();
  await api.order(ORDER, { idempotencyKey: "once-1" });
  await assert.rejects(api.order({ ...ORDER, side: "short" }, { idempotencyKey: "once-1" }), ConflictError);
});

test("without an account there is nothing to place it on", async () => {
  await assert.rejects(client("homeless").order(ORDER), NoExchangeError);
});

test("each wrong field is named", async () => {
  const error = await client()
    .order({ symbol: "BTCUSDT", side: "buy", type: "limit", leverage: 200 })
    .catch((no) => no);
  assert.equal(error.name, "InvalidRequestError");
  assert.deepEqual(Object.keys(error.fields).sort(), ["leverage", "price"]);
});
