// Waiting and watching, before a server that answers by a list.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isOver, isSettled, WaitTimeoutError } from "mysignals-sdk";
import { stub } from "./stub.js";

/** @param {string} status @param {string[]} states @param {object} [more] */
function seen(status, states, more = {}) {
  const accounts = states.map((state, index) => ({ exchange_account_id: index, state }));
  const body = {
    success: true,
    signal_id: "sig_1_1",
    action: "open_long",
    status,
    accounts,
    timestamp: String(Math.random()),
  };
  return { body: { ...body, ...more } };
}

const STORY = [
  seen("queued", ["queued", "queued"]),
  seen("queued", ["queued", "queued"]),
  seen("sending", ["filled", "sending"]),
  seen("filled", ["filled", "filled"]),
  seen("mixed", ["closed", "filled"]),
  seen("closed", ["closed", "closed"]),
];

test("each state that is another than the one before is told, until all is over", async () => {
  const { api, heard } = await stub(STORY);
  const told = [];
  for await (const state of api.watch("sig_1_1", { everyMs: 5 })) told.push(state.status);
  assert.deepEqual(told, ["queued", "sending", "filled", "mixed", "closed"]);
  assert.deepEqual([heard.length, heard[0]?.url], [6, "/v1/signals/sig_1_1"]);
});

test("one waits until every exchange has answered", async () => {
  const { api, heard } = await stub(STORY);
  assert.equal((await api.waitFor("sig_1_1", { everyMs: 5 })).status, "filled");
  assert.equal(heard.length, 4);
});

test("or for what one likes", async () => {
  const { api } = await stub(STORY);
  const state = await api.waitFor("sig_1_1", { everyMs: 5, until: (one) => one.status === "mixed" });
  assert.equal(state.accounts[0]?.state, "closed");
});

test("an order is looked at as an order", async () => {
  const { api, heard } = await stub([seen("filled", ["filled"], { signal_id: undefined, order_id: "ord_1_1" })]);
  assert.equal((await api.waitFor("ord_1_1")).order_id, "ord_1_1");
  assert.equal(heard[0]?.url, "/v1/orders/ord_1_1");
});

test("waiting is bounded, and the error has the last state", async () => {
  const { api, heard } = await stub([seen("queued", ["queued"])]);
  const error = await api.waitFor("sig_1_1", { everyMs: 20, timeoutMs: 2_000 }).catch((no) => no);
  assert(error instanceof WaitTimeoutError);
  assert.equal(/** @type {import("mysignals-sdk").SignalState} */ (error.state).status, "queued");
  assert(heard.length > 1);
});

test("what is over will not become what one waits for", async () => {
  const { api, heard } = await stub([seen("failed", ["rejected"])]);
  const error = await api.waitFor("sig_1_1", { until: (one) => one.status === "filled" }).catch((no) => no);
  assert(error instanceof WaitTimeoutError);
  assert.deepEqual([error.message, heard.length], ["It is over, and will not get there.", 1]);
});

test("who aborts gets their own reason", async () => {
  const { api } = await stub([seen("queued", ["queued"])]);
  for (const begin of [
    (/** @type {AbortSignal} */ signal) => api.waitFor("sig_1_1", { signal }),
    async (/** @type {AbortSignal} */ signal) => {
      for await (const _ of api.watch("sig_1_1", { signal }));
    },
  ]) {
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error("enough")), 100);
    await assert.rejects(begin(stop.signal), /enough/);
  }
});

/** @type {[string, string[], object, boolean, boolean][]} */
const MEANINGS = [
  ["queued", ["queued"], {}, false, false],
  ["sending", ["unknown"], {}, false, false],
  ["open", ["accepted"], {}, true, false],
  ["filled", ["filled"], {}, true, false],
  ["mixed", ["filled", "skipped"], {}, true, false],
  ["failed", ["skipped", "expired"], {}, true, true],
  ["closed", ["closed"], { followers: { total: 3, queued: 1, closed: 2 } }, false, false],
  ["closed", ["closed"], { followers: { total: 3, queued: 0, filled: 3 } }, true, false],
  ["closed", ["closed"], { followers: { total: 3, queued: 0, closed: 3 } }, true, true],
  ["sending", ["filled"], { action: "close_all" }, false, false],
  ["closed", ["filled"], { action: "close_all" }, true, true],
  ["closed", ["filled"], { action: undefined, order_id: "ord_1_1" }, true, true],
  ["mixed", ["filled", "closed"], { action: undefined, order_id: "ord_1_1", reduce_only: true }, true, true],
  ["sending", ["filled", "closed"], { action: undefined, order_id: "ord_1_1", reduce_only: true }, false, false],
  ["mixed", ["filled", "closed"], { action: undefined, order_id: "ord_1_1", reduce_only: false }, true, false],
  ["mixed", ["filled", "closed"], { action: "close_all" }, true, true],
  ["closed", [], { action: "close_long" }, true, true],
];

for (const [status, states, more, settled, over] of MEANINGS) {
  test(`${status} with ${states} and ${JSON.stringify(more)} is ${settled ? "" : "not "}settled, ${over ? "" : "not "}over`, () => {
    const state = JSON.parse(JSON.stringify(seen(status, states, more).body));
    assert.deepEqual([isSettled(state), isOver(state)], [settled, over]);
  });
}
