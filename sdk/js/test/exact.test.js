// What is read and written digit by digit.
import assert from "node:assert/strict";
import { test } from "node:test";
import { refusal, stub } from "./stub.js";

test("amounts keep every digit, other numbers are numbers", async () => {
  const text =
    '{"balance": 12345678901234567890.12345678, "total_pnl": -0.10, "available_balance": 0, "open_positions": 3, "environment": null, "accounts": [{"balance": 1e3, "exchange_account_id": 7}]}';
  const { api } = await stub([{ text }]);
  const told = await api.account();
  assert.equal(told.balance, "12345678901234567890.12345678");
  assert.equal(told.total_pnl, "-0.10");
  assert.equal(told.available_balance, "0");
  assert.equal(told.open_positions, 3);
  assert.equal(told.environment, null);
  assert.deepEqual({ ...told.accounts[0] }, { balance: "1e3", exchange_account_id: 7 });
  assert.equal(told.meta.text, text);
});

test("text that looks like JSON or like numbers stays what it is", async () => {
  const words = ["12.50", '"quantity": 1.50', 'a \\ "b\\" : 2', "", "n1", "sx", "\u0000é\u2028", "{}[],:1"];
  const body = { warnings: words, label: '": 5', 'odd "name": 1': true, 1: { quantity: "0.10" } };
  const { api } = await stub([{ body }]);
  const told = await api.account();
  assert.deepEqual({ ...told }, body);
});

test("a string of an amount is sent digit by digit, a number as it is", async () => {
  const { api, heard } = await stub([{}]);
  await api.order({ symbol: "BTCUSDT", side: "buy", quantity: "0.10000000000000000001", stop_loss: 41000.5 });
  assert.equal(
    heard[0]?.body,
    '{"symbol":"BTCUSDT","side":"buy","quantity":"0.10000000000000000001","stop_loss":41000.5}',
  );
});

for (const quantity of [Number.NaN, Number.POSITIVE_INFINITY]) {
  test(`${quantity} is not sent: JSON would make null of it, which is none given`, async () => {
    const { api, heard } = await stub([{}]);
    await assert.rejects(api.order({ symbol: "BTCUSDT", side: "buy", quantity }), /quantity: must be a finite number/);
    assert.equal(heard.length, 0);
  });
}

test("what is no JSON of ours is said, and what is no envelope too", async () => {
  for (const text of ["<html>", "", "null", '"text"', "1.", '{"a": 01}']) {
    const { api } = await stub([{ text }]);
    await assert.rejects(api.account(), { name: "UnreadableAnswerError", status: 200 }, text);
  }
  const { api } = await stub([{ status: 404, body: { detail: "not ours" } }]);
  await assert.rejects(api.account(), { name: "UnreadableAnswerError", status: 404 });
});

test("a code that came after this package is a refusal all the same", async () => {
  const { api } = await stub([refusal("TEAPOT", 418)]);
  await assert.rejects(api.account(), { name: "RefusedError", code: "TEAPOT", status: 418, message: "no: TEAPOT" });
});
