import { objectOf, type RoomEvent, textOf } from "../../timeline/state/events";

/** How a call went, as far as the events that are loaded tell. */
export interface Line {
  outcome: "under_way" | "talked" | "missed" | "unanswered" | "cancelled" | "declined" | "failed";
  video: boolean;
  /** For `talked`: null when its end is not known. */
  lengthMs: number | null;
}

const FAILED = ["ice_failed", "user_media_failed", "unknown_error"];

/** Whether `event` began a call: it stands in the conversation, and says how the call went. */
export function isCall(event: RoomEvent): boolean {
  return event.type === "m.call.invite" && textOf(event.content["call_id"]) !== "";
}

/** Whether `event` only helps a call along; nobody has to see it. */
export function isSignal(event: RoomEvent): boolean {
  return event.type.startsWith("m.call.") && event.type !== "m.call.invite";
}

interface Story {
  invite: RoomEvent;
  answer: RoomEvent | null;
  end: RoomEvent | null;
}

/** The calls among `events`, by the event that began each. */
export function callsOf(events: readonly RoomEvent[], me: string): Map<string, Line> {
  const stories = new Map<string, Story>();
  for (const event of events) {
    if (isLeaving(event)) endAll(stories, event);
    const id = textOf(event.content["call_id"]);
    const story = stories.get(id);
    if (isCall(event) && !story) stories.set(id, { invite: event, answer: null, end: null });
    else if (!story || story.end) continue;
    else if (event.type === "m.call.answer") story.answer ??= event;
    else if (event.type === "m.call.hangup" || (event.type === "m.call.reject" && !story.answer))
      story.end = event;
  }
  const all = [...stories.values()];
  const seen = all.filter((one) => !gaveWay(one, all));
  return new Map(seen.map((one) => [one.invite.event_id, lineOf(one, me)]));
}

const isLeaving = (event: RoomEvent): boolean =>
  event.type === "m.room.member" && ["leave", "ban"].includes(textOf(event.content["membership"]));

function endAll(stories: Map<string, Story>, by: RoomEvent): void {
  for (const story of stories.values()) story.end ??= by;
}

/** Two people called each other at once: the call with the lesser name is the one that was held. */
function gaveWay(story: Story, all: readonly Story[]): boolean {
  if (story.answer) return false;
  const { sender, content, origin_server_ts: at } = story.invite;
  const until = Math.min(
    story.end?.origin_server_ts ?? Number.POSITIVE_INFINITY,
    at + lifetimeOf(story),
  );
  return all.some(({ invite, end }) => {
    if (invite.sender === sender) return false;
    if (textOf(invite.content["call_id"]) >= textOf(content["call_id"])) return false;
    const ended = end?.origin_server_ts ?? Number.POSITIVE_INFINITY;
    return invite.origin_server_ts <= until && ended >= at;
  });
}

function lineOf(story: Story, me: string): Line {
  const sdp = textOf(objectOf(story.invite.content["offer"])["sdp"]);
  const found = { video: /^m=video /m.test(sdp), lengthMs: null };
  const { answer, end, invite } = story;
  const reason = textOf(end?.content["reason"]);
  if (answer && end && reason !== "ice_failed") {
    const lengthMs = Math.max(0, end.origin_server_ts - answer.origin_server_ts);
    return { ...found, outcome: "talked", lengthMs };
  }
  if (end && FAILED.includes(reason)) return { ...found, outcome: "failed" };
  if (answer) return { ...found, outcome: isStale(answer) ? "talked" : "under_way" };
  if (!end && Date.now() < invite.origin_server_ts + lifetimeOf(story))
    return { ...found, outcome: "under_way" };
  if (end?.type === "m.call.reject") return { ...found, outcome: "declined" };
  if (end && end.sender !== invite.sender) return { ...found, outcome: "declined" };
  if (invite.sender !== me) return { ...found, outcome: "missed" };
  const cancelled = end !== null && reason !== "invite_timeout";
  return { ...found, outcome: cancelled ? "cancelled" : "unanswered" };
}

/** Nobody said goodbye, and it is long ago: a device went out. */
const isStale = (answer: RoomEvent): boolean =>
  Date.now() - answer.origin_server_ts > 12 * 3_600_000;

function lifetimeOf({ invite }: Story): number {
  const given = invite.content["lifetime"];
  return typeof given === "number" ? Math.min(given, 300_000) : 90_000;
}
