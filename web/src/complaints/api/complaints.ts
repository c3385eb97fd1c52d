import { call } from "../../http/call";
import type { OwnComplaintsWire, OwnComplaintWire } from "../../wire.gen";

const V3 = "/_matrix/client/v3";

export function reportEvent(roomId: string, eventId: string, reason: string): Promise<unknown> {
  const path = `${V3}/rooms/${encodeURIComponent(roomId)}/report/${encodeURIComponent(eventId)}`;
  return call("POST", path, { body: { reason } });
}

export function reportRoom(roomId: string, reason: string): Promise<unknown> {
  return call("POST", `${V3}/rooms/${encodeURIComponent(roomId)}/report`, { body: { reason } });
}

export function reportPerson(userId: string, reason: string): Promise<unknown> {
  return call("POST", `${V3}/users/${encodeURIComponent(userId)}/report`, { body: { reason } });
}

/** What one has reported, the newest first, and what was decided. */
export async function fetchOwnComplaints(): Promise<OwnComplaintWire[]> {
  return (await call<OwnComplaintsWire>("GET", "/api/v1/complaints")).complaints;
}
