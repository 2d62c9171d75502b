// What is sent again, how often, and as what; before a server that answers by a list.
import assert from "node:assert/strict";
import { test } from "node:test";
import { InternalError, NoAnswerError, RateLimitExceededError } from "mysignals-sdk";
import { refusal, stub } from "./stub.js";

/** @type {import("mysignals-sdk").OrderRequest} */
const ORDER = { symbol: "BTCUSDT", side: "long" };
const SOON = { "Retry-After": "0" };

test("a GET whose connection fails is asked again", async () => {
  const { api, heard } = await stub([{ cut: true }, { cut: true }, { body: { balance: 1 } }]);
  assert.equal((await api.account()).balance, "1");
  assert.equal(heard.length, 3);
});

test("a POST is sent again with the same key, query and body", async () => {
  const { api, heard } = await stub([
    { cut: true },
    { status: 502, text: "<html>" },
    { body: { order_id: "ord_1_1" } },
  ]);
  const told = await api.order(ORDER);
  assert.equal(heard.length, 3);
  const [first, ...others] = heard.map((each) => [each.url, each.body, each.headers["idempotency-key"]]);
  for (const other of others) assert.deepEqual(other, first);
  assert.equal(told.meta.idempotencyKey, first?.[2]);
});

test("two calls have two keys, and two signatures though they are equal and of one second", async () => {
  const { api, heard } = await stub([{}], { now: () => 1_800_000_000_000 });
  await Promise.all([api.order(ORDER), api.order(ORDER)]);
  assert.notEqual(heard[0]?.headers["idempotency-key"], heard[1]?.headers["idempotency-key"]);
  assert.notEqual(heard[0]?.headers["x-signature"], heard[1]?.headers["x-signature"]);
});

test("retries are bounded, and the error tells the key to go on with", async () => {
  const { api, heard } = await stub([{ cut: true }], { retries: 2 });
  const error = await api.order(ORDER, { idempotencyKey: "mine" }).catch((no) => no);
  assert(error instanceof NoAnswerError);
  assert.deepEqual([error.idempotencyKey, error.mayHaveHappened, heard.length], ["mine", true, 3]);
});

test("too often is waited for as the server says", async () => {
  const { api, heard } = await stub([refusal("RATE_LIMIT_EXCEEDED", 429, {}, { "Retry-After": "1" }), {}]);
  const begun = performance.now();
  await api.order(ORDER);
  assert(performance.now() - begun > 990);
  assert.equal(heard.length, 2);
});

test("a wait longer than one wants to wait is an error at once", async () => {
  const { api, heard } = await stub([refusal("RATE_LIMIT_EXCEEDED", 429, {}, { "Retry-After": "61" })]);
  const error = await api.account().catch((no) => no);
  assert(error instanceof RateLimitExceededError);
  assert.deepEqual([error.retryAfter, heard.length], [61, 1]);
});

test("an error of the server's that says when to come back is tried again, one that does not is final", async () => {
  const passing = await stub([refusal("INTERNAL_ERROR", 500, {}, SOON), {}]);
  await passing.api.order(ORDER);
  const final = await stub([refusal("INTERNAL_ERROR", 500), {}]);
  await assert.rejects(final.api.order(ORDER), InternalError);
  assert.deepEqual([passing.heard.length, final.heard.length], [2, 1]);
});

for (const [code, status] of /** @type {[string, number][]} */ ([
  ["INVALID_REQUEST", 400],
  ["NO_EXCHANGE", 400],
  ["INVALID_SIGNATURE", 401],
  ["INVALID_API_KEY", 401],
  ["INSUFFICIENT_PERMISSIONS", 403],
  ["NOT_FOUND", 404],
  ["CONFLICT", 409],
  ["EXCHANGE_ERROR", 500],
])) {
  test(`${code} is final`, async () => {
    const { api, heard } = await stub([refusal(code, status), {}]);
    await assert.rejects(api.order(ORDER), { code, status, mayHaveHappened: false });
    assert.equal(heard.length, 1);
  });
}

test("our own lost attempt that is still under way is asked for again", async () => {
  const { api, heard } = await stub([{ cut: true }, refusal("CONFLICT", 409), { body: { order_id: "ord_1_1" } }]);
  assert.equal((await api.order(ORDER)).order_id, "ord_1_1");
  assert.equal(heard.length, 3);
  assert.notEqual(heard[1]?.headers["x-timestamp"], heard[2]?.headers["x-timestamp"]);
});

test("after a lost attempt a refusal tells whether it may have happened", async () => {
  for (const [code, status, may] of /** @type {[string, number, boolean][]} */ ([
    ["NO_EXCHANGE", 400, false],
    ["INVALID_API_KEY", 401, true],
  ])) {
    const { api } = await stub([{ cut: true }, refusal(code, status)]);
    await assert.rejects(api.order(ORDER), { code, mayHaveHappened: may });
  }
});

test("the server's time is learned, and one more refusal for it is final", async () => {
  const expired = refusal("TIMESTAMP_EXPIRED", 401, { server_time: 1_700_000_000 });
  const { api, heard } = await stub([expired, expired, {}], { retries: 0 });
  await assert.rejects(api.account(), { code: "TIMESTAMP_EXPIRED", serverTime: 1_700_000_000 });
  assert.equal(heard.length, 2);
  await api.account();
  const times = heard.slice(1).map((each) => Number(each.headers["x-timestamp"]));
  for (const time of times) assert(Math.abs(time - 1_700_000_000) <= 1, String(time));
});

test("an answer that does not come is given up after the timeout", async () => {
  const { api, heard } = await stub([{ late: true }, {}], { timeoutMs: 1_500, retries: 0 });
  await assert.rejects(api.account(), { name: "NoAnswerError", message: "No answer within 1500 ms." });
  await api.account();
  assert.equal(heard.length, 2);
});

/** @type {[string, import("./stub.js").Reply, number][]} */
const SLOW = [
  ["on the way", { late: true }, 0],
  ["between two attempts", refusal("RATE_LIMIT_EXCEEDED", 429, {}, { "Retry-After": "30" }), 3],
];

for (const [when, reply, retries] of SLOW) {
  test(`who aborts ${when} gets their own reason`, async () => {
    const { api, heard } = await stub([reply], { retries });
    const stop = new AbortController();
    const asked = api.account({ signal: stop.signal });
    setTimeout(() => stop.abort(new Error("enough")), 1_500);
    await assert.rejects(asked, /enough/);
    assert.equal(heard.length, 1);
  });
}

test("key and signature are not sent on to another address", async () => {
  const other = await stub([{}]);
  const { api } = await stub([{ status: 307, text: "", headers: { Location: `${other.url}/v1/account` } }]);
  await assert.rejects(api.account(), { name: "UnreadableAnswerError", status: 307 });
  assert.equal(other.heard.length, 0);
});
