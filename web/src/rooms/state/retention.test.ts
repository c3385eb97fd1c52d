import { describe, expect, it } from "vitest";
import { boundsOf, choicesOf, DAY_MS, Limits, lifetimeMs, policyOf } from "./retention.svelte";
import { Room } from "./room.svelte";

const days = (count: number) => count * DAY_MS;
const BOUND = { default: days(30), least: days(10), most: days(60) };
const FREE = boundsOf(undefined);

describe("how long messages are kept", () => {
  it("is counted as the server counts it", () => {
    expect(lifetimeMs(policyOf({}), FREE)).toBeNull();
    expect(lifetimeMs(policyOf({}), BOUND)).toBe(days(30));
    expect(lifetimeMs(policyOf({ max_lifetime: days(1) }), BOUND)).toBe(days(10));
    expect(lifetimeMs(policyOf({ max_lifetime: days(90) }), BOUND)).toBe(days(60));
    expect(lifetimeMs(policyOf({ min_lifetime: days(40) }), BOUND)).toBe(days(40));
    expect(lifetimeMs(policyOf({ max_lifetime: "7d", min_lifetime: -1 }), FREE)).toBeNull();
  });

  it("is chosen among round days within the bounds, and what is set already", () => {
    expect(choicesOf(FREE, null)).toEqual([1, 7, 30, 90, 365]);
    expect(choicesOf(BOUND, null)).toEqual([30]);
    expect(choicesOf({ ...BOUND, most: days(20) }, null)).toEqual([10, 20]);
    expect(choicesOf(BOUND, days(14))).toEqual([14, 30]);
  });
});

describe("a chat whose messages end", () => {
  const message = (event_id: string, origin_server_ts: number) => ({
    event_id,
    type: "m.room.message",
    sender: "@b:x",
    origin_server_ts,
    content: { msgtype: "m.text", body: event_id },
  });

  it("shows nothing that is past its time, also of what was loaded before", () => {
    const limits = new Limits();
    const room = new Room("!r:x", "@a:x", limits);
    const events = [message("$old", Date.now() - days(20)), message("$new", Date.now())];
    room.take({ timeline: { events } }, "join");
    expect(room.shown.map((one) => one.event_id)).toEqual(["$old", "$new"]);
    limits.bounds = BOUND;
    const policy = {
      type: "m.room.retention",
      sender: "@b:x",
      state_key: "",
      content: { max_lifetime: days(14) },
    };
    room.takeState([policy]);
    expect(room.shown.map((one) => one.event_id)).toEqual(["$new"]);
    expect(room.last?.event_id).toBe("$new");
  });
});
