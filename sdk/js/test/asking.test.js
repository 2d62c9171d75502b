// What cannot be right is said before anything is sent; addresses may be written in several ways; nothing shows the secret.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { inspect } from "node:util";
import { MySignals } from "mysignals-sdk";
import { refusal, stub } from "./stub.js";

const KEYS = { apiKey: "mk_key", apiSecret: "ms_never_shown" };

test("what is signed is what goes over the wire", async () => {
  const { heard, url } = await stub([{}]);
  const api = new MySignals({ ...KEYS, baseUrl: url });
  await api.account({ environment: "paper" });
  await api.signal({ symbol: "BTCUSDT", action: "open_long", comment: "ünï ☂" }, { idempotencyKey: "a&b=c+d'e" });
  for (const each of heard) {
    const message = `${each.headers["x-timestamp"]}${each.method}${each.url}${each.body}`;
    assert.equal(each.headers["x-signature"], createHmac("sha256", KEYS.apiSecret).update(message).digest("hex"));
  }
  assert.equal(heard[0]?.url, "/v1/account?environment=paper");
});

for (const end of ["", "/", "/v1", "/v1/", "/api/public", "/api/public/v1", "/behind/a/proxy/"]) {
  test(`a base address may end in ${end || "nothing"}`, async () => {
    const { heard, url } = await stub([{}]);
    await new MySignals({ ...KEYS, baseUrl: url + end }).account();
    const [sent] = heard;
    const before = end.replace(/\/(v1\/?)?$/, "");
    assert.equal(sent?.url, `${before}/v1/account`);
    // The server takes a signature without what stands before /v1.
    const message = `${sent?.headers["x-timestamp"]}GET/v1/account`;
    assert.equal(sent?.headers["x-signature"], createHmac("sha256", KEYS.apiSecret).update(message).digest("hex"));
  });
}

for (const [wrong, field] of /** @type {[object, string][]} */ ([
  [{ apiKey: "ms_never_shown" }, "apiKey"],
  [{ apiKey: "mk_a\nb" }, "apiKey"],
  [{ apiKey: undefined }, "apiKey"],
  [{ apiSecret: "mk_key" }, "apiSecret"],
  [{ apiSecret: "" }, "apiSecret"],
  [{ baseUrl: "signals.example.com" }, "baseUrl"],
  [{ baseUrl: "ftp://signals.example.com" }, "baseUrl"],
  [{ baseUrl: "https://never_shown@signals.example.com" }, "baseUrl"],
  [{ baseUrl: "https://me:never_shown@signals.example.com" }, "baseUrl"],
  [{ baseUrl: "https://signals.example.com/?a=b" }, "baseUrl"],
])) {
  test(`a client with ${JSON.stringify(wrong)} is not made, and ${field} is named`, () => {
    assert.throws(
      () => new MySignals({ ...KEYS, ...wrong }),
      (error) =>
        error instanceof TypeError && error.message.startsWith(`${field}: `) && !error.message.includes("never_shown"),
    );
  });
}

for (const id of ["", ".", "..", "sig_1/../../account", "sig_1?x", "sig 1"]) {
  test(`the id "${id}" is not sent`, async () => {
    const { api, heard } = await stub([{}]);
    assert.throws(() => api.signalState(id), TypeError);
    assert.throws(() => api.orderState(id), TypeError);
    assert.equal(heard.length, 0);
  });
}

for (const idempotencyKey of ["", "a b", "é", "x".repeat(256)]) {
  test(`the key "${idempotencyKey.slice(0, 5)}" for repeating is not sent`, async () => {
    const { api, heard } = await stub([{}]);
    await assert.rejects(api.order({ symbol: "BTCUSDT", side: "buy" }, { idempotencyKey }), /idempotencyKey/);
    assert.equal(heard.length, 0);
  });
}

test("neither a client nor an error shows the secret", async () => {
  const { url } = await stub([{ cut: true }, { cut: true }, refusal("INVALID_SIGNATURE", 401)]);
  const api = new MySignals({ ...KEYS, baseUrl: url, retries: 0 });
  const errors = [];
  for (let count = 0; count < 3; count += 1) errors.push(await api.account().catch((no) => no));
  for (const value of [api, ...errors]) {
    const shown = [
      inspect(value, { depth: null, showHidden: true, getters: true }),
      JSON.stringify(value),
      String(value),
    ];
    shown.push(String(value.stack), JSON.stringify(structuredCloneOf(value)));
    assert(!shown.join("\n").includes("never_shown"), shown.join("\n"));
  }
});

/** @param {unknown} value */
function structuredCloneOf(value) {
  try {
    return structuredClone(value);
  } catch {
    return null;
  }
}
