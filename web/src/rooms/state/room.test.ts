import { describe, expect, it } from "vitest";
import { isRedacted, type RoomEvent, shownOf } from "../../timeline/state/events";
import { Room } from "./room.svelte";

const me = "@me:x";
const you = "@you:x";
let serial = 0;

function said(body: string, more: Partial<RoomEvent> = {}): RoomEvent {
  serial += 1;
  return {
    event_id: `$${serial}`,
    type: "m.room.message",
    sender: you,
    origin_server_ts: serial,
    content: { msgtype: "m.text", body },
    ...more,
  };
}

function member(userId: string, name: string, membership = "join"): RoomEvent {
  return said("", {
    type: "m.room.member",
    state_key: userId,
    content: { membership, displayname: name },
  });
}

const bodies = (room: Room) =>
  room.shown.filter((one) => one.type === "m.room.message").map((one) => one.content["body"]);

describe("a room", () => {
  it("is named after its title, else after the others", () => {
    const room = new Room("!r:x", me);
    room.take({ state: { events: [member(me, "Me"), member(you, "You")] } }, "join");
    expect(room.name).toBe("You");
    room.take({ summary: { "m.heroes": ["@far:x"] } }, "join");
    expect(room.name).toBe("far");
    room.take(
      {
        state: {
          events: [said("", { type: "m.room.name", state_key: "", content: { name: "Tea" } })],
        },
      },
      "join",
    );
    expect(room.name).toBe("Tea");
  });

  it("knows who stands above the levels, and which room takes its place", () => {
    const room = new Room("!r:x", me);
    const made = (version: string) =>
      said("", {
        type: "m.room.create",
        state_key: "",
        content: { room_version: version, additional_creators: [me] },
      });
    room.takeState([made("11")]);
    expect(room.powerOf(you)).toBe(0);
    room.takeState([made("12")]);
    expect(room.powerOf(you)).toBe(Number.POSITIVE_INFINITY);
    expect(room.powerOf(me)).toBe(Number.POSITIVE_INFINITY);
    expect(room.powerOf("@far:x")).toBe(0);
    expect(room.successor).toBe("");
    const content = { body: "", replacement_room: "!new:x" };
    room.takeState([said("", { type: "m.room.tombstone", state_key: "", content })]);
    expect(room.successor).toBe("!new:x");
  });

  it("keeps one stretch without a gap: a limited answer starts anew", () => {
    const room = new Room("!r:x", me);
    room.take({ timeline: { events: [said("a")], prev_batch: "p1" } }, "join");
    room.take({ timeline: { events: [said("b")] } }, "join");
    expect(bodies(room)).toEqual(["a", "b"]);
    expect(room.prevBatch).toBe("p1");
    room.take({ timeline: { events: [said("z")], limited: true, prev_batch: "p9" } }, "join");
    expect(bodies(room)).toEqual(["z"]);
    expect(room.prevBatch).toBe("p9");
  });

  it("puts older pages before, once each, and knows the beginning", () => {
    const room = new Room("!r:x", me);
    const b = said("b");
    room.take({ timeline: { events: [b], limited: true, prev_batch: "p1" } }, "join");
    room.takeOlder("p1", [b, said("a"), said("first")], [], "p0");
    expect(bodies(room)).toEqual(["first", "a", "b"]);
    room.takeOlder("p0", [], [], "p0");
    expect(room.prevBatch).toBeNull();
  });

  it("drops an older page that was asked for before a gap opened", () => {
    const room = new Room("!r:x", me);
    room.take({ timeline: { events: [said("b")], prev_batch: "p1" } }, "join");
    room.take({ timeline: { events: [said("z")], limited: true, prev_batch: "p9" } }, "join");
    room.takeOlder("p1", [said("a")], [], "p0");
    expect(bodies(room)).toEqual(["z"]);
    expect(room.prevBatch).toBe("p9");
  });

  it("applies redactions of both shapes, and edits by the author only", () => {
    const room = new Room("!r:x", me);
    const [a, b, c] = [said("a"), said("b"), said("c")];
    room.take({ timeline: { events: [a, b, c] } }, "join");
    const edit = (sender: string) =>
      said("* x", {
        sender,
        content: {
          msgtype: "m.text",
          body: "* x",
          "m.new_content": { msgtype: "m.text", body: "x" },
          "m.relates_to": { rel_type: "m.replace", event_id: c.event_id },
        },
      });
    room.take(
      {
        timeline: {
          events: [
            said("", { type: "m.room.redaction", redacts: a.event_id, content: {} }),
            said("", { type: "m.room.redaction", content: { redacts: b.event_id } }),
            edit(me),
          ],
        },
      },
      "join",
    );
    expect(room.shown.slice(0, 2).every(isRedacted)).toBe(true);
    expect(shownOf(room.shown[2] as RoomEvent)).toMatchObject({ text: "c" });
    room.take({ timeline: { events: [edit(you)] } }, "join");
    expect(shownOf(room.shown[2] as RoomEvent)).toMatchObject({ text: "x", edited: true });
  });

  it("keeps the newest edit when an older one is loaded later", () => {
    const room = new Room("!r:x", me);
    const edit = (body: string, at: number) =>
      said(body, {
        origin_server_ts: at,
        content: {
          "m.new_content": { msgtype: "m.text", body },
          "m.relates_to": { rel_type: "m.replace", event_id: "$root" },
        },
      });
    room.take({ timeline: { limited: true, prev_batch: "p1", events: [edit("new", 9)] } }, "join");
    const newest = { "m.replace": { content: edit("new", 9).content, origin_server_ts: 9 } };
    const root = said("root", { event_id: "$root", unsigned: { "m.relations": newest } });
    room.takeOlder("p1", [edit("old", 5), root], [], null);
    expect(shownOf(room.shown[0] as RoomEvent)).toMatchObject({ text: "new" });
  });

  it("shows of a thread where it begins, and its newest answer", () => {
    const room = new Room("!r:x", me);
    const root = said("root");
    const relation = { rel_type: "m.thread", event_id: root.event_id };
    const answer = (body: string) =>
      said(body, { content: { msgtype: "m.text", body, "m.relates_to": relation } });
    room.take({ timeline: { events: [root, answer("one"), said("x"), answer("two")] } }, "join");
    expect(bodies(room)).toEqual(["root", "x", "two"]);
    expect(room.threads.get(root.event_id)?.count).toBe(2);
  });

  it("keeps counts that an answer leaves out, hears who types and reads", () => {
    const room = new Room("!r:x", me);
    room.take({ unread_notifications: { notification_count: 3 } }, "join");
    room.take(
      {
        ephemeral: {
          events: [
            { type: "m.typing", content: { user_ids: [me, you] } },
            { type: "m.receipt", content: { $1: { "m.read": { [you]: { ts: 1 } } } } },
          ],
        },
      },
      "join",
    );
    expect(room.unread).toBe(3);
    expect(room.typing).toEqual([you]);
    expect(room.receipts.get(you)).toBe("$1");
  });

  it("knows what we may do", () => {
    const room = new Room("!r:x", me);
    const levels = {
      users: { [me]: 50 },
      users_default: 0,
      invite: 50,
      kick: 60,
      events: { "m.room.name": 50 },
    };
    room.take(
      {
        state: {
          events: [said("", { type: "m.room.power_levels", state_key: "", content: levels })],
        },
      },
      "join",
    );
    expect([room.may("invite"), room.may("kick"), room.may("m.room.name")]).toEqual([
      true,
      false,
      true,
    ]);
  });
});
