// Rooms as such: one that takes another's place, rooms among rooms, names, the list, knocking.
import { RoomHierarchy } from "matrix-js-sdk/lib/room-hierarchy.js";
import { refusal, report, until } from "./person.mjs";

/** Move a room to a newer version, and go after it. */
export async function upgrade(alice, bob) {
  const { room_id: old } = await alice.client.createRoom({
    preset: "public_chat",
    room_version: "10",
    name: "旧茶馆",
  });
  await bob.client.joinRoom(old);
  const { replacement_room: next } = await alice.client.upgradeRoom(old, "12");
  const stone = await until("the tombstone", () =>
    bob.room(old)?.currentState.getStateEvents("m.room.tombstone", ""),
  );
  await bob.client.joinRoom(stone.getContent().replacement_room);
  const room = await bob.in(next);
  await until("the old one is behind", () => !bob.client.getVisibleRooms().includes(bob.room(old)));
  report("upgrade", {
    version: room.getVersion(),
    predecessor: room.findPredecessor().roomId === old,
    name: room.name,
    chain: bob.client.getRoomUpgradeHistory(next, true).length,
    silent: await refusal(bob.say(old, "还有人吗")),
  });
}

/** Put rooms in rooms, and look at them without being in. */
export async function space(alice, bob) {
  const make = async (name, more) =>
    (await alice.client.createRoom({ preset: "public_chat", name, ...more })).room_id;
  const outer = await make("街", { creation_content: { type: "m.space" } });
  const inner = await make("巷", { creation_content: { type: "m.space" } });
  const room = await make("茶馆");
  const child = { via: [alice.client.getDomain()], suggested: true };
  await alice.client.sendStateEvent(outer, "m.space.child", child, inner);
  await alice.client.sendStateEvent(inner, "m.space.child", child, room);
  await bob.client.joinRoom(outer);
  const hierarchy = new RoomHierarchy(await bob.in(outer), 2);
  while (hierarchy.canLoadMore) await hierarchy.load();
  const club = await make("街坊", {
    initial_state: [
      {
        type: "m.room.join_rules",
        state_key: "",
        content: {
          join_rule: "restricted",
          allow: [{ type: "m.room_membership", room_id: outer }],
        },
      },
    ],
  });
  await bob.client.joinRoom(club);
  await bob.in(club);
  report("space", {
    names: hierarchy.rooms.map((one) => one.name).sort(),
    suggested: hierarchy.isSuggested(outer, inner),
    restricted: (await bob.in(club)).getJoinRule(),
  });
}

/** Give a room a name in the house, list it, and find it and its people again. */
export async function directory(alice, bob) {
  const alias = `#chaguan:${alice.client.getDomain()}`;
  const { room_id: roomId } = await alice.client.createRoom({
    preset: "public_chat",
    visibility: "public",
    name: "大茶馆",
    room_alias_name: "chaguan",
  });
  const resolved = await bob.client.getRoomIdForAlias(alias);
  const listed = await bob.client.publicRooms({ filter: { generic_search_term: "茶馆" } });
  const summary = await bob.client.getRoomSummary(alias);
  await bob.client.joinRoom(alias);
  await bob.in(roomId);
  const people = await alice.client.searchUserDirectory({ term: "bob" });
  await alice.client.deleteAlias(alias);
  report("directory", {
    found: resolved.room_id === roomId,
    listed: listed.chunk.some((one) => one.room_id === roomId),
    summary: summary.name,
    people: people.results.map((one) => one.user_id),
    gone: await refusal(bob.client.getRoomIdForAlias(alias)),
  });
}

/** Knock, be let in, be shown out. */
export async function knock(alice, bob) {
  const { room_id: roomId } = await alice.client.createRoom({
    preset: "private_chat",
    initial_state: [{ type: "m.room.join_rules", state_key: "", content: { join_rule: "knock" } }],
  });
  await bob.client.knockRoom(roomId, { reason: "开门" });
  await bob.in(roomId, "knock");
  await until(
    "the knock is heard",
    () => alice.room(roomId)?.getMember(bob.id)?.membership === "knock",
  );
  await alice.client.invite(roomId, bob.id);
  await bob.in(roomId, "invite");
  await bob.client.joinRoom(roomId);
  await bob.in(roomId);
  await alice.client.ban(roomId, bob.id, "太吵");
  await bob.in(roomId, "ban");
  const out = await refusal(bob.client.joinRoom(roomId));
  await alice.client.unban(roomId, bob.id);
  await bob.client.forget(roomId);
  report("knock", { out });
}
