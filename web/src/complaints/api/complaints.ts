import { call } from "../../http/call";
import type { OwnComplaintsWire, OwnComplaintWire } from "../../wire.gen";

const V3 = "/_matrix/client/v3";

/** What is held against something: in words, and which kind of case it is. */
export interface Held {
  reason: string;
  category: string;
}

const bodyOf = ({ reason, category }: Held) => ({
  body: { reason, "org.teahouse.category": category },
});

export function reportEvent(roomId: string, eventId: string, held: Held): Promise<unknown> {
  const path = `${V3}/rooms/${encodeURIComponent(roomId)}/report/${encodeURIComponent(eventId)}`;
  return call("POST", path, bodyOf(held));
}

export function reportRoom(roomId: string, held: Held): Promise<unknown> {
  return call("POST", `${V3}/rooms/${encodeURIComponent(roomId)}/report`, bodyOf(held));
}

export function reportPerson(userId: string, held: Held): Promise<unknown> {
  return call("POST", `${V3}/users/${encodeURIComponent(userId)}/report`, bodyOf(held));
}

/** What one has reported, the newest first, and what was decided. */
export async function fetchOwnComplaints(): Promise<OwnComplaintWire[]> {
  return (await call<OwnComplaintsWire>("GET", "/api/v1/complaints")).complaints;
}
