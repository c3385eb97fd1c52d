import { ApiError } from "../../http/call";
import { standInLine } from "../api/registrations";
import { type Challenge, type Proof, solve } from "./work";

const ROUNDS_MAX = 4;
const ASKED = ["screening.proof_needed", "screening.bad_proof"];

/** A request for which the server may ask a device to work, or its person to wait in line. */
export class Working {
  /** While this device works or waits; a page shows then what it is about. */
  active = $state(false);
  /** How far this device is with what it was asked to work out, from 0 to 1. */
  share = $state(0);
  /** When the place in line comes up, in milliseconds; null while the device works. */
  lineUntil = $state<number | null>(null);
  #stop: AbortController | null = null;

  /** Asks, and again with what was asked for; raises what is refused for another reason. */
  async through<T>(ask: (proof: Proof | null) => Promise<T>): Promise<T> {
    let proof: Proof | null = null;
    try {
      for (let round = 0; ; round += 1) {
        try {
          return await ask(proof);
        } catch (error) {
          const work = workAsked(error);
          if (!work || round === ROUNDS_MAX) throw error;
          proof = await this.#shown(work);
        }
      }
    } finally {
      this.active = false;
    }
  }

  /** Stops working, for somebody who would rather wait in line. */
  rather(): void {
    this.#stop?.abort(new Error("rather wait"));
  }

  /** Works in the background, and waits in line if that is wished, or does not go here. */
  async #shown(work: Challenge): Promise<Proof> {
    this.#stop = new AbortController();
    this.lineUntil = null;
    this.share = 0;
    this.active = true;
    try {
      return await solve(work, (share) => (this.share = share), this.#stop.signal);
    } catch {
      const { place, wait_seconds } = await standInLine(work.challenge);
      const waitMs = (wait_seconds + 1) * 1000;
      this.lineUntil = Date.now() + waitMs;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      return { challenge: place };
    }
  }
}

function workAsked(error: unknown): Challenge | null {
  if (!(error instanceof ApiError) || !ASKED.includes(error.code)) return null;
  return (error.body["challenge"] as Challenge | undefined) ?? null;
}
