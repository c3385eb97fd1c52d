import { describe, expect, it } from "vitest";
import type { Json } from "../../http/call";
import { isMessage, type RoomEvent, shownOf } from "../../timeline/state/events";
import {
  beginning,
  endedIn,
  ending,
  type Poll,
  pollOf,
  pollType,
  tallyOf,
  voting,
  winners,
} from "./polls";

const TEA: Poll = {
  question: "Which tea?",
  answers: [
    { id: "a", text: "green" },
    { id: "b", text: "black" },
  ],
  max: 1,
  open: true,
};

let at = 0;
function event(type: string, sender: string, content: Json, ts = at++): RoomEvent {
  return { event_id: `$${type} ${ts}`, type, sender, origin_server_ts: ts, content };
}

const start = event(pollType("start"), "ann", beginning(TEA));
const vote = (sender: string, answers: string[], ts?: number) =>
  event(pollType("response"), sender, voting(start.event_id, answers), ts);
const end = (sender: string, ts?: number) =>
  event(pollType("end"), sender, ending(start.event_id, "over"), ts);
const tally = (events: RoomEvent[], poll = TEA) =>
  tallyOf(poll, start, events, "me", (who) => who === "warden");
const counts = (events: RoomEvent[], poll = TEA) =>
  [...tally(events, poll).votes.values()].map((who) => who.length);

describe("a poll", () => {
  it("is read as it was sent, and stands among the messages", () => {
    expect(pollOf(start.content)).toEqual(TEA);
    expect(isMessage(start)).toBe(true);
    expect(shownOf(start)).toEqual({ kind: "poll", poll: TEA });
  });

  it("is read under the names of the specification too", () => {
    const content = {
      "m.poll": {
        question: { "m.text": [{ body: "Which tea?" }] },
        kind: "m.undisclosed",
        max_selections: 2,
        answers: [{ "m.id": "a", "m.text": [{ body: "green" }] }],
      },
    };
    const found = { ...TEA, answers: [{ id: "a", text: "green" }], max: 2, open: false };
    expect(pollOf(content)).toEqual(found);
  });

  it("that asks nothing or offers nothing is none", () => {
    expect(pollOf({})).toBeNull();
    expect(pollOf(beginning({ ...TEA, answers: [] }))).toBeNull();
    expect(pollOf(beginning({ ...TEA, question: " " }))).toBeNull();
    expect(shownOf({ ...start, content: {} })).toEqual({ kind: "unreadable" });
  });
});

describe("the votes", () => {
  it("count once for each person, the last one", () => {
    const events = [vote("ann", ["a"]), vote("me", ["a"]), vote("ann", ["b"])];
    expect(counts(events)).toEqual([1, 1]);
    expect(tally(events)).toMatchObject({ voters: 2, mine: ["a"], ended: false });
  });

  it("are taken back by an empty one, and hold only what may be chosen", () => {
    expect(counts([vote("ann", ["a"]), vote("ann", [])])).toEqual([0, 0]);
    expect(counts([vote("ann", ["x", "a", "b"])])).toEqual([1, 0]);
    expect(counts([vote("ann", ["a", "a", "b"])], { ...TEA, max: 2 })).toEqual([1, 1]);
  });

  it("come too late once the poll has been ended by who may", () => {
    expect(counts([vote("me", ["a"], 50), end("ann", 60), vote("me", ["b"], 70)])).toEqual([1, 0]);
    expect(tally([end("warden", 60)]).ended).toBe(true);
    const stranger = [vote("me", ["a"], 50), end("ben", 60), vote("me", ["b"], 70)];
    expect(tally(stranger)).toMatchObject({ ended: false, mine: ["b"] });
  });

  it("are closed by the first end of those that count", () => {
    const [early, late, strange] = [end("ann", 60), end("warden", 70), end("ben", 50)];
    expect(tally([late, strange, early, early]).end).toBe(early.event_id);
    expect(tally([strange]).end).toBeNull();
    expect([endedIn(early), endedIn(start)]).toEqual([start.event_id, null]);
    expect(endedIn({ ...early, unsigned: { redacted_because: {} } })).toBeNull();
  });

  it("name who won, several alike, or nobody", () => {
    const won = (events: RoomEvent[]) => winners(TEA, tally(events));
    expect(won([])).toEqual({ texts: [], count: 0 });
    expect(won([vote("ann", ["b"]), vote("me", ["b"])])).toEqual({ texts: ["black"], count: 2 });
    expect(won([vote("ann", ["a"]), vote("me", ["b"])]).texts).toEqual(["green", "black"]);
  });

  it("that were deleted, or belong to another poll, do not count", () => {
    const gone = { ...vote("ann", ["a"]), unsigned: { redacted_because: {} } };
    const other = event(pollType("response"), "ben", voting("$other", ["a"]));
    expect(counts([gone, other])).toEqual([0, 0]);
  });
});
