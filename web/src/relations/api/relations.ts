import { newId } from "../../app/newId";
import { call, type Json } from "../../http/call";
import type { RoomEvent } from "../../timeline/state/events";

const part = encodeURIComponent;
const PAGE = 100;
const PAGES_MAX = 50;
type Kind = "m.replace" | "m.thread" | "m.reference";

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
  kind: Kind,
  from?: string,
): Promise<Children> {
  const path = `/_matrix/client/v1/rooms/${part(roomId)}/relations/${part(target)}/${kind}`;
  return call("GET", path, { query: { limit: PAGE, from } });
}

/** Everything that relates to a message in one way. */
export async function fetchAllChildren(
  roomId: string,
  target: string,
  kind: Kind,
): Promise<RoomEvent[]> {
  const found: RoomEvent[] = [];
  let from: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const told = await fetchChildren(roomId, target, kind, from);
    found.push(...told.chunk);
    from = told.next_batch;
    if (!from) break;
  }
  return found;
}

/** Sends what is no message: an event of any type. */
export function sendEvent(roomId: string, type: string, content: Json): Promise<unknown> {
  const path = `/_matrix/client/v3/rooms/${part(roomId)}/send/${part(type)}/${part(newId())}`;
  return call("PUT", path, { body: content });
}

/** One message, as the server has it. */
export function fetchEvent(roomId: string, eventId: string): Promise<RoomEvent> {
  return call("GET", `/_matrix/client/v3/rooms/${part(roomId)}/event/${part(eventId)}`);
}
