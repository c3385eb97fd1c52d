import type { TimeLeftWire } from "../../wire.gen";

const TICK_MS = 5_000;
const MINUTE_MS = 60_000;
const LOOK_MS = 3_600_000;
const DAY_MINUTES = 1440;
/** From how many minutes before the end on one is told. */
export const WARNED_MINUTES = 10;

interface Ports {
  look: () => Promise<TimeLeftWire>;
  use: () => Promise<TimeLeftWire>;
  now: () => number;
  looking: () => boolean;
}

/**
 * Counts the time in which somebody looks at the page, and tells the server each whole minute.
 * Whose time nothing limits tells it nothing; whether that is so is asked once an hour.
 */
export class OwnTime {
  left = $state.raw<TimeLeftWire | null>(null);
  readonly #ports: Ports;
  #looked = 0;
  #at: number;
  #asked: number;

  constructor(ports: Ports) {
    this.#ports = ports;
    this.#at = ports.now();
    this.#asked = this.#at;
  }

  /** Asks at once, and counts until `stop`. */
  run(stop: AbortSignal): void {
    void this.#ask(this.#ports.look);
    const timer = setInterval(() => this.tick(), TICK_MS);
    stop.addEventListener("abort", () => clearInterval(timer));
  }

  /** Lets time pass; what passed while nobody looked, or the machine slept, does not count. */
  tick(): void {
    const now = this.#ports.now();
    const passed = now - this.#at;
    this.#at = now;
    if (!this.#ports.looking()) return;
    if (passed > 0 && passed <= 2 * TICK_MS) this.#looked += passed;
    if (!this.left?.measured) {
      this.#looked = 0;
      if (now - this.#asked >= LOOK_MS) void this.#ask(this.#ports.look);
    } else if (this.#looked >= MINUTE_MS) {
      this.#looked -= MINUTE_MS;
      void this.#ask(this.#ports.use);
    }
  }

  async #ask(how: () => Promise<TimeLeftWire>): Promise<void> {
    this.#asked = this.#ports.now();
    try {
      this.left = await how();
    } catch {
      // Without an answer what was known stays; the server counts what it hears.
    }
  }
}

/** How many minutes there are until one has to stop: by what is left, or by the hour. */
export function minutesToGo(left: TimeLeftWire, now: number): number {
  const local = Math.floor(now / MINUTE_MS) + left.utc_offset_minutes;
  const minute = ((local % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES;
  const shuts = left.ends_minute < DAY_MINUTES ? left.ends_minute - minute : Infinity;
  return Math.min(left.left_minutes ?? Infinity, shuts);
}
