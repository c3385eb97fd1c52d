import type { Json } from "../../http/call";

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
    transaction_id?: string;
    redacted_because?: Json;
    prev_content?: Json;
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
  | { kind: "gone" }
  | { kind: "encrypted" }
  | { kind: "unreadable" };

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const number = (value: unknown): number =>
  typeof value === "number" && Number.isFinite(value) && value > 0 ? value : 0;
const object = (value: unknown): Json =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};

/** Whether `event` stands in the conversation as a message of its own. */
export function isMessage(event: RoomEvent): boolean {
  if (event.type === "m.room.encrypted") return true;
  if (event.type !== "m.room.message") return false;
  return replacedBy(event) === null;
}

/** Whether `event` is shown as a line between messages: who came, who left, a new name. */
export function isNote(event: RoomEvent): boolean {
  if (event.state_key === undefined) return false;
  if (event.type === "m.room.member")
    return text(event.content["membership"]) !== membershipBefore(event);
  return event.type === "m.room.name" || event.type === "m.room.create";
}

export function membershipBefore(event: RoomEvent): string {
  return text(object(event.unsigned?.prev_content)["membership"]);
}

export function isRedacted(event: RoomEvent): boolean {
  return event.unsigned?.redacted_because !== undefined;
}

/** The id of the message that `event` edits; null when it is not an edit. */
export function replacedBy(event: RoomEvent): string | null {
  const relation = object(event.content["m.relates_to"]);
  return relation["rel_type"] === "m.replace" ? text(relation["event_id"]) || null : null;
}

/** What to show for `event`; trusts nothing in its content. */
export function shownOf(event: RoomEvent): Shown {
  if (isRedacted(event)) return { kind: "gone" };
  if (event.type === "m.room.encrypted") return { kind: "encrypted" };
  const newer = object(event.unsigned?.["m.relations"]?.["m.replace"]?.content)["m.new_content"];
  return shownOfContent(newer ? object(newer) : event.content, newer !== undefined);
}

export function shownOfContent(content: Json, edited = false): Shown {
  const body = text(content["body"]);
  const url = text(content["url"]);
  const info = object(content["info"]);
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
        name: text(content["filename"]) || body,
        size: number(info["size"]),
        mime: text(info["mimetype"]),
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
    thumb: text(info["thumbnail_url"]) || null,
    width: number(info["w"]),
    height: number(info["h"]),
    name: text(content["filename"]) || body,
  };
}

function voice(content: Json, url: string, info: Json, body: string): Shown {
  const audio = object(content["org.matrix.msc1767.audio"]);
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
  const isReply = "m.in_reply_to" in object(content["m.relates_to"]);
  return isReply && body.startsWith("> ") ? body.replace(/^(> .*\n?)+\n?/, "") : body;
}
