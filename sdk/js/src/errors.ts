/** What goes wrong, a class for each: `error instanceof NoExchangeError` says it, and so does `error.code`. */

/** Everything that this package throws about a request. */
export class MySignalsError extends Error {
  override name = "MySignalsError";
  /** Of a POST: give it to the same call again and nothing is carried out twice. */
  idempotencyKey: string | null = null;
  /** Of a POST: an attempt of it got no answer, and nothing since has said that nothing happened. */
  mayHaveHappened = false;
}

/** No answer came, or only half of one. Whether a POST was carried out is not known: see `idempotencyKey`. */
export class NoAnswerError extends MySignalsError {
  override name = "NoAnswerError";
}

/** An answer that is not of MySignals: something in between has spoken. */
export class UnreadableAnswerError extends MySignalsError {
  override name = "UnreadableAnswerError";
  readonly status: number;

  constructor(status: number) {
    super(`The server answered with status ${status} and something that is not JSON of MySignals.`);
    this.status = status;
  }
}

/** The time given to `waitFor` is over; `state` is the last that was seen. */
export class WaitTimeoutError extends MySignalsError {
  override name = "WaitTimeoutError";
  readonly state: unknown;

  constructor(message: string, state: unknown) {
    super(message);
    this.state = state;
  }
}

/** The envelope of an error, and what its headers said. */
export interface Refusal {
  status: number;
  code: string;
  message: string;
  /** When the server said so, ISO 8601. */
  timestamp: string | null;
  /** Each field of the request that is wrong, and its rule. */
  fields: Readonly<Record<string, string>>;
  /** Seconds to wait before asking again. */
  retryAfter: number | null;
  /** Unix seconds by the server's clock, told where ours is wrong. */
  serverTime: number | null;
}

/** The server said no. */
export class RefusedError extends MySignalsError implements Readonly<Refusal> {
  override name = "RefusedError";
  readonly status: number;
  readonly code: string;
  readonly timestamp: string | null;
  readonly fields: Readonly<Record<string, string>>;
  readonly retryAfter: number | null;
  readonly serverTime: number | null;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.status = refusal.status;
    this.code = refusal.code;
    this.timestamp = refusal.timestamp;
    this.fields = refusal.fields;
    this.retryAfter = refusal.retryAfter;
    this.serverTime = refusal.serverTime;
  }
}

export class InvalidSignatureError extends RefusedError {
  override name = "InvalidSignatureError";
}
export class InvalidApiKeyError extends RefusedError {
  override name = "InvalidApiKeyError";
}
export class TimestampExpiredError extends RefusedError {
  override name = "TimestampExpiredError";
}
export class IpNotAllowedError extends RefusedError {
  override name = "IpNotAllowedError";
}
export class InsufficientPermissionsError extends RefusedError {
  override name = "InsufficientPermissionsError";
}
export class SubscriptionRequiredError extends RefusedError {
  override name = "SubscriptionRequiredError";
}
export class RateLimitExceededError extends RefusedError {
  override name = "RateLimitExceededError";
}
export class InvalidRequestError extends RefusedError {
  override name = "InvalidRequestError";
}
export class NotFoundError extends RefusedError {
  override name = "NotFoundError";
}
export class ConflictError extends RefusedError {
  override name = "ConflictError";
}
export class NoExchangeError extends RefusedError {
  override name = "NoExchangeError";
}
export class ExchangeError extends RefusedError {
  override name = "ExchangeError";
}
export class InternalError extends RefusedError {
  override name = "InternalError";
}

const BY_CODE: Readonly<Record<string, typeof RefusedError>> = {
  INVALID_SIGNATURE: InvalidSignatureError,
  INVALID_API_KEY: InvalidApiKeyError,
  TIMESTAMP_EXPIRED: TimestampExpiredError,
  IP_NOT_ALLOWED: IpNotAllowedError,
  INSUFFICIENT_PERMISSIONS: InsufficientPermissionsError,
  SUBSCRIPTION_REQUIRED: SubscriptionRequiredError,
  RATE_LIMIT_EXCEEDED: RateLimitExceededError,
  INVALID_REQUEST: InvalidRequestError,
  NOT_FOUND: NotFoundError,
  CONFLICT: ConflictError,
  NO_EXCHANGE: NoExchangeError,
  EXCHANGE_ERROR: ExchangeError,
  INTERNAL_ERROR: InternalError,
};

/** The error of that code; a plain RefusedError for a code that came after this package. */
export function refused(refusal: Refusal): RefusedError {
  const Kind = BY_CODE[refusal.code] ?? RefusedError;
  return new Kind(refusal);
}
