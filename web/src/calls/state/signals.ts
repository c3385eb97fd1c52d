import { newId } from "../../app/newId";
import { ApiError, type Json } from "../../http/call";
import { browserPause } from "../../sync/state/loop.svelte";
import { sendSignal } from "../api/calls";
import type { Call } from "./model";

const TRIES_MAX = 5;
const PAUSE_FIRST_MS = 500;
/** Without these there is no call; without one of the others there may well be. */
const NEEDED = ["m.call.invite", "m.call.answer"];

/** Sends the signals of calls one after the other, and each again while trouble passes. */
export class Signals {
  #line: Promise<void> = Promise.resolve();
  #isLast = false;
  readonly #stop = new AbortController();

  constructor(private readonly refused: (callId: string, error: unknown) => void) {}

  send(call: Call, type: string, content: Json): void {
    const txnId = newId();
    if (this.#isLast) {
      sendSignal(call.roomId, type, txnId, content, true).catch(() => undefined);
      return;
    }
    this.#line = this.#line.then(() => this.#deliver(call, type, txnId, content));
  }

  /** Whether the page is going away: then what is sent waits for nothing. */
  hurry(yes: boolean): void {
    this.#isLast = yes;
  }

  stop(): void {
    this.#stop.abort();
  }

  async #deliver(call: Call, type: string, txnId: string, content: Json): Promise<void> {
    for (let tries = 1; !this.#stop.signal.aborted; tries += 1) {
      try {
        await sendSignal(call.roomId, type, txnId, content);
        return;
      } catch (error) {
        if (tries === TRIES_MAX || !(error instanceof ApiError) || !error.passing) {
          if (NEEDED.includes(type)) this.refused(call.id, error);
          return;
        }
        const pauseMs = error.retryAfterMs ?? PAUSE_FIRST_MS * 2 ** tries;
        await browserPause(pauseMs, this.#stop.signal);
      }
    }
  }
}
