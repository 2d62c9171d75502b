/** One signed request and its answer, sent again where that is safe. */

import { MySignalsError, NoAnswerError, refused, TimestampExpiredError, UnreadableAnswerError } from "./errors.js";
import { parse } from "./exact.js";
import { isLost, type Patience, pauseBefore, saysNothingHappened } from "./retrying.js";
import type { Signer } from "./signing.js";
import { type ServerClock, sleep, within } from "./waiting.js";

/** What is asked. `path` begins with /v1; `body` is "" for none. */
export interface Asked {
  method: "GET" | "POST";
  path: string;
  query: Readonly<Record<string, string>>;
  body: string;
  idempotencyKey: string | null;
}

/** What came: the value, the text it was read from, and the headers. */
export interface Told {
  value: unknown;
  text: string;
  headers: Headers;
}

export interface LineSettings {
  /** What stands before /v1, without a slash at its end. */
  baseUrl: string;
  apiKey: string;
  signer: Signer;
  clock: ServerClock;
  patience: Patience;
  timeoutMs: number;
  fetch: typeof fetch;
}

/** Key and signature go to no other address than the one that was named, and a browser adds nothing of its own. */
const PLAIN: RequestInit = { redirect: "manual", cache: "no-store", credentials: "omit" };

export class Line {
  readonly #settings: LineSettings;

  constructor(settings: LineSettings) {
    this.#settings = settings;
  }

  /** Throws MySignalsError, and the signal's reason where the caller has aborted. */
  async send(asked: Asked, signal?: AbortSignal): Promise<Told> {
    const { retries, maxWaitMs } = this.#settings.patience;
    let [sent, waitedMs, wasLost, hasLearned] = [0, 0, false, false];
    for (;;) {
      const told = await this.#once(asked, signal);
      if (!(told instanceof MySignalsError)) return told;
      told.idempotencyKey = asked.idempotencyKey;
      if (told instanceof TimestampExpiredError && told.serverTime !== null && !hasLearned) {
        this.#settings.clock.learn(told.serverTime);
        hasLearned = true;
        continue;
      }
      sent += 1;
      wasLost ||= isLost(told);
      const pause = sent > retries ? null : pauseBefore(sent, told, wasLost);
      told.mayHaveHappened = asked.method === "POST" && wasLost && !saysNothingHappened(told);
      if (pause === null || waitedMs + pause > maxWaitMs) throw told;
      await sleep(pause, signal);
      waitedMs += pause;
    }
  }

  async #once(asked: Asked, signal?: AbortSignal): Promise<Told | MySignalsError> {
    const { baseUrl, timeoutMs } = this.#settings;
    const query = new URLSearchParams(asked.query).toString();
    const path = query ? `${asked.path}?${query}` : asked.path;
    const headers = await this.#headers(asked, path);
    const request: RequestInit = { ...PLAIN, method: asked.method, headers, signal: within(timeoutMs, signal) };
    if (asked.body) request.body = asked.body;
    try {
      const response = await this.#settings.fetch(`${baseUrl}${path}`, request);
      return read(response.status, response.headers, await response.text());
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      return lost(error, timeoutMs);
    }
  }

  async #headers(asked: Asked, path: string): Promise<Headers> {
    const timestamp = String(this.#settings.clock.seconds());
    const headers = new Headers({
      "X-API-Key": this.#settings.apiKey,
      "X-Timestamp": timestamp,
      "X-Signature": await this.#settings.signer.sign(timestamp, asked.method, path, asked.body),
    });
    if (asked.body) headers.set("Content-Type", "application/json");
    if (asked.idempotencyKey) headers.set("Idempotency-Key", asked.idempotencyKey);
    return headers;
  }
}

function read(status: number, headers: Headers, text: string): Told | MySignalsError {
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return new UnreadableAnswerError(status);
    throw error;
  }
  if (typeof value !== "object" || value === null) return new UnreadableAnswerError(status);
  if (status >= 200 && status < 300) return { value, text, headers };
  const { code, error, timestamp, fields, server_time: serverTime } = value as Record<string, unknown>;
  if (typeof code !== "string" || typeof error !== "string") return new UnreadableAnswerError(status);
  return refused({
    status,
    code,
    message: error,
    timestamp: typeof timestamp === "string" ? timestamp : null,
    fields: typeof fields === "object" && fields !== null ? (fields as Record<string, string>) : {},
    retryAfter: seconds(headers.get("Retry-After")),
    serverTime: typeof serverTime === "number" ? serverTime : null,
  });
}

function lost(error: unknown, timeoutMs: number): NoAnswerError {
  const isLate = error instanceof DOMException && error.name === "TimeoutError";
  const sentence = isLate ? `No answer within ${timeoutMs} ms.` : "The connection failed before there was an answer.";
  return new NoAnswerError(sentence, { cause: error });
}

function seconds(header: string | null): number | null {
  return header !== null && /^\d+$/.test(header) ? Number(header) : null;
}
