/** The developer API of MySignals. */

export { type CallOptions, type FiguresOptions, MySignals, type Options, type PostOptions } from "./client.js";
export {
  ConflictError,
  ExchangeError,
  InsufficientPermissionsError,
  InternalError,
  InvalidApiKeyError,
  InvalidRequestError,
  InvalidSignatureError,
  IpNotAllowedError,
  MySignalsError,
  NoAnswerError,
  NoExchangeError,
  NotFoundError,
  RateLimitExceededError,
  type Refusal,
  RefusedError,
  SubscriptionRequiredError,
  TimestampExpiredError,
  UnreadableAnswerError,
  WaitTimeoutError,
} from "./errors.js";
export { isOver, isSettled, type WaitOptions, type WatchOptions } from "./progress.js";
export type * from "./types.js";
