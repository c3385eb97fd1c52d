import { expect, it } from "vitest";
import type { RoomEvent } from "../../timeline/state/events";
import { dividerAfter, readersOf } from "./readers";

const said = (event_id: string, sender: string): RoomEvent => ({
  event_id,
  sender,
  type: "m.room.message",
  origin_server_ts: 1,
  content: {},
});
const events = [said("$1", "me"), said("$2", "you"), said("$3", "me"), said("$4", "me")];

it("tells who has read each of our messages", () => {
  const readers = readersOf(
    events,
    new Map([
      ["you", "$3"],
      ["far", "$1"],
      ["me", "$4"],
    ]),
    "me",
  );
  expect(Object.fromEntries(readers)).toEqual({ $1: ["you", "far"], $3: ["you"], $4: [] });
});

it("takes an answer for a receipt, and ignores receipts of events not loaded", () => {
  expect(readersOf(events, new Map([["you", "$0"]]), "me").get("$1")).toEqual(["you"]);
});

it("divides only where others have said something new", () => {
  expect(dividerAfter(events, events, "$1", "me")).toBe("$1");
  expect(dividerAfter(events, events, "$2", "me")).toBeNull();
  expect(dividerAfter(events, events, "$9", "me")).toBeNull();
  expect(dividerAfter(events, events, null, "me")).toBeNull();
});

it("parts what is new from what was read where both are shown", () => {
  const sign: RoomEvent = { ...said("$5", "you"), type: "m.reaction" };
  const all = [...events, sign, said("$6", "you")];
  const shown = all.filter((event) => event !== sign);
  expect(dividerAfter(all, shown, "$5", "me")).toBe("$4");
  expect(dividerAfter(all, shown, "$6", "me")).toBeNull();
  const onlySign = [...events, sign];
  expect(dividerAfter(onlySign, events, "$4", "me")).toBeNull();
});
