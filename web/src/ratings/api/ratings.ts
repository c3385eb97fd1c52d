import type { OwnProof } from "../../accounts/api/sessions";
import { call } from "../../http/call";
import type { ContentBandWire, RatingWire } from "../../wire.gen";
import type { Label } from "../state/labels";

/** The kind of state by which a room is labelled. */
export const RATING = "org.teahouse.rating";

const room = (id: string) => `/api/v1/rooms/${encodeURIComponent(id)}/rating`;
const state = (id: string) => `/_matrix/client/v3/rooms/${encodeURIComponent(id)}/state/${RATING}/`;
const ward = (user: string) => `/api/v1/guardian/wards/${encodeURIComponent(user)}/content`;

/** The label of a chat that one is in, who said what of it, and whether it is above one's age. */
export function fetchRoomRating(id: string): Promise<RatingWire> {
  return call("GET", room(id));
}

/** Whether a chat that one may come into is borderline: one is warned before. */
export async function isBorderline(id: string): Promise<boolean> {
  const path = `/_matrix/client/v1/room_summary/${encodeURIComponent(id)}`;
  const told = await call<{ [RATING]?: { borderline?: boolean } }>("GET", path);
  return told[RATING]?.borderline ?? false;
}

/** Labels a chat; `null` says nothing any more. */
export function labelRoom(id: string, label: Label | null): Promise<unknown> {
  return call("PUT", state(id), { body: label === null ? {} : { ...label } });
}

/** The label of one's own official account. */
export function fetchOwnRating(): Promise<RatingWire> {
  return call("GET", "/api/v1/account/rating");
}

export function labelSelf(label: Label | null): Promise<RatingWire> {
  return call("PUT", "/api/v1/account/rating", {
    body: label === null ? { years: null } : { ...label },
  });
}

/** Up to which label one sees things, and what a guardian set. */
export function fetchContent(): Promise<ContentBandWire> {
  return call("GET", "/api/v1/minors/me/content");
}

export function fetchContentOf(user: string): Promise<ContentBandWire> {
  return call("GET", ward(user));
}

export function setCeiling(user: string, proof: OwnProof, years: number | null): Promise<unknown> {
  return call("PUT", ward(user), { body: { ...proof, years } });
}
