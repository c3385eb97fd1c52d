import { call, type Json } from "../../http/call";
import type { LooseEvent } from "../../sync/api/sync";
import type { Rule } from "../state/muted";
import { type Bounds, boundsOf, RETENTION } from "../state/retention.svelte";

const at = (roomId: string) => `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}`;

/** Opens a room of two with `userId` and returns its id. */
export async function createDirect(userId: string): Promise<string> {
  const body = { preset: "trusted_private_chat", is_direct: true, invite: [userId] };
  return (await call<{ room_id: string }>("POST", "/_matrix/client/v3/createRoom", { body }))
    .room_id;
}

export async function createGroup(name: string, invite: readonly string[]): Promise<string> {
  const body = { preset: "private_chat", name, invite };
  return (await call<{ room_id: string }>("POST", "/_matrix/client/v3/createRoom", { body }))
    .room_id;
}

/** Remembers which rooms are rooms of two, for all of the person's devices. */
export function setDirect(me: string, direct: Record<string, string[]>): Promise<unknown> {
  return call("PUT", `/_matrix/client/v3/user/${encodeURIComponent(me)}/account_data/m.direct`, {
    body: direct,
  });
}

export function join(roomId: string): Promise<unknown> {
  return call("POST", `${at(roomId)}/join`, { body: {} });
}

/** Leaves a room, or turns an invitation down. */
export function leave(roomId: string): Promise<unknown> {
  return call("POST", `${at(roomId)}/leave`, { body: {} });
}

export function invite(roomId: string, userId: string): Promise<unknown> {
  return call("POST", `${at(roomId)}/invite`, { body: { user_id: userId } });
}

export function kick(roomId: string, userId: string): Promise<unknown> {
  return call("POST", `${at(roomId)}/kick`, { body: { user_id: userId } });
}

export function rename(roomId: string, name: string): Promise<unknown> {
  const body: Json = { name };
  return call("PUT", `${at(roomId)}/state/m.room.name/`, { body });
}

/** Has a room keep its messages for so many ms; null: as long as the house keeps them. */
export function keepFor(roomId: string, lifetime: number | null): Promise<unknown> {
  const body: Json = lifetime === null ? {} : { max_lifetime: lifetime };
  return call("PUT", `${at(roomId)}/state/${RETENTION}/`, { body });
}

/** How long this house keeps messages, and within which bounds rooms may choose. */
export async function fetchBounds(): Promise<Bounds> {
  const path = "/_matrix/client/v3/capabilities";
  const { capabilities } = await call<{ capabilities: Json }>("GET", path);
  return boundsOf(capabilities["org.teahouse.retention"]);
}

export async function fetchMembers(roomId: string): Promise<LooseEvent[]> {
  const query = { not_membership: "leave" };
  return (await call<{ chunk: LooseEvent[] }>("GET", `${at(roomId)}/members`, { query })).chunk;
}

/** Keeps a room above the others, for all of the person's devices; or no longer. */
export function pin(me: string, roomId: string, pinned: boolean): Promise<unknown> {
  const user = `/_matrix/client/v3/user/${encodeURIComponent(me)}`;
  const path = `${user}/rooms/${encodeURIComponent(roomId)}/tags/m.favourite`;
  return pinned ? call("PUT", path, { body: { order: 0.5 } }) : call("DELETE", path);
}

const rulePath = ({ kind, id }: Rule) =>
  `/_matrix/client/v3/pushrules/global/${kind}/${encodeURIComponent(id)}`;

/** Has nothing in a room notify the person but what names them. */
export function mute(roomId: string): Promise<unknown> {
  return call("PUT", rulePath({ kind: "room", id: roomId }), { body: { actions: [] } });
}

/** Takes away the rules that silence a room. */
export async function unmute(rules: readonly Rule[]): Promise<void> {
  for (const rule of rules) await call("DELETE", rulePath(rule));
}
