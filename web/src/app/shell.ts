import { isPermitted } from "../http/permission";

const KEPT = "teahouse.shell";

/** Keeps the app's own files, so that a reload without a connection opens it: see `public/sw.js`. */
export async function keepShell(): Promise<void> {
  // Neither is there when the page came over plain HTTP; then a reload needs a connection.
  if (!isPermitted() || !("serviceWorker" in navigator) || !("caches" in window)) return;
  const loaded = performance.getEntriesByType("resource").map((one) => new URL(one.name));
  const files = loaded.filter((url) => url.pathname.startsWith("/assets/"));
  const paths = new Set(["/", ...files.map((url) => url.pathname)]);
  const kept = await caches.open(KEPT);
  await kept.addAll([...paths]);
  for (const request of await kept.keys()) {
    if (!paths.has(new URL(request.url).pathname)) await kept.delete(request);
  }
  if (isPermitted()) await navigator.serviceWorker.register("/sw.js");
}

/** Leaves nothing of it in this browser. */
export async function forgetShell(): Promise<void> {
  if (!("serviceWorker" in navigator) || !("caches" in window)) return;
  const workers = await navigator.serviceWorker.getRegistrations();
  await Promise.all(workers.map((one) => one.unregister()));
  await caches.delete(KEPT);
}
