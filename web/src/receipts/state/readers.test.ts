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

it("counts who has read each of our messages", () => {
  const readers = readersOf(
    events,
    new Map([
      ["you", "$3"],
      ["far", "$1"],
      ["me", "$4"],
    ]),
    "me",
  );
  expect(Object.fromEntries(readers)).toEqual({ $1: 2, $3: 1, $4: 0 });
});

it("takes an answer for a receipt, and ignores receipts of events not loaded", () => {
  expect(readersOf(events, new Map([["you", "$0"]]), "me").get("$1")).toBe(1);
});

it("divides only where others have said something new", () => {
  expect(dividerAfter(events, "$1", "me")).toBe("$1");
  expect(dividerAfter(events, "$2", "me")).toBeNull();
  expect(dividerAfter(events, "$9", "me")).toBeNull();
  expect(dividerAfter(events, null, "me")).toBeNull();
});
