import { ApiError } from "../../http/call";
import { browserPause } from "../../sync/state/loop.svelte";

const EVERY_MS = 1500;

/**
 * Asks again and again until `look` says that it has what it waits for. A passing failure (no
 * connection, too fast) is waited out; any other ends it, and is raised.
 */
export async function keepAsking(
  look: () => Promise<boolean>,
  signal: AbortSignal,
  pause: (ms: number, signal: AbortSignal) => Promise<void> = browserPause,
): Promise<void> {
  while (!signal.aborted) {
    try {
      if (await look()) return;
    } catch (caught) {
      if (signal.aborted) return;
      if (!(caught instanceof ApiError) || !caught.passing) throw caught;
    }
    await pause(EVERY_MS, signal).catch(() => undefined);
  }
}

/** A code as people read it aloud: in two halves. */
export function inHalves(code: string): string {
  return `${code.slice(0, 4)}-${code.slice(4)}`.toUpperCase();
}

/** The code in a link that a camera has read, or `null` when it is another link. */
export function codeIn(link: string): string | null {
  return /#\/pair\/([a-z0-9]{8})$/.exec(link)?.[1] ?? null;
}
