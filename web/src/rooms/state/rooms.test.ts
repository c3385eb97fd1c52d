import { expect, it } from "vitest";
import type { Json } from "../../http/call";
import type { JoinedRoom } from "../../sync/api/sync";
import { Rooms } from "./rooms.svelte";

const me = "@me:x";

const event = (type: string, at: number, content: Json, sender = "@you:x") => ({
  event_id: `$${type}${at}`,
  type,
  sender,
  origin_server_ts: at,
  content,
});

function joined(...parts: Partial<JoinedRoom>[]): JoinedRoom {
  return Object.assign({}, ...parts);
}
const said = (at: number, sender?: string) => ({
  timeline: { events: [event("m.room.message", at, { msgtype: "m.text", body: "tea" }, sender)] },
});
const tagged = (tags: Json) => ({
  account_data: { events: [{ type: "m.tag", content: { tags } }] },
});
const state = (type: string, content: Json) => ({
  state: { events: [{ ...event(type, 0, content), state_key: "" }] },
});

function house(join: Record<string, JoinedRoom>, data: { type: string; content: Json }[] = []) {
  const rooms = new Rooms(me);
  const next = (more: Record<string, JoinedRoom>, told: typeof data = []) =>
    rooms.apply({ next_batch: "", rooms: { join: more }, account_data: { events: told } });
  next(join, data);
  return { rooms, next };
}
const ids = (rooms: Rooms) => rooms.chats.map(({ id }) => id);

it("keeps above the others what the person wants there", () => {
  const { rooms, next } = house({ "!old": joined(said(1)), "!new": joined(said(2)) });
  expect(ids(rooms)).toEqual(["!new", "!old"]);
  next({ "!old": joined(tagged({ "m.favourite": {} })) });
  expect(ids(rooms)).toEqual(["!old", "!new"]);
  next({ "!old": joined(tagged({})) });
  expect(ids(rooms)).toEqual(["!new", "!old"]);
});

it("shows a chat that another has taken the place of only to whoever is not in that", () => {
  const gone = joined(said(1), state("m.room.tombstone", { replacement_room: "!new" }), {
    unread_notifications: { notification_count: 2 },
  });
  const { rooms, next } = house({ "!old": gone });
  expect([ids(rooms), rooms.unread]).toEqual([["!old"], 2]);
  const made = state("m.room.create", { predecessor: { room_id: "!old" } });
  next({ "!new": joined(said(2), made) });
  expect([ids(rooms), rooms.unread]).toEqual([["!new"], 0]);
  expect(rooms.get("!new")?.predecessor).toBe("!old");
});

it("knows which are silent, and whether something is new in them", () => {
  const silent = { global: { room: [{ rule_id: "!r", actions: [] }] } };
  const { rooms, next } = house({ "!r": joined(said(1)) }, [
    { type: "m.push_rules", content: silent },
  ]);
  const room = rooms.get("!r");
  expect([room?.muted, room?.unseen]).toEqual([true, true]);
  expect(rooms.silencersOf("!r")).toEqual([{ kind: "room", id: "!r" }]);
  const read = { "$m.room.message1": { "m.read": { [me]: {} } } };
  next({ "!r": joined({ ephemeral: { events: [{ type: "m.receipt", content: read }] } }) });
  expect(room?.unseen).toBe(false);
  next({ "!r": joined(said(2)) });
  expect(room?.unseen).toBe(true);
  next({ "!r": joined(said(3, me)) }, [{ type: "m.push_rules", content: {} }]);
  expect([room?.muted, room?.unseen]).toEqual([false, false]);
});
