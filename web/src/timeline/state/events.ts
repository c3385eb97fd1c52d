import type { Json } from "../../http/call";
import { isPoll, type Poll, pollOf } from "../../relations/state/polls";

/** An event of a room as the server gives it to clients. */
export interface RoomEvent {
  event_id: string;
  type: string;
  sender: string;
  origin_server_ts: number;
  content: Json;
  state_key?: string;
  redacts?: string;
  unsigned?: {
    /** Since it was sent, in ms, as the server counts. */
    age?: number;
    transaction_id?: string;
    redacted_because?: Json;
    prev_content?: Json;
    /** What it says is kept from readers, and may come back. */
    "org.teahouse.withheld"?: boolean;
    "m.relations"?: { "m.replace"?: { content?: Json; origin_server_ts?: number } };
  };
}

/** What a bubble or a line shows. */
export type Shown =
  | { kind: "text"; text: string; emote: boolean; edited: boolean }
  | {
      kind: "image";
      mxc: string;
      thumb: string | null;
      width: number;
      height: number;
      name: string;
    }
  | { kind: "voice"; mxc: string; durationMs: number; waveform: number[]; name: string }
  | { kind: "video" | "file"; mxc: string; name: string; size: number; mime: string }
  | { kind: "poll"; poll: Poll }
  | { kind: "gone" }
  | { kind: "withheld" }
  | { kind: "encrypted" }
  | { kind: "unreadable" };

/** `value` if it is a text, else none. */
export const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
const number = (value: unknown): number =>
  typeof value === "number" && Number.isFinite(value) && value > 0 ? value : 0;
/** `value` if it is an object, else an empty one. */
export const objectOf = (value: unknown): Json =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};

/** Whether `event` stands in the conversation as a message of its own. */
export function isMessage(event: RoomEvent): boolean {
  if (event.type === "m.room.encrypted") return true;
  if (event.type !== "m.room.message" && !isPoll(event)) return false;
  return replacedBy(event) === null;
}

/** Whether `event` is shown as a line between messages: who came, who left, a new name. */
export function isNote(event: RoomEvent): boolean {
  if (event.state_key === undefined) return false;
  if (event.type === "m.room.member")
    return textOf(event.content["membership"]) !== membershipBefore(event);
  return event.type === "m.room.name" || event.type === "m.room.create";
}

export function membershipBefore(event: RoomEvent): string {
  return textOf(objectOf(event.unsigned?.prev_content)["membership"]);
}

export function isRedacted(event: RoomEvent): boolean {
  return event.unsigned?.redacted_because !== undefined;
}

/** The id of the message that `event` edits; null when it is not an edit. */
export function replacedBy(event: RoomEvent): string | null {
  const relation = objectOf(event.content["m.relates_to"]);
  return relation["rel_type"] === "m.replace" ? textOf(relation["event_id"]) || null : null;
}

/** The message at which the thread begins that `event` is in; null when it is in none. */
export function threadOf(event: RoomEvent): string | null {
  return threadIn(event.content);
}

/** As `threadOf`, of a content alone. */
export function threadIn(content: Json): string | null {
  const relation = objectOf(content["m.relates_to"]);
  return relation["rel_type"] === "m.thread" ? textOf(relation["event_id"]) || null : null;
}

/** The message that `event` answers; null for none, and for what only stands in a thread. */
export function repliedTo(event: RoomEvent): string | null {
  const relation = objectOf(event.content["m.relates_to"]);
  if (relation["is_falling_back"] === true) return null;
  return textOf(objectOf(relation["m.in_reply_to"])["event_id"]) || null;
}

/** What to show for `event`; trusts nothing in its content. */
export function shownOf(event: RoomEvent): Shown {
  if (isRedacted(event)) return { kind: "gone" };
  if (event.unsigned?.["org.teahouse.withheld"]) return { kind: "withheld" };
  if (event.type === "m.room.encrypted") return { kind: "encrypted" };
  const newer = objectOf(event.unsigned?.["m.relations"]?.["m.replace"]?.content)["m.new_content"];
  const content = newer ? objectOf(newer) : event.content;
  if (!isPoll(event)) return shownOfContent(content, newer !== undefined);
  const poll = pollOf(content);
  return poll ? { kind: "poll", poll } : { kind: "unreadable" };
}

export function shownOfContent(content: Json, edited = false): Shown {
  const body = textOf(content["body"]);
  const url = textOf(content["url"]);
  const info = objectOf(content["info"]);
  switch (content["msgtype"]) {
    case "m.image":
      return url ? image(content, url, info, body) : { kind: "unreadable" };
    case "m.audio":
      return url ? voice(content, url, info, body) : { kind: "unreadable" };
    case "m.video":
    case "m.file":
      if (!url) return { kind: "unreadable" };
      return {
        kind: content["msgtype"] === "m.video" ? "video" : "file",
        mxc: url,
        name: textOf(content["filename"]) || body,
        size: number(info["size"]),
        mime: textOf(info["mimetype"]),
      };
    default:
      return {
        kind: "text",
        text: withoutQuote(content, body),
        emote: content["msgtype"] === "m.emote",
        edited,
      };
  }
}

function image(content: Json, url: string, info: Json, body: string): Shown {
  return {
    kind: "image",
    mxc: url,
    thumb: textOf(info["thumbnail_url"]) || null,
    width: number(info["w"]),
    height: number(info["h"]),
    name: textOf(content["filename"]) || body,
  };
}

function voice(content: Json, url: string, info: Json, body: string): Shown {
  const audio = objectOf(content["org.matrix.msc1767.audio"]);
  const waveform = Array.isArray(audio["waveform"])
    ? audio["waveform"].map(number).slice(0, 120)
    : [];
  return {
    kind: "voice",
    mxc: url,
    durationMs: number(info["duration"]) || number(audio["duration"]),
    waveform,
    name: body,
  };
}

/** The body without the quoted lines that older clients put before a reply. */
function withoutQuote(content: Json, body: string): string {
  const isReply = "m.in_reply_to" in objectOf(content["m.relates_to"]);
  return isReply && body.startsWith("> ") ? body.replace(/^(> .*\n?)+\n?/, "") : body;
}
