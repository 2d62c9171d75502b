// What the run was given (tests/sdk_js): the address of a real server, and keys by the name of who may do what.
import { MySignals } from "mysignals-sdk";

/** @type {{url: string, away: string, keys: Record<string, [string, string]>, accounts: Record<string, number>}} */
export const given = JSON.parse(process.env.MYSIGNALS_GIVEN ?? "{}");

/** @param {string} name @param {Partial<import("mysignals-sdk").Options>} [more] */
export function client(name = "bot", more = {}) {
  const [apiKey, apiSecret] = given.keys[name] ?? [];
  return new MySignals({ baseUrl: given.url, apiKey: apiKey ?? "", apiSecret: apiSecret ?? "", ...more });
}
