import { expect, it } from "vitest";
import type { SpaceRoom } from "../api/spaces";
import { type Branch, treeOf } from "./tree";

function room(room_id: string, ...children: string[]): SpaceRoom {
  const children_state = children.map((state_key) => ({
    type: "m.space.child",
    sender: "@a:x",
    state_key,
    content: {},
  }));
  return { room_id, num_joined_members: 1, children_state };
}

const drawn = (branches: Branch[]): string =>
  branches.map(({ room, children }) => `${room.room_id}(${drawn(children)})`).join(" ");

it("puts each room under the space that holds it, in the order told", () => {
  const rooms = [room("s", "b", "t", "a"), room("b"), room("t", "c"), room("c"), room("a")];
  expect(drawn(treeOf("s", rooms))).toBe("b() t(c()) a()");
});

it("shows a room once, and is not led round in circles", () => {
  const rooms = [room("s", "t", "a"), room("t", "s", "a", "t"), room("a")];
  expect(drawn(treeOf("s", rooms))).toBe("t() a()");
});

it("leaves out what may not be seen", () => {
  expect(drawn(treeOf("s", [room("s", "hidden")]))).toBe("");
  expect(treeOf("s", [])).toEqual([]);
});
