import type { Json } from "../../http/call";
import type { RoomEvent } from "../../timeline/state/events";

/** The kind of state by which a room says how long its messages are kept (MSC1763). */
export const RETENTION = "m.room.retention";
export const DAY_MS = 24 * 60 * 60 * 1000;
const LOOK_AGAIN_MS = 60_000;

/** What a room says, in ms; null: nothing. */
export interface Policy {
  max: number | null;
  min: number | null;
}

/** What the house says, in ms: where a room says nothing, and what rooms may set. 0: no limit. */
export interface Bounds {
  default: number;
  least: number;
  most: number;
}

export const SILENT: Policy = { max: null, min: null };
export const BOUNDLESS: Bounds = { default: 0, least: DAY_MS, most: 0 };

const time = (value: unknown): number | null =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : null;

export function policyOf(content: Json): Policy {
  return { max: time(content["max_lifetime"]), min: time(content["min_lifetime"]) };
}

/** The house's bounds as its capabilities tell them. */
export function boundsOf(told: unknown): Bounds {
  const said = (told ?? {}) as Json;
  return {
    default: time(said["default"]) ?? 0,
    least: time(said["least"]) ?? DAY_MS,
    most: time(said["most"]) ?? 0,
  };
}

/** How long a room's messages are kept, in ms; null: for ever. As the server counts it. */
export function lifetimeMs(policy: Policy, bounds: Bounds): number | null {
  const most = bounds.most || Number.POSITIVE_INFINITY;
  const kept =
    policy.max === null
      ? bounds.default || null
      : Math.min(Math.max(policy.max, bounds.least), most);
  if (kept === null || policy.min === null) return kept;
  return Math.max(kept, Math.min(policy.min, most));
}

/** The days that a room may choose from: round ones within the bounds, and the one it has. */
export function choicesOf(bounds: Bounds, chosen: number | null): number[] {
  const most = bounds.most || Number.POSITIVE_INFINITY;
  const round = [1, 7, 30, 90, 365].filter(
    (days) => days * DAY_MS >= bounds.least && days * DAY_MS <= most,
  );
  const edges = [bounds.least, bounds.most].filter((ms) => ms > 0).map((ms) => ms / DAY_MS);
  const mine = chosen === null ? [] : [Math.round(chosen / DAY_MS)];
  return [...new Set([...(round.length > 0 ? round : edges), ...mine])].sort((a, b) => a - b);
}

/** What the house says of how long messages are kept, and what time it is, for all rooms. */
export class Limits {
  bounds = $state.raw<Bounds>(BOUNDLESS);
  #now = $state(Date.now());

  /** Whether an event's time is over. */
  isOver(event: RoomEvent, lifetime: number | null): boolean {
    return lifetime !== null && event.origin_server_ts < this.#now - lifetime;
  }

  /** Asks what the house says, and looks at the clock from time to time, until `signal`. */
  tick(ask: () => Promise<Bounds>, signal: AbortSignal): void {
    ask().then(
      (bounds) => {
        this.bounds = bounds;
      },
      () => undefined, // the server does it in any case
    );
    const timer = setInterval(() => {
      this.#now = Date.now();
    }, LOOK_AGAIN_MS);
    signal.addEventListener("abort", () => clearInterval(timer));
  }
}
