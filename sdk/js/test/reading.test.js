// Accounts and positions of a real server.
import assert from "node:assert/strict";
import { test } from "node:test";
import { client, given } from "./given.js";

test("an account is told with its figures, and how old they are", async () => {
  const api = client();
  await api.account();
  const told = await api.account();
  assert.equal(told.username, "ann");
  assert.deepEqual([told.environment, told.subscription_plan, told.open_positions], ["paper", "pro", 1]);
  assert.match(told.balance, /^99\d\d\.\d+$/);
  assert.deepEqual(told.warnings, []);
  assert.deepEqual(told.accounts[0]?.markets, ["futures"]);
  assert.equal(typeof told.accounts[0]?.exchange_account_id, "number");
  assert(told.meta.dataAge !== null && told.meta.dataAge <= 10);
  assert.equal(told.meta.rateLimit?.limit, 120);
  assert(!JSON.stringify(told).includes("meta"));
});

test("positions are a list, of the environment that is named", async () => {
  const told = await client().positions();
  assert.equal(told.length, 1);
  const [position] = told;
  assert.deepEqual(
    [position?.symbol, position?.side, position?.quantity, position?.leverage],
    ["BTCUSDT", "long", "0.02", 10],
  );
  assert.deepEqual(told.meta.warnings, []);
  assert.deepEqual([...(await client().positions({ environment: "live" }))], []);
});

test("what is missing in a list is told beside it", async () => {
  const told = await client("unready").positions();
  assert.match(told.meta.warnings.join(), /The key is wrong/);
});

test("a clock that is ten minutes off is put right, once for all calls", async () => {
  for (const offMs of [600_000, -600_000]) {
    let asked = 0;
    const counting = /** @type {typeof fetch} */ (
      (...request) => {
        asked += 1;
        return fetch(...request);
      }
    );
    const api = client("bot", { now: () => Date.now() + offMs, fetch: counting });
    await api.account();
    await api.positions();
    assert.equal(asked, 3);
  }
});

test("the other address of the API serves, too", async () => {
  const told = await client("bot", { baseUrl: `${given.url}/api/public/v1` }).account({ environment: "paper" });
  assert.equal(told.username, "ann");
});
