import { SvelteMap } from "svelte/reactivity";
import { download, partsOfMxc, thumbnail } from "../api/media";

/** Object URLs of what has come; `null` while it is on its way, or did not come. */
const urls = new SvelteMap<string, string | null>();
const missed = new Set<string>();
const KEPT_MAX = 400;

/** An object URL of a thumbnail of `mxc`, `null` until it has come (or if it cannot). */
export function pictureUrl(mxc: string, side: number): string | null {
  const method = side <= 96 ? "crop" : "scale";
  return shown(`${method} ${side} ${mxc}`, mxc, () => thumbnail(mxc, side, method));
}

/** An object URL of the whole of `mxc`, `null` until it has come (or if it cannot). */
export function wholeUrl(mxc: string): string | null {
  return shown(`whole ${mxc}`, mxc, () => download(mxc));
}

/** Frees every picture: at sign-out. */
export function dropPictures(): void {
  for (const url of urls.values()) if (url) URL.revokeObjectURL(url);
  urls.clear();
  missed.clear();
}

/** Asks again for what did not come: the server can be reached again. */
export function retryPictures(): void {
  for (const key of missed) urls.delete(key);
  missed.clear();
}

function shown(key: string, mxc: string, fetchIt: () => Promise<Blob>): string | null {
  const known = urls.get(key);
  if (known !== undefined) return known;
  if (!partsOfMxc(mxc)) return null;
  // Reading and writing in one derivation is not allowed: ask after it.
  queueMicrotask(() => void bring(key, fetchIt));
  return null;
}

async function bring(key: string, fetchIt: () => Promise<Blob>): Promise<void> {
  if (urls.has(key)) return;
  urls.set(key, null);
  try {
    const blob = await fetchIt();
    forgetOldest();
    urls.set(key, URL.createObjectURL(blob));
  } catch {
    // Initials or the file's name stand in, until `retryPictures`.
    missed.add(key);
  }
}

function forgetOldest(): void {
  if (urls.size < KEPT_MAX) return;
  const [key, url] = urls.entries().next().value ?? [];
  if (key === undefined) return;
  if (url) URL.revokeObjectURL(url);
  urls.delete(key);
}
