import type { Lang } from "../../i18n/index.svelte";
import type { WebPushIn, WebPushOut } from "../../wire.gen";
import { deleteWebPush, fetchWebPush, putWebPush } from "../api/webPush";
import { KEPT } from "./told";

/** Neither is there in every browser, nor over plain HTTP. */
export function isPossible(): boolean {
  return "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
}

/** Asks the browser for its permission: only ever called because the person pressed for it. */
export async function askPermission(): Promise<boolean> {
  return (await Notification.requestPermission()) === "granted";
}

/** Whether what the server knows is what this browser has. */
export async function isCurrent(told: WebPushOut): Promise<boolean> {
  if (!told.on || Notification.permission !== "granted") return false;
  const had = await (
    await navigator.serviceWorker.getRegistration()
  )?.pushManager.getSubscription();
  return had?.endpoint === told.endpoint && keyOf(had) === told.sender_key;
}

/** Makes a subscription for the server's present key, and hands it over. */
export async function turnOn(key: string, showsText: boolean, lang: Lang): Promise<WebPushOut> {
  await navigator.serviceWorker.register("/sw.js");
  const worker = await navigator.serviceWorker.ready;
  const had = await worker.pushManager.getSubscription();
  if (had && keyOf(had) !== key) await had.unsubscribe();
  const options = { userVisibleOnly: true, applicationServerKey: bytesOf(key) };
  const told = await putWebPush(
    described(await worker.pushManager.subscribe(options), key, showsText, lang),
  );
  localStorage.setItem(KEPT, "1");
  return told;
}

export async function turnOff(): Promise<WebPushOut> {
  localStorage.removeItem(KEPT);
  const told = await deleteWebPush();
  const worker = await navigator.serviceWorker.getRegistration();
  await (await worker?.pushManager.getSubscription())?.unsubscribe();
  return told;
}

/** Subscribes anew when the server's key has changed, or the browser has let its subscription go. */
export async function renew(lang: Lang): Promise<void> {
  if (!isPossible() || Notification.permission !== "granted") return;
  const told = await fetchWebPush();
  if (!told.on) localStorage.removeItem(KEPT);
  else if (!(await isCurrent(told))) await turnOn(told.sender_key, told.shows_text, lang);
}

function described(made: PushSubscription, key: string, showsText: boolean, lang: Lang): WebPushIn {
  const { endpoint, keys } = made.toJSON();
  return {
    endpoint: endpoint ?? "",
    p256dh: keys?.["p256dh"] ?? "",
    auth: keys?.["auth"] ?? "",
    sender_key: key,
    shows_text: showsText,
    lang,
  };
}

function keyOf(subscription: PushSubscription): string {
  const key = subscription.options.applicationServerKey;
  return key ? textOf(new Uint8Array(key)) : "";
}

/** Bytes as the standards write them: URL-safe base 64 without padding. */
export function textOf(bytes: Uint8Array): string {
  const plain = btoa(String.fromCharCode(...bytes));
  return plain.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}
