// Each thing that a real server says no to is an error of its own.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as sdk from "mysignals-sdk";
import { client, given } from "./given.js";

const MOON = /** @type {import("mysignals-sdk").Environment} */ (/** @type {string} */ ("moon"));
/** @type {[string, number, typeof sdk.RefusedError, () => Promise<unknown>][]} */
const REFUSALS = [
  ["INVALID_SIGNATURE", 401, sdk.InvalidSignatureError, () => client("bot", { apiSecret: "ms_another" }).account()],
  ["INVALID_API_KEY", 401, sdk.InvalidApiKeyError, () => client("revoked").account()],
  ["TIMESTAMP_EXPIRED", 401, sdk.TimestampExpiredError, () => client("bot", { now: leaping() }).account()],
  ["IP_NOT_ALLOWED", 403, sdk.IpNotAllowedError, () => client("elsewhere").account()],
  ["INSUFFICIENT_PERMISSIONS", 403, sdk.InsufficientPermissionsError, () => client("trading").account()],
  ["SUBSCRIPTION_REQUIRED", 403, sdk.SubscriptionRequiredError, () => client("free").account()],
  ["RATE_LIMIT_EXCEEDED", 429, sdk.RateLimitExceededError, tooOften],
  ["INVALID_REQUEST", 400, sdk.InvalidRequestError, () => client().account({ environment: MOON })],
  ["NOT_FOUND", 404, sdk.NotFoundError, () => client().signalState("sig_1704067200_1")],
  ["EXCHANGE_ERROR", 500, sdk.ExchangeError, () => client("unlucky").account()],
  ["INTERNAL_ERROR", 500, sdk.InternalError, () => client("bot", { baseUrl: given.away, retries: 0 }).account()],
];

for (const [code, status, kind, ask] of REFUSALS) {
  test(`${code} is a ${kind.name}`, async () => {
    const error = await ask().catch((no) => no);
    assert(error instanceof kind && error instanceof sdk.MySignalsError, String(error));
    assert.deepEqual([error.name, error.code, error.status], [kind.name, code, status]);
    assert(error.message.length > 5);
    assert.match(error.timestamp ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });
}

test("a refused field is named with its rule", async () => {
  const error = await client()
    .positions({ environment: MOON })
    .catch((no) => no);
  assert.match(error.fields.environment, /live/);
});

test("a server that is away for a moment says when to come back", async () => {
  const error = await client("bot", { baseUrl: given.away, retries: 0 })
    .account()
    .catch((no) => no);
  assert.equal(error.retryAfter, 5);
});

test("where nobody listens there is no answer", async () => {
  await assert.rejects(client("bot", { baseUrl: "http://127.0.0.1:1", retries: 0 }).account(), {
    name: "NoAnswerError",
  });
});

/** A clock that is wrong again as soon as one has learned how wrong it was. */
function leaping() {
  let now = Date.now() - 10_000_000;
  return () => {
    now += 1_000_000;
    return now;
  };
}

async function tooOften() {
  const api = client("slow", { maxWaitMs: 0 });
  for (let count = 0; count < 11; count += 1) await api.account();
}
