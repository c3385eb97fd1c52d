import { call } from "../../http/call";

const at = (roomId: string) => `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}`;

/** Tells that everything up to `eventId` has been read, and that we left off there. */
export function sendRead(roomId: string, eventId: string): Promise<unknown> {
  const body = { "m.fully_read": eventId, "m.read": eventId };
  return call("POST", `${at(roomId)}/read_markers`, { body });
}

export function sendTyping(roomId: string, userId: string, typing: boolean): Promise<unknown> {
  const body = typing ? { typing, timeout: 8000 } : { typing };
  return call("PUT", `${at(roomId)}/typing/${encodeURIComponent(userId)}`, { body });
}
