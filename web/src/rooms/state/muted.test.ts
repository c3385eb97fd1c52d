import { expect, it } from "vitest";
import type { Json } from "../../http/call";
import { mutedBy } from "./muted";

const about = (room: string) => ({ kind: "event_match", key: "room_id", pattern: room });
const rules = (room: Json[], override: Json[] = []): Json => ({ global: { room, override } });

it("finds the rooms that are silent, by our rule or by other clients'", () => {
  const found = mutedBy(
    rules(
      [
        { rule_id: "!a", actions: [] },
        { rule_id: "!b", actions: ["dont_notify"], enabled: true },
      ],
      [{ rule_id: "!b", actions: [], conditions: [about("!b")] }],
    ),
  );
  expect([...found.keys()]).toEqual(["!a", "!b"]);
  expect(found.get("!b")).toEqual([
    { kind: "room", id: "!b" },
    { kind: "override", id: "!b" },
  ]);
});

it("takes for silent neither what notifies, nor what is off, nor what is about more than a room", () => {
  const more = { kind: "event_match", key: "type", pattern: "m.room.member" };
  const found = mutedBy(
    rules(
      [
        { rule_id: "!loud", actions: ["notify"] },
        { rule_id: "!off", actions: [], enabled: false },
      ],
      [
        { rule_id: ".m.rule.master", actions: [], conditions: [] },
        { rule_id: "x", actions: [], conditions: [about("!part"), more] },
      ],
    ),
  );
  expect(found.size).toBe(0);
  expect(mutedBy({}).size).toBe(0);
  expect(mutedBy({ global: { room: 7, override: [null] } }).size).toBe(0);
});
