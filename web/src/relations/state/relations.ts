import type { Json } from "../../http/call";
import {
  isMessage,
  isRedacted,
  objectOf,
  type RoomEvent,
  shownOf,
  textOf,
  threadOf,
} from "../../timeline/state/events";

/** One sign put to a message, by whom, and by which event of ours, if it is ours too. */
export interface Reaction {
  key: string;
  senders: string[];
  mine: string | null;
}

/** What was answered in the thread that begins at a message. */
interface Thread {
  count: number;
  last: string;
}

/** What a message that is being written is about. */
export type Aim = { kind: "reply"; event: RoomEvent } | { kind: "edit"; event: RoomEvent };

/** What may be done to a message beside reading it. */
export interface Acts {
  aim: (aim: Aim) => void;
  /** Whether a thread may begin at a message; not inside one. */
  threads: boolean;
}

/** The signs at hand. */
export const SIGNS = ["👍", "❤️", "😂", "🎉", "😮", "😢", "🙏", "🍵"] as const;

/** Signs by the message they stand at; one person counts once for each. */
export function reactionsOf(events: readonly RoomEvent[], me: string): Map<string, Reaction[]> {
  const found = new Map<string, Reaction[]>();
  for (const event of events) {
    if (event.type !== "m.reaction" || isRedacted(event)) continue;
    const relation = objectOf(event.content["m.relates_to"]);
    const [target, key] = [textOf(relation["event_id"]), textOf(relation["key"]).slice(0, 32)];
    if (relation["rel_type"] !== "m.annotation" || !target || !key) continue;
    const signs = found.get(target) ?? [];
    found.set(target, signs);
    let sign = signs.find((one) => one.key === key);
    if (!sign) {
      sign = { key, senders: [], mine: null };
      signs.push(sign);
    }
    if (!sign.senders.includes(event.sender)) sign.senders.push(event.sender);
    if (event.sender === me) sign.mine = event.event_id;
  }
  return found;
}

/** Threads by the message they begin at. */
export function threadsOf(events: readonly RoomEvent[]): Map<string, Thread> {
  const found = new Map<string, Thread>();
  for (const event of events) {
    const root = threadOf(event);
    if (root === null || !isMessage(event)) continue;
    found.set(root, { count: (found.get(root)?.count ?? 0) + 1, last: event.event_id });
  }
  return found;
}

/** What stands in a thread: what was fetched, and what has come since, once each and in order. */
export function answersOf(
  root: string,
  fetched: readonly RoomEvent[],
  live: readonly RoomEvent[],
): RoomEvent[] {
  const found = new Map<string, RoomEvent>();
  for (const event of [...fetched, ...live]) {
    if (threadOf(event) === root && isMessage(event)) found.set(event.event_id, event);
    else if (isRedacted(event)) found.delete(event.event_id);
  }
  return [...found.values()].sort((a, b) => a.origin_server_ts - b.origin_server_ts);
}

/** The last words of one's own that can be changed; `root`: in this thread, else in none. */
export function lastOwn(
  events: readonly RoomEvent[],
  me: string,
  root: string | null,
): RoomEvent | undefined {
  return events.findLast(
    (event) =>
      event.sender === me &&
      isMessage(event) &&
      threadOf(event) === root &&
      shownOf(event).kind === "text",
  );
}

/** `content` as an answer: to a message, in a thread, or both. */
export function answering(
  content: Json,
  to: RoomEvent | null,
  thread: { root: string; last: string } | null,
): Json {
  if (!thread && !to) return content;
  const replied = to?.event_id ?? thread?.last;
  const relation: Json = { "m.in_reply_to": { event_id: replied } };
  if (thread) {
    relation["rel_type"] = "m.thread";
    relation["event_id"] = thread.root;
    relation["is_falling_back"] = to === null;
  }
  return { ...content, "m.relates_to": relation };
}

/** What changes the words of `event` to `body`. */
export function editing(event: RoomEvent, body: string): Json {
  const msgtype = event.content["msgtype"] === "m.emote" ? "m.emote" : "m.text";
  return {
    msgtype,
    body: `* ${body}`,
    "m.new_content": { msgtype, body },
    "m.relates_to": { rel_type: "m.replace", event_id: event.event_id },
  };
}
