// Answers with the app's own files as they were last kept (src/app/shell.ts) when the server cannot
// be reached, so that a reload without a connection opens the app, which says so itself; and shows
// what the server has sealed for this browser. It keeps nothing; it is registered only after consent.
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

const WORDS = {
  zh: { message: "有新消息", invite: "邀请您加入聊天", call: "来电", missed: "未接来电" },
  en: {
    message: "New message",
    invite: "Invites you to a chat",
    call: "Incoming call",
    missed: "Missed call",
  },
};

addEventListener("push", (event) => event.waitUntil(tell(event.data?.json())));

async function tell(told) {
  if (!told) return;
  const pages = await clients.matchAll({ type: "window" });
  if (pages.some((page) => page.focused)) return; // they are looking
  const words = WORDS[told.lang] ?? WORDS.en;
  const kind = told.kind === "call" && Date.now() > told.until ? "missed" : told.kind;
  const said = told.text ?? words[kind] ?? words.message;
  await registration.showNotification(told.room ?? told.sender, {
    body: told.room ? `${told.sender}: ${said}` : said,
    tag: told.room_id,
    renotify: true,
    silent: !told.loud,
    lang: told.lang,
    icon: "/mark.svg",
    data: { place: `/#/chats/${encodeURIComponent(told.room_id)}` },
  });
}

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data.place));
});

async function open(place) {
  const [page] = await clients.matchAll({ type: "window" });
  if (!page) return clients.openWindow(place);
  await page.focus();
  return page.navigate(place);
}
