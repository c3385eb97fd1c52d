import { ApiError } from "../../http/call";
import type { SyncAnswer } from "../api/sync";

/** `locked`: an operator has locked the account; it may be let go again. */
export type SyncStatus = "connecting" | "live" | "offline" | "locked";

const POLL_MS = 30_000;
const PAUSE_FIRST_MS = 1_000;
const PAUSE_MAX_MS = 30_000;
/** No answer for so long after the poll should have ended: the connection is dead. */
const GRACE_MS = 15_000;

export interface SyncPorts {
  fetch: (since: string | null, timeoutMs: number, signal: AbortSignal) => Promise<SyncAnswer>;
  apply: (answer: SyncAnswer) => void;
  /** Resolves after `ms`, or sooner when trying again makes sense (back on line, seen again). */
  pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Asks the server again and again for what is new, for as long as it runs. */
export class SyncLoop {
  status = $state<SyncStatus>("connecting");
  #since: string | null = null;
  #stop = new AbortController();
  #poll = new AbortController();

  constructor(private readonly ports: SyncPorts) {}

  /** Runs until `stop` is called or the session has ended. */
  async run(): Promise<void> {
    const stop = new AbortController();
    this.#stop = stop;
    let pauseMs = PAUSE_FIRST_MS;
    while (!stop.signal.aborted) {
      try {
        await this.#round(stop.signal);
        pauseMs = PAUSE_FIRST_MS;
      } catch (error) {
        if (stop.signal.aborted || hasEnded(error)) return;
        this.status = isLocked(error) ? "locked" : "offline";
        const askedMs = error instanceof ApiError ? error.retryAfterMs : null;
        await this.ports.pause(askedMs ?? pauseMs, stop.signal);
        pauseMs = Math.min(pauseMs * 2, PAUSE_MAX_MS);
      }
    }
  }

  stop(): void {
    this.#stop.abort();
  }

  /** The network is gone: a poll that waits would not notice for half a minute. */
  cut(): void {
    this.#poll.abort();
  }

  async #round(stop: AbortSignal): Promise<void> {
    // After trouble, ask for a short answer: it tells at once that we are live again.
    const timeoutMs = this.#since && this.status === "live" ? POLL_MS : 0;
    this.#poll = new AbortController();
    const late = AbortSignal.timeout(timeoutMs + GRACE_MS);
    const signal = AbortSignal.any([stop, this.#poll.signal, late]);
    const answer = await this.ports.fetch(this.#since, timeoutMs, signal);
    if (stop.aborted) return;
    this.ports.apply(answer);
    this.#since = answer.next_batch;
    this.status = "live";
  }
}

function hasEnded(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401 && !isLocked(error);
}

function isLocked(error: unknown): boolean {
  return error instanceof ApiError && error.code === "M_USER_LOCKED";
}

/** The pause of a browser: ends early when the network or the person is back. */
export function browserPause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const ends = new AbortController();
    const end = () => {
      clearTimeout(timer);
      ends.abort();
      resolve();
    };
    const timer = setTimeout(end, ms);
    const options = { signal: ends.signal };
    addEventListener("online", end, options);
    document.addEventListener("visibilitychange", () => !document.hidden && end(), options);
    signal.addEventListener("abort", end, options);
  });
}
