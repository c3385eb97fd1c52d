import { isPermitted } from "../../http/permission";

const PREFIX = "teahouse.draft.";

const keyOf = (me: string, roomId: string): string => `${PREFIX}${me}.${roomId}`;

/** What `me` had begun to write in a room, also before a reload. */
export function keptDraft(me: string, roomId: string): string {
  return localStorage.getItem(keyOf(me, roomId)) ?? "";
}

/** Keeps what is being written in this browser, until it is sent or `me` signs out. */
export function keepDraft(me: string, roomId: string, text: string): void {
  if (!isPermitted()) return;
  try {
    if (text.trim()) localStorage.setItem(keyOf(me, roomId), text);
    else localStorage.removeItem(keyOf(me, roomId));
  } catch {
    // A browser that is full still lets one write and send.
  }
}

/** Leaves nothing of what `me` had begun to write. */
export function forgetDrafts(me: string): void {
  const kept = Object.keys(localStorage).filter((key) => key.startsWith(keyOf(me, "")));
  for (const key of kept) localStorage.removeItem(key);
}
