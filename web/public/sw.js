// Answers with the app's own files as they were last kept (src/app/shell.ts) when the server cannot
// be reached, so that a reload without a connection opens the app, which says so itself. It keeps
// nothing and touches nothing else; it is registered only after consent.
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  const isPage = request.mode === "navigate" && pathname === "/";
  if (isPage || pathname.startsWith("/assets/")) event.respondWith(answer(request, pathname));
});

async function answer(request, pathname) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match(pathname);
    if (!kept) throw error;
    return kept;
  }
}
