/** How far another clock may be behind ours, so that “now” is not to come for it. */
const LEEWAY_MS = 60_000;

/** Since when a key is believed no more: what was filled in, or now, and never before it was made. */
export function sinceOf(local: string, made: string, now: number): string {
  const at = local ? Date.parse(local) : now - LEEWAY_MS;
  return at <= Date.parse(made) ? made : new Date(at).toISOString();
}
