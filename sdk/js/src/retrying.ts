/** What is sent again, and when. Nothing that the server has answered for good is. */

import {
  ConflictError,
  InternalError,
  type MySignalsError,
  NoAnswerError,
  RateLimitExceededError,
  UnreadableAnswerError,
} from "./errors.js";

export interface Patience {
  /** How often at most a request is sent again. */
  retries: number;
  /** How long a call may wait between its attempts, all in all. */
  maxWaitMs: number;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/** Milliseconds to wait before attempt number `sent + 1`; null where the failure is final. `wasLost`: an attempt of this
 * call got no answer, so that the server may still be busy with it.
 */
export function pauseBefore(sent: number, failure: MySignalsError, wasLost: boolean): number | null {
  if (failure instanceof RateLimitExceededError) return (failure.retryAfter ?? 1) * 1000;
  // Of ours, with Retry-After: the server says that nothing happened. Without, it does not know better next time.
  if (failure instanceof InternalError) return failure.retryAfter === null ? null : failure.retryAfter * 1000;
  const isPassing =
    failure instanceof NoAnswerError ||
    (failure instanceof UnreadableAnswerError && failure.status >= 500) ||
    (failure instanceof ConflictError && wasLost);
  if (!isPassing) return null;
  // Many who lost the same server do not come back at the same moment.
  return Math.min(FIRST_PAUSE_MS * 2 ** (sent - 1), LONGEST_PAUSE_MS) * (0.5 + Math.random() / 2);
}
