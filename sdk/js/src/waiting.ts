/** Time, bounded: sleeping that an AbortSignal ends, and signals that belong together. */

/** Resolves after `ms`; rejects with the signal's reason as soon as it is aborted. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    signal?.addEventListener("abort", stop, { once: true });
  });
}

/** Aborted after `ms`, and with `signal` where there is one. */
export function within(ms: number, signal?: AbortSignal): AbortSignal {
  const timeout = AbortSignal.timeout(ms);
  return signal ? AbortSignal.any([signal, timeout]) : timeout;
}

/** Our clock as the server's: it learns how far off it is. */
export class ServerClock {
  readonly #now: () => number;
  #offsetS = 0;

  /** `now` in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Unix seconds, whole. */
  seconds(): number {
    return Math.floor(this.#now() / 1000) + this.#offsetS;
  }

  learn(serverTime: number): void {
    this.#offsetS = serverTime - Math.floor(this.#now() / 1000);
  }
}
