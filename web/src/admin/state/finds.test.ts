import { expect, it } from "vitest";
import type { DetectorHit } from "../../wire.gen";
import { entryOf, marksIn, textLookedAt } from "./finds";

const hit = (list_id: string, begins: number, ends: number): DetectorHit => ({
  list_id,
  version: 1,
  kind: "message",
  target: "$1",
  room_id: "!1",
  mode: "suggest",
  entry: "tea",
  begins,
  ends,
  found_at: "2026-11-22T00:00:00Z",
});

it("looks at the text in which the server counted", () => {
  expect(textLookedAt({ content: { body: "Tea" } })).toBe("Tea");
  const answers = { "m.in_reply_to": { event_id: "$0" } };
  const quoted = { body: "> <@a:b> Which?\n> Two\n\nTea", "m.relates_to": answers };
  expect(textLookedAt({ content: quoted })).toBe("Tea");
  expect(textLookedAt({ content: { body: "> Tea" } })).toBe("> Tea");
  expect(textLookedAt({ content: { body: "Tea", filename: "tea.png" } })).toBe("Tea\ntea.png");
  const edit = {
    body: "* Tea now",
    "m.relates_to": { rel_type: "m.replace", event_id: "$0" },
    "m.new_content": { body: "Tea now" },
  };
  expect(textLookedAt({ content: edit })).toBe("Tea now");
  expect(textLookedAt({ display_name: "Ben" })).toBe("");
});

it("marks words by characters, and repetition not at all", () => {
  const lists = { a: { kind: "words", name: "A" }, v: { kind: "velocity", name: "V" } };
  const finds = { hits: [hit("a", 1, 4), hit("v", 0, 4), hit("a", 2, 9)], lists };
  expect(marksIn("🍵tea", finds)).toEqual([[2, 5]]);
  expect(marksIn("", finds)).toEqual([]);
  expect(entryOf({ ...hit("v", 0, 4), entry: "by=one minutes=1 #0011" }, "velocity")).toBe(
    "by=one minutes=1",
  );
});
