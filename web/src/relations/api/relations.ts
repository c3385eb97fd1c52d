import { call, type Json } from "../../http/call";
import type { RoomEvent } from "../../timeline/state/events";

const part = encodeURIComponent;
const PAGE = 100;

/** Puts a sign to a message. */
export function react(roomId: string, target: string, key: string, txnId: string): Promise<Json> {
  const path = `/_matrix/client/v3/rooms/${part(roomId)}/send/m.reaction/${part(txnId)}`;
  const relation = { rel_type: "m.annotation", event_id: target, key };
  return call("PUT", path, { body: { "m.relates_to": relation } });
}

interface Children {
  chunk: RoomEvent[];
  next_batch?: string;
}

/** What relates to a message in one way, newest first. */
export function fetchChildren(
  roomId: string,
  target: string,
  kind: "m.replace" | "m.thread",
  from?: string,
): Promise<Children> {
  const path = `/_matrix/client/v1/rooms/${part(roomId)}/relations/${part(target)}/${kind}`;
  return call("GET", path, { query: { limit: PAGE, from } });
}

/** One message, as the server has it. */
export function fetchEvent(roomId: string, eventId: string): Promise<RoomEvent> {
  return call("GET", `/_matrix/client/v3/rooms/${part(roomId)}/event/${part(eventId)}`);
}
