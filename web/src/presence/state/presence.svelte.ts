import { SvelteMap } from "svelte/reactivity";
import type { Json } from "../../http/call";

/** What somebody shows: there, away for a while, or neither. */
export type Shown = "online" | "unavailable" | "offline";

interface Told {
  shown: Shown;
  /** When they last did something (ms); null when that is not told. */
  activeAt: number | null;
}

/** Where all of a person's browsers read whether they want to be shown. */
export const CHOICE = "org.teahouse.presence";
const NOTHING: Told = { shown: "offline", activeAt: null };
const TICK_MS = 30_000;

/** Who of those we share a chat with is there, and what we show ourselves. */
export class Presence {
  /** Whether this person is shown as offline, by their own choice. */
  hidden = $state(false);
  /** The time (ms), as far as it matters for saying how long ago. */
  now = $state(Date.now());
  readonly #told = new SvelteMap<string, Told>();
  #known = false;

  /** What to ask the server to show: nothing before the choice is known. */
  get wanted(): Shown | undefined {
    if (this.hidden || !this.#known) return "offline";
    // A page that nobody looks at asks for neither: another one may be looked at.
    return document.hidden ? undefined : "online";
  }

  of(userId: string): Told {
    return this.#told.get(userId) ?? NOTHING;
  }

  /** Takes what a sync says: who is there, and what this person has chosen. */
  take(
    events: readonly { sender: string; content: Json }[],
    data: readonly { type: string; content: Json }[],
  ): void {
    this.now = Date.now();
    for (const { sender, content } of events) {
      const [shown, ago] = [content["presence"], content["last_active_ago"]];
      this.#told.set(sender, {
        shown: shown === "online" || shown === "unavailable" ? shown : "offline",
        activeAt: typeof ago === "number" ? this.now - ago : null,
      });
    }
    for (const { type, content } of data) {
      if (type === CHOICE) this.hidden = content["hidden"] === true;
    }
    this.#known = true;
  }

  /** Lets time pass, until `stop`. */
  tick(stop: AbortSignal): void {
    const timer = setInterval(() => {
      this.now = Date.now();
    }, TICK_MS);
    stop.addEventListener("abort", () => clearInterval(timer));
  }
}
