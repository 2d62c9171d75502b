/** The client: a method for each call of /v1. */

import { write } from "./exact.js";
import { type Asked, Line, type Told } from "./line.js";
import { type Seen, untilOver, untilSettled, type WaitOptions, type WatchOptions } from "./progress.js";
import { Signer } from "./signing.js";
import type {
  Account,
  Environment,
  Meta,
  OrderAnswer,
  OrderId,
  OrderRequest,
  OrderState,
  Position,
  SignalAnswer,
  SignalId,
  SignalRequest,
  SignalState,
  WithMeta,
} from "./types.js";
import { ServerClock } from "./waiting.js";

export interface Options {
  apiKey: string;
  /** Kept where nothing can read it: it is neither printed nor serialised with the client. */
  apiSecret: string;
  /** `http://127.0.0.1:5000` unless it says otherwise; it may end in `/v1` or `/api/public/v1`. */
  baseUrl?: string;
  /** For one answer; 30,000. */
  timeoutMs?: number;
  /** How often a request is sent again where that is safe; 3. */
  retries?: number;
  /** How long one call may wait between its attempts, all in all; 60,000. Longer waits are an error at once. */
  maxWaitMs?: number;
  fetch?: typeof fetch;
  /** Unix milliseconds. */
  now?: () => number;
}

export interface CallOptions {
  signal?: AbortSignal;
}

export interface PostOptions extends CallOptions {
  /** 1 to 255 printable ASCII characters without blanks; one is made where none is given. */
  idempotencyKey?: string;
}

export interface FiguresOptions extends CallOptions {
  environment?: Environment;
}

/** Signs and sends. Every method throws RefusedError (the server said no), NoAnswerError (nobody knows),
 * UnreadableAnswerError, or the reason of an aborted signal.
 */
export class MySignals {
  readonly #line: Line;

  /** Throws TypeError where a key or an address cannot be right. */
  constructor(options: Options) {
    const { apiKey, apiSecret, baseUrl = "http://127.0.0.1:5000", timeoutMs = 30_000 } = options;
    if (!/^mk_[\x21-\x7e]+$/.test(apiKey ?? "")) throw new TypeError("apiKey: must begin with mk_");
    if (!/^ms_[\x21-\x7e]+$/.test(apiSecret ?? "")) throw new TypeError("apiSecret: must begin with ms_");
    this.#line = new Line({
      baseUrl: root(baseUrl),
      apiKey,
      signer: new Signer(apiSecret),
      clock: new ServerClock(options.now ?? Date.now),
      patience: { retries: options.retries ?? 3, maxWaitMs: options.maxWaitMs ?? 60_000 },
      timeoutMs,
      fetch: options.fetch ?? ((...asked) => fetch(...asked)),
    });
  }

  /** POST /v1/signal. */
  signal(request: SignalRequest, options: PostOptions = {}): Promise<SignalAnswer> {
    return this.#post("/v1/signal", request, options);
  }

  /** POST /v1/orders. */
  order(request: OrderRequest, options: PostOptions = {}): Promise<OrderAnswer> {
    return this.#post("/v1/orders", request, options);
  }

  /** GET /v1/account. */
  account(options: FiguresOptions = {}): Promise<Account> {
    return this.#get("/v1/account", options, chosen(options.environment));
  }

  /** GET /v1/positions; what is missing in it is in `meta.warnings`. */
  positions(options: FiguresOptions = {}): Promise<Position[] & WithMeta> {
    return this.#get("/v1/positions", options, chosen(options.environment));
  }

  /** GET /v1/signals/<signal_id>. */
  signalState(signalId: string, options: CallOptions = {}): Promise<SignalState> {
    return this.#get(`/v1/signals/${plainId(signalId, "sig_")}`, options);
  }

  /** GET /v1/orders/<order_id>. */
  orderState(orderId: string, options: CallOptions = {}): Promise<OrderState> {
    return this.#get(`/v1/orders/${plainId(orderId, "ord_")}`, options);
  }

  /** The state of a signal or an order as soon as no account is queued or being sent to any more. Throws
   * WaitTimeoutError with the last state after `timeoutMs` (60,000).
   */
  waitFor(orderId: OrderId, options?: WaitOptions<OrderState>): Promise<OrderState>;
  waitFor(signalId: SignalId, options?: WaitOptions<SignalState>): Promise<SignalState>;
  waitFor(id: string, options?: WaitOptions<Seen>): Promise<Seen>;
  waitFor(id: string, options: WaitOptions<never> = {}): Promise<Seen> {
    return untilSettled<Seen>((signal) => this.#state(id, signal), options as WaitOptions<Seen>);
  }

  /** The state of a signal or an order, and each that is another than the one before; ends when all is over. */
  watch(orderId: OrderId, options?: WatchOptions): AsyncGenerator<OrderState, void, void>;
  watch(signalId: SignalId, options?: WatchOptions): AsyncGenerator<SignalState, void, void>;
  watch(id: string, options?: WatchOptions): AsyncGenerator<Seen, void, void>;
  watch(id: string, options: WatchOptions = {}): AsyncGenerator<Seen, void, void> {
    return untilOver((signal) => this.#state(id, signal), options);
  }

  #state(id: string, signal?: AbortSignal): Promise<Seen> {
    const options = signal ? { signal } : {};
    return id.startsWith("ord_") ? this.orderState(id, options) : this.signalState(id, options);
  }

  async #get<T>(path: string, options: CallOptions, query: Record<string, string> = {}): Promise<T> {
    return this.#call({ method: "GET", path, query, body: "", idempotencyKey: null }, options);
  }

  async #post<T>(path: string, request: object, options: PostOptions): Promise<T> {
    const key = options.idempotencyKey ?? crypto.randomUUID();
    if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
      throw new TypeError("idempotencyKey: must be 1 to 255 printable ASCII characters without blanks");
    }
    // The signature covers the query, but no header: without the key in it, two equal orders of one second would have
    // one signature, and the second would be taken for the first sent again.
    return this.#call(
      { method: "POST", path, query: { request: key }, body: write(request), idempotencyKey: key },
      options,
    );
  }

  async #call<T>(asked: Asked, options: CallOptions): Promise<T> {
    const told = await this.#line.send(asked, options.signal);
    return Object.defineProperty(told.value, "meta", { value: meta(asked, told) }) as T;
  }
}

function root(baseUrl: string): string {
  if (!URL.canParse(baseUrl)) throw new TypeError("baseUrl: must be an address like https://signals.example.com");
  const url = new URL(baseUrl);
  if (!/^https?:$/.test(url.protocol)) throw new TypeError("baseUrl: must begin with http:// or https://");
  if (url.username || url.password || url.search || url.hash) {
    throw new TypeError("baseUrl: must have neither a user name, nor a query, nor a fragment");
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, "").replace(/\/v1$/, "");
}

function plainId(id: string, prefix: string): string {
  if (!/^[A-Za-z0-9_]+$/.test(id)) throw new TypeError(`id: must be one that begins with ${prefix}`);
  return id;
}

function chosen(environment: Environment | undefined): Record<string, string> {
  return environment === undefined ? {} : { environment };
}

function meta(asked: Asked, { text, headers }: Told): Meta {
  const age = headers.get("X-Data-Age");
  const limit = headers.get("X-RateLimit-Limit");
  return {
    text,
    dataAge: age === null ? null : Number(age),
    warnings: JSON.parse(headers.get("X-Warnings") ?? "[]"),
    isReplayed: headers.get("Idempotent-Replayed") === "true",
    idempotencyKey: asked.idempotencyKey,
    rateLimit:
      limit === null
        ? null
        : {
            limit: Number(limit),
            remaining: Number(headers.get("X-RateLimit-Remaining")),
            resetsAt: Number(headers.get("X-RateLimit-Reset")),
          },
  };
}
