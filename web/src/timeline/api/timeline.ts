import { call, type Json } from "../../http/call";
import type { LooseEvent } from "../../sync/api/sync";
import type { RoomEvent } from "../state/events";

const at = (roomId: string) => `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}`;

/** Sends a message; the same `txnId` twice makes one event. */
export async function sendMessage(roomId: string, txnId: string, content: Json): Promise<string> {
  const path = `${at(roomId)}/send/m.room.message/${encodeURIComponent(txnId)}`;
  return (await call<{ event_id: string }>("PUT", path, { body: content })).event_id;
}

export function redact(roomId: string, eventId: string, txnId: string): Promise<unknown> {
  const path = `${at(roomId)}/redact/${encodeURIComponent(eventId)}/${encodeURIComponent(txnId)}`;
  return call("PUT", path, { body: {} });
}

export interface Page {
  chunk: RoomEvent[];
  end?: string;
  state?: LooseEvent[];
}

/** The events before `from`, newest first. */
export function fetchOlder(roomId: string, from: string): Promise<Page> {
  const filter = JSON.stringify({ lazy_load_members: true });
  return call("GET", `${at(roomId)}/messages`, { query: { dir: "b", from, limit: 50, filter } });
}
