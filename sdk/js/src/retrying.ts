/** What is sent again, and when. Nothing that the server has answered for good is. */

import {
  ConflictError,
  ExchangeError,
  InternalError,
  InvalidRequestError,
  type MySignalsError,
  NoAnswerError,
  NoExchangeError,
  NotFoundError,
  RateLimitExceededError,
  UnreadableAnswerError,
} from "./errors.js";

export interface Patience {
  /** How often at most a request is sent again. */
  retries: number;
  /** How long a call may wait between its attempts, all in all. */
  maxWaitMs: number;
}

const SURE = [InvalidRequestError, NotFoundError, NoExchangeError, ExchangeError];
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/** Milliseconds to wait before attempt number `sent + 1`; null where the failure is final. `wasLost`: an attempt of this
 * call got no answer, so that the server may still be busy with it.
 */
export function pauseBefore(sent: number, failure: MySignalsError, wasLost: boolean): number | null {
  if (failure instanceof RateLimitExceededError) return (failure.retryAfter ?? 1) * 1000;
  // Of ours, with Retry-After: the server says that nothing happened. Without, it does not know better next time.
  if (failure instanceof InternalError) return failure.retryAfter === null ? null : failure.retryAfter * 1000;
  // Many who lost the same server do not come back at the same moment.
  const pause = Math.min(FIRST_PAUSE_MS * 2 ** (sent - 1), LONGEST_PAUSE_MS) * (1 + Math.random() / 2);
  // Our own first attempt is still under way. What was refused is refused again under its signature, so that the next
  // one has to be signed in another second.
  if (failure instanceof ConflictError && wasLost) return Math.max(pause, 1_100);
  return isLost(failure) ? pause : null;
}

/** Whether nobody knows what became of the request. */
export function isLost(failure: MySignalsError): boolean {
  return failure instanceof NoAnswerError || (failure instanceof UnreadableAnswerError && failure.status >= 500);
}

/** Refused for what the request is: said only after the server has looked for an earlier attempt with its key. */
export function saysNothingHappened(failure: MySignalsError): boolean {
  return SURE.some((kind) => failure instanceof kind);
}
