import { call, type Json } from "../../http/call";
import type { LooseEvent } from "../../sync/api/sync";

const part = encodeURIComponent;
const PAGES_MAX = 20;

/** A room of a space, as it is shown to who may come in. */
export interface SpaceRoom {
  room_id: string;
  name?: string;
  topic?: string;
  avatar_url?: string;
  num_joined_members: number;
  join_rule?: string;
  /** From which age on it is meant to be seen, where that is not for everybody. */
  "org.teahouse.rating"?: { years?: number; borderline?: boolean };
  room_type?: string;
  children_state: LooseEvent[];
}

interface Walked {
  rooms: SpaceRoom[];
  next_batch?: string;
}

/** Everything in a space that we may see, the space itself first. */
export async function fetchHierarchy(spaceId: string): Promise<SpaceRoom[]> {
  const path = `/_matrix/client/v1/rooms/${part(spaceId)}/hierarchy`;
  const found: SpaceRoom[] = [];
  let from: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const told: Walked = await call("GET", path, { query: { limit: 100, from } });
    found.push(...told.rooms);
    from = told.next_batch;
    if (!from) break;
  }
  return found;
}

interface Made {
  room_id: string;
}
const create = async (body: Json): Promise<string> =>
  (await call<Made>("POST", "/_matrix/client/v3/createRoom", { body })).room_id;

/** Makes a space: only those who keep it say what is in it. */
export function createSpace(name: string, topic: string): Promise<string> {
  return create({
    preset: "private_chat",
    name,
    ...(topic ? { topic } : {}),
    creation_content: { type: "m.space" },
    power_level_content_override: { events_default: 50 },
  });
}

const state = (roomId: string, type: string, key: string, body: Json): Promise<unknown> =>
  call("PUT", `/_matrix/client/v3/rooms/${part(roomId)}/state/${type}/${part(key)}`, { body });

const serverOf = (me: string) => me.slice(me.indexOf(":") + 1);
/** That whoever is in the space may come in. */
const admitting = (spaceId: string): Json => ({
  join_rule: "restricted",
  allow: [{ type: "m.room_membership", room_id: spaceId }],
});

/** Puts a room into a space. */
export function putIn(spaceId: string, roomId: string, me: string): Promise<unknown> {
  return state(spaceId, "m.space.child", roomId, { via: [serverOf(me)] });
}

export function takeOut(spaceId: string, roomId: string): Promise<unknown> {
  return state(spaceId, "m.space.child", roomId, {});
}

/** Lets those of the space come into a room. */
export function openTo(spaceId: string, roomId: string): Promise<unknown> {
  return state(roomId, "m.room.join_rules", "", admitting(spaceId));
}

/** Makes a chat in a space, which those of the space may come into. */
export async function createInside(spaceId: string, name: string, me: string): Promise<string> {
  const parent = { via: [serverOf(me)], canonical: true };
  const roomId = await create({
    preset: "private_chat",
    name,
    initial_state: [
      { type: "m.room.join_rules", state_key: "", content: admitting(spaceId) },
      { type: "m.space.parent", state_key: spaceId, content: parent },
    ],
  });
  await putIn(spaceId, roomId, me);
  return roomId;
}

/** Asks those who are in a room to let one in. */
export function knock(roomId: string): Promise<unknown> {
  return call("POST", `/_matrix/client/v3/knock/${part(roomId)}`, { body: {} });
}
