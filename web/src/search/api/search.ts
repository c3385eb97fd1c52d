import { call } from "../../http/call";
import type { LooseEvent } from "../../sync/api/sync";
import type { RoomEvent } from "../../timeline/state/events";
import type { TypedOut } from "../../wire.gen";

/** What is found for `term` as far as it is typed; `from` goes on with the messages. */
export function searchTyped(term: string, signal: AbortSignal, from = ""): Promise<TypedOut> {
  const query = { q: term, from: from || undefined };
  return call("GET", "/api/v1/search", { query, signal });
}

const at = (roomId: string) => `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}`;
const filter = JSON.stringify({ lazy_load_members: true });

export interface Around {
  event: RoomEvent;
  events_before: RoomEvent[];
  events_after: RoomEvent[];
  state: LooseEvent[];
  start: string;
  end: string;
}

/** A message and what was said around it. */
export function fetchAround(roomId: string, eventId: string): Promise<Around> {
  const path = `${at(roomId)}/context/${encodeURIComponent(eventId)}`;
  return call("GET", path, { query: { limit: 40 } });
}

export interface Stretch {
  chunk: RoomEvent[];
  end?: string;
  state?: LooseEvent[];
}

/** The events before or after a place, the nearest first. */
export function fetchStretch(roomId: string, from: string, dir: "b" | "f"): Promise<Stretch> {
  return call("GET", `${at(roomId)}/messages`, { query: { dir, from, limit: 40, filter } });
}
