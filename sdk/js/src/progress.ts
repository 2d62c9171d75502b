/** Looking at a signal or an order until it is where one waits for it to be. */

import { WaitTimeoutError } from "./errors.js";
import type { OrderState, SignalState } from "./types.js";
import { sleep, within } from "./waiting.js";

export type Seen = SignalState | OrderState;

export interface WatchOptions {
  signal?: AbortSignal;
  /** The longest pause between two looks; 5,000. After a change it is half a second and grows. */
  everyMs?: number;
}

export interface WaitOptions<S> extends WatchOptions {
  /** 60,000. */
  timeoutMs?: number;
  /** What is waited for; `isSettled` unless it says otherwise. */
  until?: (state: S) => boolean;
}

const ON_THEIR_WAY: ReadonlySet<string> = new Set(["queued", "sending", "unknown"]);
const OVER = new Set(["rejected", "skipped", "expired", "cancelled", "closed"]);
const FIRST_PAUSE_MS = 500;
const GROWTH = 1.5;

/** Every exchange has answered, for the owner and for followers. An entry may rest, and a position be open, long after. */
export function isSettled(state: Seen): boolean {
  return ![state.status, ...owners(state), ...followers(state)].some((each) => ON_THEIR_WAY.has(each));
}

/** Nothing of it will change any more: what was opened is closed, or came to nothing; what was to be closed was. */
export function isOver(state: Seen): boolean {
  if (!isSettled(state)) return false;
  // A close may leave a part of a position open, as it was asked.
  if (isClosing(state)) return true;
  const isDone =
    state.status === "closed" || state.status === "failed" || owners(state).every((each) => OVER.has(each));
  return isDone && followers(state).every((each) => OVER.has(each));
}

export async function* untilOver<S extends Seen>(
  look: (signal?: AbortSignal) => Promise<S>,
  options: WatchOptions,
): AsyncGenerator<S, void, void> {
  let [before, pause] = ["", FIRST_PAUSE_MS];
  for (;;) {
    const state = await look(options.signal);
    const now = JSON.stringify({ ...state, timestamp: "" });
    pause = now === before ? pause * GROWTH : FIRST_PAUSE_MS;
    if (now !== before) yield state;
    before = now;
    if (isOver(state)) return;
    await sleep(Math.min(pause, options.everyMs ?? 5_000), options.signal);
  }
}

export async function untilSettled<S extends Seen>(
  look: (signal?: AbortSignal) => Promise<S>,
  options: WaitOptions<S>,
): Promise<S> {
  const { timeoutMs = 60_000, until = isSettled } = options;
  const limit = within(timeoutMs, options.signal);
  let last: S | undefined;
  try {
    for await (last of untilOver(look, { ...options, signal: limit })) if (until(last)) return last;
  } catch (error) {
    if (error !== limit.reason || options.signal?.aborted) throw error;
    throw new WaitTimeoutError(`It is not there after ${timeoutMs} ms.`, last);
  }
  throw new WaitTimeoutError("It is over, and will not get there.", last);
}

function isClosing(state: Seen): boolean {
  return "action" in state ? state.action.startsWith("close_") : state.reduce_only;
}

function owners(state: Seen): string[] {
  return state.accounts.map((each) => each.state);
}

function followers(state: Seen): string[] {
  const counted = "followers" in state ? Object.entries(state.followers ?? {}) : [];
  return counted.filter(([name, many]) => name !== "total" && many > 0).map(([name]) => name);
}
